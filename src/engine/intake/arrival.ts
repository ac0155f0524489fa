// A record as it came in, before anything was understood of it.
import type { Scope } from "../../access/scope.ts";
import type { RawCdr } from "../../formats/format.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";

/** One record as it came, so that whatever happens to it, its bytes are not lost. */
export interface Arrival {
  source: SourceSettings;
  /** Name of the format it was read with, kept in suspense for the retry. */
  format: string;
  bytes: Uint8Array;
  query?: string;
  contentType?: string;
  /** Of a line of a file: its number, from 1, among those of the file that are equal to it. */
  occurrence?: number;
  /** `keepsOutcome`: a line that is met again, as after a crash, is what it became before. */
  batch?: { id: string; line: number; keepsOutcome?: boolean };
  /**
   * Its sender waits for as long as the work takes, as one of many records does: each wait for a store
   * that is away is bounded then, not the time until the record is stored.
   */
  isPatient?: boolean;
  /** Whom the sender may write for. */
  scope: Scope;
  /** Of a record of a file: a refusal of one of its fields with the line and column it stands at. */
  placed?(fault: FieldFault): string;
}

/** What is wrong with a record that was read, and the field, by its name here. */
export interface FieldFault {
  raw: RawCdr;
  field: string;
  detail: string;
}
