// Jobs whose work is one step: running, then done, cancelled or failed.
import { engineError } from "../../errors.ts";
import type { Clock } from "../ports.ts";
import type { JobBody, JobShelf, LongJob } from "./job.ts";
import { leaveJob } from "./lease.ts";
import type { JobRun, RunEnd } from "./pages.ts";
import type { JobRunner } from "./runner.ts";

type OneStepState = "running" | "done" | "cancelled" | "failed";
type OneStepJob = LongJob<OneStepState, JobBody>;

interface Desk<J extends OneStepJob> {
  shelf: JobShelf<J>;
  clock: Clock;
}

/** The end of a run: a job that is finished is done, and what failed before is no fault of it. */
export async function endRun<J extends OneStepJob>(
  { shelf, clock }: Desk<J>,
  { job }: JobRun<J>,
  end: RunEnd,
): Promise<string> {
  if (end !== "finished") return end;
  delete job.body.fault;
  await leaveJob(shelf, { clock }, { job, state: "done" });
  return end;
}

/**
 * Ends a job that runs, here or elsewhere; one that is cancelled already stays so.
 * @param noun as people read it: "back-test"
 * @throws `conflict` for one that is done or failed, or that another process wrote meanwhile
 */
export async function cancelJob<J extends OneStepJob>(
  { shelf, clock, runner }: Desk<J> & { runner: JobRunner<J> },
  { id, noun }: { id: string; noun: string },
): Promise<J> {
  await runner.stop(id);
  const job = await shelf.load(id);
  if (job.state === "cancelled") return job;
  if (job.state !== "running") {
    throw engineError("conflict", `The ${noun} is ${job.state}.`, { path: "job" });
  }
  if (await leaveJob(shelf, { clock }, { job, state: "cancelled" })) return job;
  throw engineError("conflict", "The job moved on meanwhile; try again.", { path: "job" });
}
