// Masking jobs beside those of other kinds.
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob } from "../jobs/kind.ts";
import { type Counts, type MaskingJob, PLACES } from "./job.ts";
import { isSeen, type Maskings } from "./maskings.ts";

export function maskingKind(maskings: Pick<Maskings, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => isSeen(job as unknown as MaskingJob, scope),
    describe(job: LongJob) {
      const { body, state } = job as unknown as MaskingJob;
      const { done, left, found, request, by } = body;
      const before = request.beforeMs === undefined ? null : new Date(request.beforeMs);
      const isKnown = state !== "planning";
      return {
        progress: { done: sum(done) + sum(left), total: isKnown ? sum(found) : null },
        subject: before === null ? "one number" : `numbers before ${before.toISOString()}`,
        by,
        working: ["planning", "applying"],
      };
    },
    current: maskings.get,
    cancel: maskings.cancel,
  };
}

function sum(counts: Counts): number {
  return PLACES.reduce((total, place) => total + counts[place], 0);
}
