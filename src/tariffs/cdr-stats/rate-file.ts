// The rate files that CDR-Stats takes and writes: prefix and rate, no header; read as its upload reads
// them, with the two lists of what was taken and what was refused.
import { decimalPlaces, fixedText, toScaled } from "../../money/scaled-decimal.ts";
import { readDecimal } from "../csv/field-values.ts";
import { forEachRecord } from "../csv/records.ts";

export interface MovedRate {
  /** Digits without zeros in front: the column there is a whole number. */
  prefix: string;
  /** With 4 decimals, as its column keeps them. */
  rate: string;
}

export interface RefusedRate {
  line: number;
  text: string;
  reason: string;
}

export interface RateFile {
  rates: MovedRate[];
  refused: RefusedRate[];
}

/**
 * Other columns are not read. A prefix that is there already keeps its rate. `known`: the dial codes; null: every
 * prefix is taken, since no table of them was given.
 */
export function readRateFile(
  text: string,
  { known, present }: { known: ReadonlySet<string> | null; present: ReadonlySet<string> },
): RateFile {
  const file: RateFile = { rates: [], refused: [] };
  const seen = new Set(present);
  forEachRecord(text, {
    onBadQuote: ({ line }) =>
      file.refused.push({ line, text: "", reason: "a quoted cell does not close" }),
    onRecord({ line, fields }) {
      if (fields.every((field) => field.trim() === "")) return;
      const refuse = (reason: string) => {
        file.refused.push({ line, text: fields.join(",").slice(0, 200), reason });
      };
      const [prefixText = "", rateText = ""] = fields.map((field) => field.trim());
      const prefix = wholeNumber(prefixText);
      if (prefix === null) return refuse("the first cell is no prefix");
      const rate = movedRate(rateText);
      if (rate === null) return refuse("the second cell is no rate with a decimal point");
      if (known !== null && !known.has(prefix)) return refuse("the prefix is no dial code");
      if (seen.has(prefix)) return refuse("the prefix has a rate already, which stays");
      seen.add(prefix);
      file.rates.push({ prefix, rate });
    },
  });
  return file;
}

/** A prefix as a whole number has it; null: it is none, or 0. */
export function wholeNumber(text: string): string | null {
  const digits = /^\+?0*([1-9]\d{0,14})$/.exec(text.trim())?.[1];
  return digits ?? null;
}

const KEPT_DECIMALS = 4;

/** Rounded to the decimals of its column, half away from zero; null: no decimal number. */
export function movedRate(text: string): string | null {
  const read = readDecimal(text.trim());
  if (!read.ok) return null;
  const places = decimalPlaces(read.value);
  if (places <= KEPT_DECIMALS) return fixedText(toScaled(read.value, KEPT_DECIMALS), KEPT_DECIMALS);
  const units = toScaled(read.value, places);
  const unit = 10n ** BigInt(places - KEPT_DECIMALS);
  const half = units < 0n ? -unit / 2n : unit / 2n;
  return fixedText((units + half) / unit, KEPT_DECIMALS);
}
