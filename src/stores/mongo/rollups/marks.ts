// Marks of quarter hours in MongoDB: made before the CDRs are written, so that no written CDR is without.
import type { Collection } from "mongodb";
import { quarterOf } from "../../../rollups/pieces.ts";
import { SERVER_TIME } from "../documents.ts";
import type { RollupQuarterDocument } from "./documents.ts";

/**
 * A write that ends later after its mark marks again: sums are made of what was marked longer ago than
 * a write takes, so half of that is left.
 */
const LATEST_MS = 5000;

/** To be raised in the server; a document that is not there is made. */
export async function markQuarters(
  quarters: Collection<RollupQuarterDocument>,
  wanted: Iterable<number>,
): Promise<void> {
  const update = {
    $inc: { marked: 1 },
    $currentDate: { markedAt: SERVER_TIME },
    $set: { isDirty: true },
    $setOnInsert: { built: 0, edition: "" },
  };
  const writes = [...new Set(wanted)].map((quarter) => ({
    updateOne: { filter: { _id: quarter }, update, upsert: true },
  }));
  if (writes.length > 0) await quarters.bulkWrite(writes, { ordered: false });
}

export interface RollupMarks {
  /** Marks what the times are in, then works; whatever `work` throws, it throws. */
  during<T>(times: readonly Date[], work: () => Promise<T>): Promise<T>;
}

/** `elapsedMs`: a clock that only runs forward. */
export function rollupMarks(
  { rollupQuarters }: { rollupQuarters: Collection<RollupQuarterDocument> },
  elapsedMs: () => number = () => performance.now(),
): RollupMarks {
  return {
    async during(times, work) {
      const quarters = times.map((time) => quarterOf(time.getTime()));
      await markQuarters(rollupQuarters, quarters);
      const markedMs = elapsedMs();
      try {
        return await work();
      } finally {
        if (elapsedMs() - markedMs > LATEST_MS) await markQuarters(rollupQuarters, quarters);
      }
    },
  };
}
