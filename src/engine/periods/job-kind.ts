// Closings and corrections beside the jobs of other kinds.
import type { LongJob } from "../jobs/job.ts";
import type { KindOfJob } from "../jobs/kind.ts";
import type { PeriodJob } from "./job.ts";
import { isJobSeen, type Periods } from "./periods.ts";

export function periodKind(periods: Pick<Periods, "job" | "cancel">): KindOfJob {
  return {
    isSeen: (job, scope) => isJobSeen(asPeriod(job), scope),
    describe(job) {
      const { progress, kind, side, party, fromMs, by } = asPeriod(job).body;
      const what = kind === "closing" ? "the period" : "what came to the closed period";
      const who = side === "sell" ? "account" : "carrier";
      return {
        progress,
        subject: `${what} of ${who} ${party} from ${new Date(fromMs).toISOString()}`,
        by,
        working: ["running"],
      };
    },
    current: periods.job,
    cancel: periods.cancel,
  };
}

function asPeriod(job: LongJob): PeriodJob {
  return job as PeriodJob;
}
