// A rebuild of kept sums as it is kept in the store: of which times, and how far it came.
import type { JobBody, LongJob } from "../../jobs/job.ts";

/** What the jobs are called in the store and by people. */
export const REBUILD = { kind: "rebuild", title: "rebuild of kept sums" } as const;

export type RebuildState = "running" | "done" | "cancelled" | "failed";

export interface RebuildBody extends JobBody {
  by: string;
  /** Call times of the quarter hours that it is of: [from, to). */
  range: { fromMs: number; toMs: number };
  /** First all are marked, so that reports read the CDRs; then they are made; then hours and days. */
  step: "marking" | "making" | "joining";
  /** Ways over the quarter hours: what was written meanwhile is made in the next one. */
  pass: number;
  /** Where this way goes on, in epoch milliseconds. */
  nextMs: number;
  /** Quarter hours whose sums are those of their records, of those with records. */
  progress: { done: number; total: number };
}

export type RebuildJob = LongJob<RebuildState, RebuildBody>;
