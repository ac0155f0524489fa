// The work of a masking job, place by place: planning counts what is found, applying masks it. How far it
// came is saved between pages; what is masked is found no more, so that a page may be done again.
import type { JobShelf } from "../jobs/job.ts";
import { type JobRun, type RunEnd, runPages } from "../jobs/pages.ts";
import type { Clock } from "../ports.ts";
import type { HoldParts } from "../retention/holds.ts";
import { type MaskingBody, type MaskingJob, PLACES, type Place } from "./job.ts";
import { asSought } from "./sought.ts";
import { cdrStage } from "./stages/cdrs.ts";
import { actStage, deskStage } from "./stages/desk.ts";
import { callHalfStage, queueEventStage, suspenseStage } from "./stages/events.ts";
import type { Stage, Wanted } from "./stages/stage.ts";
import { jobLineStage, jobStage } from "./stages/work.ts";

export interface StepParts extends HoldParts {
  shelf: JobShelf<MaskingJob>;
  clock: Clock;
  leaseMs: number;
}

// biome-ignore lint/suspicious/noExplicitAny: each place has records of its own.
export const STAGES: Record<Place, Stage<any>> = {
  cdrs: cdrStage,
  suspense: suspenseStage,
  queueEvents: queueEventStage,
  callHalves: callHalfStage,
  jobLines: jobLineStage,
  jobs: jobStage,
  acts: actStage,
  searches: deskStage,
};

/** Reasons that are named. */
const MOST_REASONS = 20;
/** A reader of an SQLite file is done within moments; after so many tries it says that it could not. */
const MOST_PURGES = 200;

function wantedOf({ body, createdAtMs }: MaskingJob): Wanted {
  const { beforeMs = null, number, tenants, fields } = body.request;
  const sought = number === undefined ? null : asSought(number);
  // What came in the moment of the plan is of it.
  return { beforeMs, sought, receivedBeforeMs: createdAtMs + 1, tenants, fields };
}

/** Goes on from the last checkpoint. */
export function maskingPages(parts: StepParts, run: JobRun<MaskingJob>): Promise<RunEnd> {
  const { store, shelf, clock, leaseMs } = parts;
  const { job } = run;
  const { body } = job;
  const looking = { ...parts, wanted: wantedOf(job) };
  const isApplied = job.state === "applying";
  if (isApplied) body.markMs ??= clock();
  const hold = (reason: string) => {
    const isNew = !body.heldBy.includes(reason);
    if (isNew && body.heldBy.length < MOST_REASONS) body.heldBy.push(reason);
  };

  async function page(): Promise<boolean> {
    const place = PLACES[body.place];
    if (place === undefined) return isApplied && purge(store, body);
    const stage = STAGES[place];
    const { found, next } = await stage.read(looking, body.cursor);
    if (!isApplied) body.found[place] += found.length;
    else if (found.length > 0) {
      const masker = { ...looking, by: body.by, markMs: body.markMs ?? clock(), hold };
      const left = await stage.mask(masker, found);
      body.left[place] += left;
      body.done[place] += found.length - left;
    }
    body.cursor = next;
    if (next === null) body.place += 1;
    return true;
  }
  return runPages(shelf, run, { clock, leaseMs, page });
}

/** False: there is no more to do. */
async function purge({ erasures }: StepParts["store"], body: MaskingBody): Promise<boolean> {
  if (body.isPurged || body.purges >= MOST_PURGES) return false;
  body.purges += 1;
  body.isPurged = await erasures.purge();
  return true;
}
