// The one table of faults that a tariff folder can have, with a sentence for each.
import type { Fault } from "./tariff.ts";

const error = (text: string) => ({ severity: "error", text }) as const;
const warning = (text: string) => ({ severity: "warning", text }) as const;
/** What may well be meant. */
const note = (text: string) => ({ severity: "note", text }) as const;

export const FAULT_CODES = {
  // Files.
  "missing-file": error("A file that the tariff needs is not in the folder."),
  "path-outside-folder": error("A file name is absolute, or leaves the folder."),
  "unused-file": warning("No setting of tariff.yaml names this file, so it is not read."),
  "bad-encoding": error("The file is not UTF-8 text."),
  "over-limit": error("The folder is over a limit; docs/limits.md lists them."),
  "too-many-faults": error("There are more faults than are listed."),
  // tariff.yaml.
  "bad-yaml": error("The file is not readable YAML."),
  "duplicate-key": error("A setting is given twice."),
  "missing-setting": error("A mandatory setting is missing."),
  "invalid-setting": error("A setting has a value that it cannot have."),
  "not-supported": error("This build does not know this setting, column or choice."),
  "unknown-zone": error("The time zone is not a name of the IANA database."),
  "unknown-currency": error("A currency is three capital letters (ISO 4217)."),
  "unknown-plan": error("There is no plan of this name."),
  "unknown-band": error("There is no band of this name."),
  "unknown-rule-set": error("There is no number rule set of this name, nor a preset."),
  "unknown-voip-plan": error("There is no VoIP plan of this name."),
  "unknown-dialect": error("There is no dialect of this name under `dialects`."),
  "unknown-field": error("The dialect maps a column to a field that no deck has."),
  // CSV tables.
  "empty-file": error("The file has no header row."),
  "missing-header": error("The first row names no column of this table."),
  "wrong-delimiter": error("The fields of the header are not separated by commas."),
  "missing-column": error("A mandatory column is missing."),
  "duplicate-column": error("A column is there twice."),
  "ragged-row": error("The row has more or fewer fields than the header."),
  "bad-quote": error("A quoted field does not close, or text stands outside the quotes."),
  "no-rows": warning("The table has a header and no rows."),
  // Fields.
  "missing-field": error("A mandatory field is empty."),
  "invalid-field": error("A field has a value that it cannot have."),
  "invalid-prefix": error("A prefix is 1 to 15 digits."),
  "mangled-prefix": error(
    "A spreadsheet wrote the prefix as a power of ten, a decimal number or a date; digits are lost.",
  ),
  "suspect-prefix": warning("The prefix ends in many zeros: a spreadsheet may have lost digits."),
  "not-a-decimal": error("An amount is a decimal number with a point, without signs of money."),
  "decimal-comma": error("The amount has a comma; the decimal sign is the point."),
  "too-many-digits": error("An amount has at most 12 digits before the point and 10 after it."),
  "negative-rate": warning("The amount is negative: the call pays the caller."),
  "minimum-above-maximum": error("The least amount of a call is more than its maximum."),
  "not-whole": error("The field is not a whole number in its range."),
  "invalid-date": error("A date is 2026-01-31, 2026-01-31T08:00:00 or that with an offset."),
  "skipped-time": error("The time zone skips this time of day on this date."),
  "empty-window": error("effective_to is not after effective_from: the row never holds."),
  // Cells of a deck that is read by a dialect.
  "dialect-doubt": error("The dialect does not say how this cell is meant."),
  "range-too-wide": error("The codes of one row are too many."),
  "other-currency": error("The price is in another currency than the plan."),
  "unknown-word": error("The word says nothing that a deck says."),
  "amendment-alone": error(
    "The dialect says that the file amends a deck, and here it is the deck.",
  ),
  "amendment-conflict": error(
    "The amendment leaves open what becomes of other rows of the code in the deck.",
  ),
  "amendment-without-row": warning("The amendment closes a code that the deck does not have."),
  "unread-columns": note("No field of the dialect is read from these columns."),
  "no-rate-row": note("The line has neither code nor price: it is no row of the deck."),
  // Rows against each other.
  "conflicting-row": error("Two rows price one code from the same time on, and differ."),
  "repeated-row": note("The row is there already, with the same price; it is left out."),
  "duplicate-row": error("Two rows are equal in everything that decides between rows."),
  "missing-exchange": warning("No rate converts the carrier's currency to that of the sell side."),
  "unreachable-prefix": warning(
    "No call can reach the row under the number rule sets of the tariff.",
  ),
  "below-cost": warning("The customer pays less than the cheapest carrier charges."),
  "below-dearest": note("The customer pays less than the dearest carrier charges."),
  "zero-price": note("The price is zero."),
  "unknown-code": warning("No calling code of any country begins so."),
  "lost-zeros": warning(
    "Nearly all codes begin with 0, and some do not: a spreadsheet may have lost it.",
  ),
  "price-jump": warning("The price is ten times the last one before it, or a tenth of that."),
  "price-change": warning("The price differs much from the one in force."),
  "short-notice": warning("The price rises with less notice than is agreed."),
  "codes-gone": warning("Codes of the deck in force are not in this one."),
  "later-code": warning(
    "The code begins on a day to come; until then it is not served by its own price.",
  ),
  "emergency-without-row": warning(
    "`*` does not price emergency numbers: calls to those without a row of their own are unrated.",
  ),
  "retired-prefix": warning("No number in use begins so: only calls before the change reach it."),
  "gap-in-bands": warning("At some second of a week or a call no row of the prefix holds."),
} as const satisfies Record<string, { severity: Fault["severity"]; text: string }>;

export type FaultCode = keyof typeof FAULT_CODES;
