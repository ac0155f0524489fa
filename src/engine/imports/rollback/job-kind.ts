// Rollbacks beside the jobs of other kinds. Whoever wants what one voided back restores it.
import type { LongJob } from "../../jobs/job.ts";
import type { KindOfJob } from "../../jobs/kind.ts";
import type { RollbackJob } from "./job.ts";
import { isSeen, type Rollbacks } from "./rollbacks.ts";

export function rollbackKind(rollbacks: Pick<Rollbacks, "get">): KindOfJob {
  return {
    isSeen: (job, scope) => isSeen(asRollback(job), scope),
    describe(job) {
      const { state, body } = asRollback(job);
      const isBack = state === "restoring" || state === "restored";
      const { done, total } = isBack ? body.restore : body.rollback;
      return {
        progress: { done, total },
        subject: `the batch ${body.batch}`,
        by: body.by,
        working: ["rolling-back", "restoring"],
      };
    },
    current: rollbacks.get,
  };
}

function asRollback(job: LongJob): RollbackJob {
  return job as RollbackJob;
}
