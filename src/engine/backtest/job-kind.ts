// Back-tests beside the jobs of other kinds.
import { seesWhole } from "../../access/scope.ts";
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob } from "../jobs/kind.ts";
import { type Backtests, isInScope } from "./backtests.ts";
import { type BacktestJob, LISTS } from "./job.ts";

export function backtestKind(backtests: Pick<Backtests, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => seesWhole(scope) && isInScope(asBacktest(job), scope),
    describe(job) {
      const { progress, proposed, by } = asBacktest(job).body;
      const { done, total } = progress;
      return {
        progress: { done, total: Math.max(done, total) },
        subject: `the tariff version ${proposed.version}`,
        by,
        working: ["running"],
      };
    },
    current: backtests.get,
    lists: [LISTS.unpriced, LISTS.losing],
    cancel: backtests.cancel,
  };
}

function asBacktest(job: LongJob): BacktestJob {
  return job as BacktestJob;
}
