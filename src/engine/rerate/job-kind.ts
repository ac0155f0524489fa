// Rerate jobs beside the jobs of other kinds.
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob, Progress } from "../jobs/kind.ts";
import { isInScope } from "./in-scope.ts";
import { LISTS, type RerateJob, WORKING } from "./job.ts";
import type { Rerates } from "./rerates.ts";

export function rerateJobKind(rerates: Pick<Rerates, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => isInScope(asRerate(job), scope),
    describe: (job) => ({
      progress: progressOf(asRerate(job)),
      subject: `CDRs of ${JSON.stringify(asRerate(job).body.request.filter)}`,
      by: null,
      working: WORKING,
    }),
    current: rerates.get,
    lists: Object.values(LISTS),
    cancel: rerates.cancel,
  };
}

/** CDRs while it is planned, lines while it is applied or undone. */
function progressOf({ state, body }: RerateJob): Progress {
  const { plan, apply, undo } = body;
  if (state === "applying" || state === "applied") return { done: apply.line, total: plan.lines };
  if (state === "undoing" || state === "undone") return { done: undo.line, total: plan.lines };
  return { done: plan.cdrs, total: Math.max(plan.total, plan.cdrs) };
}

function asRerate(job: LongJob): RerateJob {
  return job as unknown as RerateJob;
}
