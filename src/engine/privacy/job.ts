// A masking job as it is kept in the store: whose numbers, what was found, and how far it came.
import type { JobBody, LongJob } from "../jobs/job.ts";

/** What the jobs are called in the store and by people. */
export const MASKING = { kind: "masking", title: "masking job" } as const;

/** Where numbers are kept, in the order in which they are masked. */
export const PLACES = [
  "cdrs",
  "suspense",
  "queueEvents",
  "callHalves",
  "jobLines",
  "jobs",
  "acts",
  "searches",
] as const;
export type Place = (typeof PLACES)[number];

export type Counts = Record<Place, number>;

export type MaskingState = "planning" | "planned" | "applying" | "applied" | "cancelled" | "failed";

export interface MaskingRequest {
  /** Every number of what is older; absent: one number. */
  beforeMs?: number;
  /** Digits of the one number, in each form that it is written in; none once they are masked. */
  number?: { digits: string; international: string[]; forms: string[] };
  /** Absent: of every tenant. */
  tenants?: string[];
  /** Extra fields that are masked whole. */
  fields: string[];
  why: string;
}

export interface MaskingBody extends JobBody {
  by: string;
  request: MaskingRequest;
  found: Counts;
  done: Counts;
  /** Records that were found and stay as they are. */
  left: Counts;
  /** What held CDRs, in words. */
  heldBy: string[];
  /** The place that is worked on, and where in it. */
  place: number;
  cursor: string | null;
  /** What is masked is marked with it; null: nothing was yet. */
  markMs: number | null;
  /** Tries to take what was masked out of the log of the store. */
  purges: number;
  /** It is in that log no more. */
  isPurged: boolean;
}

export type MaskingJob = LongJob<MaskingState, MaskingBody>;

function noCounts(): Counts {
  return Object.fromEntries(PLACES.map((place) => [place, 0])) as Counts;
}

export function newMasking(
  id: string,
  { nowMs, by, request }: { nowMs: number; by: string; request: MaskingRequest },
): MaskingJob {
  const body: MaskingBody = {
    ...{ by, request, found: noCounts(), done: noCounts(), left: noCounts(), heldBy: [] },
    ...{ place: 0, cursor: null, markMs: null, purges: 0, isPurged: false },
    ...{ owner: null, leaseUntilMs: 0, updatedAtMs: nowMs },
  };
  return { id, state: "planning", version: 1, createdAtMs: nowMs, body };
}
