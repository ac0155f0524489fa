// The numbers of the equal lines of a file that is gone on with.
import type { FileHandle } from "node:fs/promises";
import { type CutRules, cutRecords } from "../../formats/lines/cut.ts";
import { createNumbering, type Numbering } from "../../formats/lines/numbering.ts";
import { readAt } from "./place.ts";

/** What comes before `offset` is counted: a file that is gone on with has the numbers it had. */
export async function numberingFrom(
  handle: FileHandle,
  offset: number,
  rules: CutRules,
): Promise<Numbering> {
  const numbering = createNumbering();
  for (let at = 0; at < offset; ) {
    const bytes = await readAt(handle, at, Math.min(rules.mostBytes, offset - at));
    // All that was read is cut before the next read: one takes few of its records.
    let used = 0;
    for (let cut = cutRecords(bytes, rules); cut.used > 0; ) {
      numbering.count(cut.records);
      used += cut.used;
      cut = cutRecords(bytes.subarray(used), rules);
    }
    // Half a line at the end, which was handed over as such.
    if (used === 0) break;
    at += used;
  }
  return numbering;
}
