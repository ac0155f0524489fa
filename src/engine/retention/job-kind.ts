// Retention jobs beside those of other kinds.
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob } from "../jobs/kind.ts";
import { ERASED, type RetentionJob } from "./job.ts";
import { isSeen, type Retentions } from "./retentions.ts";

export function retentionKind(retentions: Pick<Retentions, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => isSeen(asRetention(job), scope),
    describe(job) {
      const { done, figures, request, by } = asRetention(job).body;
      const before = new Date(request.beforeMs).toISOString();
      return {
        progress: {
          done: done.cdrs + done.left + done.suspense + done.queueEvents,
          total: figures.cdrs + figures.suspense + figures.queueEvents,
        },
        subject: `${request.kinds.join(", ")} before ${before}`,
        by,
        working: ["applying"],
      };
    },
    current: retentions.get,
    lists: [ERASED],
    cancel: retentions.cancel,
  };
}

function asRetention(job: LongJob): RetentionJob {
  return job as RetentionJob;
}
