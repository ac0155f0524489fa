// The steps of a rerate job for the runner of jobs: plan, apply, undo, and how each ends.
import { leaveJob } from "../jobs/lease.ts";
import type { JobRun } from "../jobs/pages.ts";
import type { JobKind } from "../jobs/runner.ts";
import { RERATE, type RerateJob, WORKING } from "./job.ts";
import type { RerateSteps } from "./parts.ts";
import { planLines } from "./plan.ts";
import { applyLines, undoLines, type WalkEnd } from "./walk.ts";

const ENDS = { planning: "planned", applying: "applied", undoing: "undone" } as const;
const STEPS = { planning: planLines, applying: applyLines, undoing: undoLines } as const;

export function rerateKind(parts: RerateSteps): JobKind<RerateJob> {
  return {
    shelf: parts.shelf,
    title: RERATE.title,
    working: WORKING,
    failed: "failed",
    work: (run) => work(parts, run),
  };
}

async function work(parts: RerateSteps, run: JobRun<RerateJob>): Promise<string> {
  const { shelf } = parts;
  const { job } = run;
  const { state } = job;
  if (state !== "planning" && state !== "applying" && state !== "undoing") return "nothing to do";
  const end: WalkEnd = await STEPS[state](parts, run);
  if (end === "damaged") {
    job.body.fault = "The stored lines are not the ones that were planned.";
    await leaveJob(shelf, parts, { job, state: "failed" });
  } else if (end === "finished") {
    if (state === "planning") job.body.isPlanned = true;
    delete job.body.fault;
    await leaveJob(shelf, parts, { job, state: ENDS[state] });
  } else if (end === "lost") {
    await confirmCancel(parts, run);
  }
  return end;
}

/** Says that this process no longer writes for a job that another one cancelled. */
async function confirmCancel(
  { shelf, clock }: RerateSteps,
  { job, owner }: JobRun<RerateJob>,
): Promise<void> {
  const found = await shelf.load(job.id);
  if (found.state === "cancelled" && found.body.owner === owner) {
    await leaveJob(shelf, { clock }, { job: found, state: "cancelled" });
  }
}
