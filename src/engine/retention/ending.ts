// The end of a run of a retention job.
import type { JobShelf } from "../jobs/job.ts";
import { leaveJob } from "../jobs/lease.ts";
import type { JobRun, RunEnd } from "../jobs/pages.ts";
import type { Clock } from "../ports.ts";
import type { RetentionJob } from "./job.ts";

/** A job that is finished is applied, and what failed before is no fault of it. */
export async function endStep(
  { shelf, clock }: { shelf: JobShelf<RetentionJob>; clock: Clock },
  { job }: JobRun<RetentionJob>,
  end: RunEnd,
): Promise<string> {
  if (end !== "finished") return end;
  delete job.body.fault;
  await leaveJob(shelf, { clock }, { job, state: "applied" });
  return end;
}
