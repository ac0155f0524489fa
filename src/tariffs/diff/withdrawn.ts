// Changes that the old deck announced for after the time of the comparison, and the new one does not have:
// no row of the difference shows them, since both sides are compared at one time.
import { forEachCodeOfTwo } from "../decks/order.ts";
import type { RateRow } from "../tariff.ts";
import { codeKey } from "./in-force.ts";

/** Rows of the old deck that begin after `atMs`, where the new one has none of the code from that day on. */
export function withdrawnRows(
  old: readonly RateRow[],
  fresh: readonly RateRow[],
  atMs: number,
): RateRow[] {
  const isLater = ({ effectiveFromMs: from }: RateRow) => from !== null && from > atMs;
  if (!old.some(isLater)) return [];
  const found: RateRow[] = [];
  forEachCodeOfTwo(old, fresh, (was, is) => {
    for (const row of was) {
      if (isLater(row) && !is.some((one) => isSameStart(one, row))) found.push(row);
    }
  });
  return found;
}

function isSameStart(one: RateRow, other: RateRow): boolean {
  const isPart = one.band === other.band && one.fromSecond === other.fromSecond;
  const isCode = codeKey(one) === codeKey(other);
  return isPart && isCode && one.effectiveFromMs === other.effectiveFromMs;
}
