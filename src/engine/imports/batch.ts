// What arrived together, as its record in the store says it.
import type { BatchRecord } from "../../stores/ports/imports/batches.ts";
import type { SequenceGaps } from "./sequence.ts";

export interface BatchBody {
  name: string;
  source: string;
  format: string;
  file: string;
  /** The import that brings it. */
  job: string;
  by: string;
  lines: number;
  outcomes: Record<string, number>;
  firstCallMs: number | null;
  lastCallMs: number | null;
  /** Records that the file was to have, as its sender said. */
  expect?: number;
  /** Of a source that counts its records: what is missing among those, and since the batch before. */
  sequence?: SequenceGaps & { field: string; without: number; before: string | null };
  /** Version of the import that was last asked to go on: before it does, nobody takes the batch back. */
  resumed?: number;
  /** The job that took it back last, and the state that it was in before. */
  rollback?: { job: string; from: BatchState };
}

export const BATCH_STATES = [
  "running",
  "done",
  "cancelled",
  "rolling-back",
  "rolled-back",
  "restoring",
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

export interface Batch {
  id: string;
  state: BatchState;
  hash: string | null;
  tenants: string[] | null;
  createdAtMs: number;
  body: BatchBody;
}

/** Whether the file had all that it was to have; null: nothing tells. */
export function isComplete({ lines, expect, sequence }: BatchBody): boolean | null {
  if (expect === undefined && sequence === undefined) return null;
  return (expect ?? lines) === lines && (sequence?.missing ?? 0) === 0;
}

export function toBatch({ body, version: _version, state, ...batch }: BatchRecord): Batch {
  return { ...batch, state: state as BatchState, body: body as unknown as BatchBody };
}
