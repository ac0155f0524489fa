// The invariants that each stored CDR must hold by itself.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { basisFaults } from "../../reports/recompute-basis.ts";

/** What is wrong with one CDR, in words; empty when nothing is. */
export type RecordCheck = (cdr: StoredCdr) => string[];

/** One current revision, all older ones in order in the history, and an outcome that fits. */
export function revisionFaults({ rating, history }: StoredCdr): string[] {
  const faults: string[] = [];
  const numbers = [...history.map((entry) => entry.rating.revision), rating.revision];
  if (numbers.some((number, index) => number !== index + 1)) {
    faults.push(`revisions are ${numbers.join(", ")}`);
  }
  const hasAmount = [rating.sell, rating.buy].some((side) => (side?.amount ?? null) !== null);
  const isPriced = rating.outcome === "rated" || rating.outcome === "partial";
  if (isPriced !== hasAmount) {
    faults.push(`outcome ${rating.outcome} ${hasAmount ? "with" : "without"} an amount`);
  }
  return faults;
}

/** The amounts of the current revision are those of its basis. */
export function amountFaults(cdr: StoredCdr): string[] {
  return basisFaults(cdr.rating);
}

/** Bits over all batches: 32 MB. */
const MOST_LINES = 2 ** 28;

/** Each line of a batch is one CDR; remembers lines as bits, as long as they fit. */
export function createBatchLineCheck(): { check: RecordCheck; notCompared(): number } {
  const seen = new Map<string, Uint8Array>();
  let room = MOST_LINES / 8;
  let notCompared = 0;

  function linesOf(batch: string, line: number): Uint8Array | null {
    const known = seen.get(batch) ?? new Uint8Array(0);
    const wanted = (line >> 3) + 1;
    if (known.length >= wanted) return known;
    const size = Math.max(wanted, 2 * known.length, 128);
    if (line >= MOST_LINES || size - known.length > room) return null;
    room -= size - known.length;
    const grown = new Uint8Array(size);
    grown.set(known);
    seen.set(batch, grown);
    return grown;
  }

  return {
    check({ tenant, batchId, batchLine }) {
      if (batchId === undefined) return [];
      if (batchLine === undefined || batchLine < 1) return [`batch ${batchId} without a line`];
      const lines = linesOf(`${tenant}\n${batchId}`, batchLine);
      if (lines === null) {
        notCompared += 1;
        return [];
      }
      const [byte, bit] = [batchLine >> 3, 1 << (batchLine & 7)];
      const isTwice = ((lines[byte] ?? 0) & bit) !== 0;
      lines[byte] = (lines[byte] ?? 0) | bit;
      return isTwice ? [`line ${batchLine} of batch ${batchId} is there twice`] : [];
    },
    notCompared: () => notCompared,
  };
}
