// Rebuilds of kept sums beside the jobs of other kinds.
import { ALL_TIMES } from "../../../rollups/pieces.ts";
import type { LongJob } from "../../jobs/job.ts";
import type { KindOfJob } from "../../jobs/kind.ts";
import type { RebuildBody, RebuildJob } from "./job.ts";
import { isSeen, type Rebuilds } from "./rebuilds.ts";

export function rebuildKind(rebuilds: Pick<Rebuilds, "get" | "cancel">): KindOfJob {
  return {
    isSeen: (_job, scope) => isSeen(scope),
    describe(job) {
      const { step, progress, range, by } = asRebuild(job).body;
      return {
        progress: { done: progress.done, total: step === "marking" ? null : progress.total },
        subject: `the kept sums of ${timesText(range)}`,
        by,
        working: ["running"],
      };
    },
    current: rebuilds.get,
    cancel: rebuilds.cancel,
  };
}

function timesText({ fromMs, toMs }: RebuildBody["range"]): string {
  const from = fromMs === ALL_TIMES.fromMs ? "" : ` from ${new Date(fromMs).toISOString()}`;
  const to = toMs === ALL_TIMES.toMs ? "" : ` to ${new Date(toMs).toISOString()}`;
  return from + to === "" ? "all calls" : `calls${from}${to}`;
}

function asRebuild(job: LongJob): RebuildJob {
  return job as RebuildJob;
}
