// What an export is that is written as a job, as the store keeps it.
import { type Asking, isOwnedBy, type OwnerName } from "../../access/owner.ts";
import { coversScope, type Scope, seesWhole } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { DeskEntry } from "../../stores/ports/billing/desk.ts";

/**
 * `waiting` to be written; `running`; `done`: the file is whole; `failed`, see `fault`; `cancelled`; of the
 * last three nothing is left but this line.
 */
export const EXPORT_STATES = ["waiting", "running", "done", "failed", "cancelled"] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

export interface ExportJob {
  id: string;
  /** Params of `cdr.export`. */
  request: JsonObject;
  /** The saved search that it was made from. */
  search: string | null;
  fileName: string;
  state: ExportState;
  owner: OwnerName;
  by: string;
  /** What its owner saw when it was begun: it holds no more than that. */
  scope: Scope;
  rows: number;
  bytes: number;
  /** Of the whole file, hex; null until it is whole. */
  sha256: string | null;
  /** The machine that wrote it, or writes it. */
  host: string | null;
  /** How often it was begun: a process that dies while it writes leaves it to be begun anew. */
  tries: number;
  createdAtMs: number;
  endedAtMs: number | null;
  /** When the file and this line go; null: not ended yet. */
  expiresAtMs: number | null;
  fault: string | null;
}

export function exportOf({ body }: DeskEntry): ExportJob {
  return body as unknown as ExportJob;
}

/** `dueMs`: when the next step of it is due. */
export function exportEntry(job: ExportJob, version: number, dueMs: number): DeskEntry {
  // Members that are undefined are left out, as in every JSON.
  const body = JSON.parse(JSON.stringify(job)) as JsonObject;
  return { kind: "export", id: job.id, version, dueMs, body };
}

export const isEnded = ({ state }: ExportJob): boolean =>
  state !== "waiting" && state !== "running";

/** One's own as long as one may still see what it holds; those of others for who sees the whole of it. */
export function isExportSeen({ owner, scope }: ExportJob, by: Asking): boolean {
  return coversScope(by.scope, scope) && (isOwnedBy(owner, by) || seesWhole(by.scope));
}
