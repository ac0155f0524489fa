// An import as it is kept in the store: what was asked, what its preview found, how far it came.
import type { JsonObject } from "../../cdr/json.ts";
import type { AnswerOutcome } from "../intake/answers.ts";
import type { JobBody, LongJob } from "../jobs/job.ts";
import { newSequence, type SequenceSeen } from "./sequence.ts";

/** What the jobs are called in the store and by people. */
export const IMPORT = { kind: "import", title: "import" } as const;

/** `planned`: its preview is there, and nothing was imported. */
export type ImportState = "planning" | "planned" | "running" | "done" | "failed" | "cancelled";

export interface ImportRequest {
  upload: string;
  /** Name of the file, for people. */
  file: string;
  hash: string;
  bytes: number;
  format: string;
  /** Every member of the dialect. */
  dialect: JsonObject;
  source: string;
  batch: string;
  name: string;
  by: string;
  /** Whom it may write for; null: everybody. */
  tenants: string[] | null;
  /** Records that the file must have, as its sender says. */
  expect?: number;
  /** Field with the numbers that the source counts its records by. */
  sequence?: string;
}

/** What a preview finds: `same` and `changed` are in the store already, or earlier in the file. */
export interface ImportPreview {
  lines: number;
  new: number;
  changed: number;
  same: number;
  refused: number;
  reasons: Record<string, number>;
  /** The first records as they are understood. */
  rows: JsonObject[];
  /** The first refusals, each with its line. */
  refusals: { line: number; reason: string; detail: string }[];
}

export interface ImportRun {
  lines: number;
  outcomes: Partial<Record<AnswerOutcome, number>>;
  firstCallMs: number | null;
  lastCallMs: number | null;
  /** Of a source that counts its records. */
  sequence?: SequenceSeen;
}

export interface ImportBody extends JobBody {
  request: ImportRequest;
  /** The preview alone was asked for, so far. */
  isDry: boolean;
  isPreviewed: boolean;
  /** Records of the file; known when the preview is whole. */
  preview: ImportPreview;
  run: ImportRun;
  /** When the part under way began, for the time that is left. */
  begunAtMs: number;
}

export type ImportJob = LongJob<ImportState, ImportBody>;

/** Lines that became no CDR, by their number: the name of their list. */
export const NOT_STORED = "not-stored";

/** A line that became no CDR. */
export interface NotStoredLine {
  line: number;
  outcome: "duplicate" | "conflict" | "suspended";
  id: string | null;
  reason?: string;
  suspenseId?: string;
}

export function emptyPreview(): ImportPreview {
  return { lines: 0, new: 0, changed: 0, same: 0, refused: 0, reasons: {}, rows: [], refusals: [] };
}

export function emptyRun({ sequence }: Pick<ImportRequest, "sequence">): ImportRun {
  const counted = sequence === undefined ? {} : { sequence: newSequence(sequence) };
  return { lines: 0, outcomes: {}, firstCallMs: null, lastCallMs: null, ...counted };
}
