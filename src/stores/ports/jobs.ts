// PORT: long work that outlives the process that began it, and the lines it found.
import type { JsonObject } from "../../cdr/json.ts";

/** Long work that outlives the process that began it; its body is the use case's own. */
export interface Job {
  id: string;
  kind: string;
  state: string;
  /** Raised by each update: who updates names the version it saw. */
  version: number;
  createdAtMs: number;
  body: JsonObject;
}

/** One line of what a job found, numbered by the job from 1. */
export interface JobLine {
  number: number;
  /** Hash of this line and, through it, of all before it. */
  hash: string;
  /** JSON, opaque to the store. */
  text: string;
}

export interface JobQuery {
  kinds?: string[];
  states?: string[];
  /** Only these fill the page; those between them are passed over. */
  isWanted?: (job: Job) => boolean;
  limit: number;
  cursor?: string;
}

export interface JobStore {
  /** False when the id is taken: nothing is written then. */
  put(job: Job): Promise<boolean>;
  get(id: string): Promise<Job | null>;
  /** Replaces the job if it is still at the version seen; else false. */
  update(job: Job, expectedVersion: number): Promise<boolean>;
  /** Latest first. */
  list(query: JobQuery): Promise<{ jobs: Job[]; nextCursor?: string }>;
  /** Adds lines to a named list of a job; a number that is there already is replaced. */
  appendLines(job: string, list: string, lines: JobLine[]): Promise<void>;
  /** Lines by number, those above `after` first. */
  pageLines(job: string, list: string, page: { after: number; limit: number }): Promise<JobLine[]>;
}
