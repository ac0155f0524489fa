// A rerate job as it is kept in the store: what was asked, how far it came, and who works on it.
import { hash as hashOf } from "node:crypto";
import type { CdrOrigin } from "../../cdr/cdr.ts";
import type { Rating } from "../../cdr/rating.ts";
import type { OriginSettings } from "../../mediation/origin-now.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { JobLine } from "../../stores/ports/jobs.ts";
import type { JobBody, LongJob } from "../jobs/job.ts";
import type { ClosedState } from "../periods/touched.ts";
import type { ChangeCause } from "./rating-change.ts";
import type { PricedPart, TotalsState } from "./totals.ts";

/** What the jobs are called in the store and by people. */
export const RERATE = { kind: "rerate", title: "rerate job" } as const;

export type RerateState =
  | "planning"
  | "planned"
  | "applying"
  | "applied"
  | "undoing"
  | "undone"
  | "cancelled"
  | "failed";

/** States in which a process works on the job. */
export const WORKING: readonly RerateState[] = ["planning", "applying", "undoing"];

/** The calls of one account are priced by another version, for a test or a repair. */
export interface Override {
  account: string;
  /** Set when the job begins; in a request it may be absent. */
  tenant?: string;
  tariffVersion: string;
}

export interface RerateRequest {
  filter: CdrFilter;
  /** One version for every call, instead of the time line. */
  tariffVersion?: string;
  /** The time line as it was known at this moment, instead of now. */
  asOfMs?: number;
  overrides?: Override[];
}

/** How far a walk over the planned lines came. */
export interface Walk {
  /** Number and hash of the last line done. */
  line: number;
  hash: string;
  done: number;
  left: number;
}

export interface RerateBody extends JobBody {
  request: RerateRequest;
  /** By tenant, the last entry of the time line that the plan knows. */
  known: Record<string, number>;
  /** The settings of the sources when the plan began, whichever process goes on with it. */
  sources: OriginSettings[];
  plan: {
    /** CDRs that the filter selected when the plan began; more may be found. */
    total: number;
    cdrs: number;
    lines: number;
    hash: string;
    cursor?: string;
    totals?: TotalsState;
    /** What it would change of periods that are closed; absent: of a build before there were any. */
    closed?: ClosedState;
    /** The last statement that was there when it began. */
    seenPeriod?: number;
    /** CDRs whose numbers are masked: they are listed, and stay as they are. */
    masked?: number;
  };
  apply: Walk;
  undo: Walk;
  /** The plan is whole. */
  isPlanned: boolean;
  /** Lines may have been written: from then on there is something to undo. */
  isBegun: boolean;
  /** Lines may have been taken back: from then on there is nothing to apply. */
  isUndoBegun?: boolean;
}

export type RerateJob = LongJob<RerateState, RerateBody>;

/** What is planned for one CDR: the revision seen, what it had and what it will have. */
export interface PlannedLine {
  id: string;
  tenant: string;
  account: string;
  /** The revision that it had; it is rewritten only while it has it. */
  seen: number;
  cause: ChangeCause;
  old: PricedPart & { tariffVersion: string | null };
  new: Omit<Rating, "revision" | "ratedAtMs" | "job">;
  /** Where the settings of its source handle it otherwise now. */
  origin?: CdrOrigin;
  /** The numbers of its CDR were masked since: those of the line too, so that its text has another hash. */
  masked?: true;
}

/** A line that could not be written, and why. */
export interface LeftLine {
  id: string;
  /** Absent in lines of release 0.1.0. */
  tenant?: string;
  reason: "changed-meanwhile" | "not-found" | "history-missing";
}

/** Names of the lists of lines in the store. */
export const LISTS = {
  planned: "planned",
  left: "left",
  undoLeft: "undo-left",
  masked: "masked",
} as const;

export function firstHash(request: RerateRequest): string {
  return hashOf("sha256", JSON.stringify(request));
}

/** The hash of a line holds all lines before it. */
export function nextHash(hash: string, text: string): string {
  return hashOf("sha256", `${hash}\n${text}`);
}

export function newWalk(hash: string): Walk {
  return { line: 0, hash, done: 0, left: 0 };
}

export function readLine({ text }: JobLine): PlannedLine {
  return JSON.parse(text) as PlannedLine;
}
