// The cells of a CDR in chosen columns, with its times written as somebody wants them.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import { columnReader, timeOfColumn } from "./export-columns.ts";
import { type TimeWriting, timeWriter } from "./written-time.ts";

/** @throws RangeError for what is no column, `invalid-params` for a zone that does not exist */
export function cellWriter(
  columns: readonly string[],
  writing: TimeWriting,
): (cdr: StoredCdr) => Json[] {
  const write = timeWriter(writing);
  const readers = columns.map((name) => {
    const timeOf = timeOfColumn(name);
    if (write === null || timeOf === undefined) return columnReader(name);
    return (cdr: StoredCdr): Json => {
      const atMs = timeOf(cdr);
      return atMs === undefined ? null : write(atMs);
    };
  });
  return (cdr) => readers.map((read) => read(cdr));
}
