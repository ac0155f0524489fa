// Reads single fields of a row; what cannot be read becomes a fault at its place.
import { type CsvRow, placeOf } from "./csv-rows.ts";
import type { FaultList } from "./fault-list.ts";
import { parseAmount, parseDuration, parseWhole } from "./field-values.ts";

/** Nanoseconds of the field; null after a fault. */
export type DurationReader = (row: CsvRow, index: number) => number | null;

/** A reader that remembers texts, since a deck repeats few durations many times. */
export function createDurationReader(faults: FaultList, bareUnitNs: bigint): DurationReader {
  const known = new Map<string, number>();
  return (row, index) => {
    const text = row.fields[index] ?? "";
    const before = known.get(text);
    if (before !== undefined) return before;
    const parsed = parseDuration(text, bareUnitNs);
    if (parsed === null || parsed < 0) {
      faults.add(placeOf(row, index), "invalid-duration", `"${text}"`);
      return null;
    }
    known.set(text, parsed);
    return parsed;
  };
}

export function readTag(row: CsvRow, index: number, faults: FaultList): string | null {
  const text = row.fields[index] ?? "";
  if (text === "") {
    faults.add(placeOf(row, index), "missing-field");
    return null;
  }
  if (text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32) {
    faults.add(placeOf(row, index), "outer-spaces", `"${text}"`);
  }
  return text;
}

export function readAmount(row: CsvRow, index: number, faults: FaultList) {
  const text = row.fields[index] ?? "";
  const amount = parseAmount(text);
  if (amount === null) faults.add(placeOf(row, index), "invalid-number", `"${text}"`);
  return amount;
}

export function readWhole(row: CsvRow, index: number, faults: FaultList): number | null {
  const text = row.fields[index] ?? "";
  const whole = parseWhole(text);
  if (whole === null) faults.add(placeOf(row, index), "invalid-number", `"${text}"`);
  return whole;
}
