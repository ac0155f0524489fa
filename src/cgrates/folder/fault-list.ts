// Gathers the faults of a CGRateS folder, all of them, each with its place.
import type { Fault } from "../../tariffs/tariff.ts";

/** Every fault that a folder can have; the text opens the message. */
export const CGRATES_FAULTS = {
  "bad-quote": error("A quoted field does not close, or text stands outside the quotes."),
  "wrong-columns": error("The row has another number of columns than the file's layout."),
  "mixed-layouts": error("The folder mixes layouts of several CGRateS versions."),
  "not-supported": error("This is the layout of CGRateS 1.0, another product with other rules."),
  "missing-field": error("A tag or name that must not be empty is empty."),
  "invalid-number": error("The field is not a number."),
  "invalid-duration": error("The field is not a duration, such as 60s, 1m30s or a whole number."),
  "invalid-time": error("The field is not a time of day HH:MM:SS, nor a known word."),
  "invalid-timestamp": error("The field is not a time stamp that CGRateS reads."),
  "relative-time": error("A time relative to the load has no fixed meaning in a tariff version."),
  "unknown-destination": error("Destinations.csv has no such tag."),
  "unknown-rate": error("Rates.csv has no such tag."),
  "unknown-timing": error("There is no timing of this tag."),
  "unknown-destination-rates": error("DestinationRates.csv has no such tag."),
  "unknown-rating-plan": error("RatingPlans.csv has no such tag."),
  "timing-without-start": error("CGRateS crashes on a plan whose timing has no time of day."),
  "duplicate-timing": warning("A timing of this tag stands above; the last one holds."),
  "ignored-list-element": warning("CGRateS silently drops list elements that are no numbers."),
  "ignored-end-time": warning("CGRateS does not use the end time of a timing in rating."),
  "never-active": warning("A time of day of 24:00:00 or later is never reached."),
  "ignored-connect-fee": warning("Only the connect fee of the rate's first row is charged."),
  "duplicate-slot": warning("Two slots of the rate have one start; the later row holds."),
  "missing-slot": warning(
    "The rate has no slot at 0 and no fee, so a call's beginning costs nothing.",
  ),
  "gap-in-timings": warning("The timings leave times without a price; CGRateS crashes there."),
  "interval-order": warning(
    "CGRateS prices some calls by another interval than the weights say; exact semantics do not.",
  ),
  "tied-tags": warning(
    "Tags of equal weight share a prefix: CGRateS prices by chance, this by order.",
  ),
  "outer-spaces": warning("Spaces around the text belong to it, so it matches nothing without."),
  "unknown-fallback": warning("No rating profile has this fallback subject."),
  "unknown-charger-rule": warning("The run of this charger is not priced: a rule is not known."),
  "no-default-run": warning("No charger makes the run *default; the call is priced as it is."),
  "unread-routes": warning("The file has another layout and is not used."),
  "too-many-faults": warning("There are more faults than are listed."),
} as const;

export type CgratesFaultCode = keyof typeof CGRATES_FAULTS;

/** A row of a file, which knows where its fields stand. */
export interface FaultPlace {
  file: string;
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

export interface FaultList {
  add(place: FaultPlace, code: CgratesFaultCode, detail?: string): void;
  hasErrors(): boolean;
  /** By file, line and column. */
  list(): Fault[];
}

/** Errors that are listed, and as many warnings. */
const MOST_FAULTS = 1_000;

export function createFaultList(): FaultList {
  const faults: Fault[] = [];
  const counts = { error: 0, warning: 0 };
  return {
    add({ file, line, column }, code, detail) {
      const { severity, text } = CGRATES_FAULTS[code];
      counts[severity]++;
      if (counts[severity] > MOST_FAULTS) return;
      const message = detail === undefined ? text : `${text} ${detail}`;
      faults.push({ file, line, column, code, message, severity });
    },
    hasErrors: () => counts.error > 0,
    list() {
      const more = counts.error + counts.warning - faults.length;
      const sorted = faults.toSorted(
        (a, b) =>
          (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
          a.line - b.line ||
          a.column - b.column,
      );
      const last = sorted.at(-1);
      return more > 0 && last !== undefined ? [...sorted, tooMany(more, last)] : sorted;
    },
  };
}

function tooMany(more: number, { file, line, column }: Fault): Fault {
  const { severity, text } = CGRATES_FAULTS["too-many-faults"];
  const message = `${text} ${more} more were found.`;
  return { file, line, column, code: "too-many-faults", message, severity };
}

function error(text: string) {
  return { severity: "error", text } as const;
}

function warning(text: string) {
  return { severity: "warning", text } as const;
}
