// PORT: a whole store, row by row, for a copy of it: read in the order of the keys, written as it is.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Assignment } from "../../cdr/rating.ts";
import type { StoreProcess } from "../migration.ts";
import type { PageLimits } from "../page-bytes.ts";
import type { DeskEntry } from "./billing/desk.ts";
import type { PeriodCdr, PeriodStatement } from "./billing/periods.ts";
import type { CallHalf } from "./call-halves.ts";
import type { CdrKey, Seal } from "./cdrs.ts";
import type { FeedRecord } from "./feeds.ts";
import type { BatchRecord } from "./imports/batches.ts";
import type { NamedDialect } from "./imports/dialects.ts";
import type { Upload } from "./imports/uploads.ts";
import type { Job, JobLine } from "./jobs.ts";
import type { AdminAct } from "./log.ts";
import type { MasterEntry } from "./master/entries.ts";
import type { SourceOverlay } from "./overlays.ts";
import type { LoginRecord } from "./people/logins.ts";
import type { QueueEvent } from "./queue-events.ts";
import type { SuspenseRecord } from "./suspense.ts";
import type { Activation, PlanObject, TariffVersion } from "./tariffs.ts";

/** The key of an erased CDR. */
export interface ErasedKey extends CdrKey {
  atMs: number;
}

export interface CopiedSeal extends Seal {
  bytes: Uint8Array[];
}

/** What is copied of each noun, with all that the store knows of it. */
export interface CopiedRows {
  tariffs: { version: TariffVersion; files: Record<string, string> };
  activations: Activation;
  assignments: { assignment: Assignment; setMs: number };
  cdrs: StoredCdr;
  erasedKeys: ErasedKey;
  erasedLines: { batchId: string; job: string; number: number; lines: number };
  seals: CopiedSeal;
  suspense: SuspenseRecord;
  jobs: Job;
  jobLines: { job: string; list: string; line: JobLine };
  facts: { name: string; fact: JsonObject };
  feeds: FeedRecord;
  dialects: NamedDialect;
  uploads: Upload;
  uploadParts: { upload: string; number: number; bytes: Uint8Array };
  batches: BatchRecord;
  queueEvents: QueueEvent;
  callHalves: CallHalf;
  adminActs: AdminAct;
  overlays: SourceOverlay;
  planObjects: PlanObject;
  periods: PeriodStatement;
  periodCdrs: PeriodCdr;
  logins: LoginRecord;
  deskEntries: DeskEntry;
  masterEntries: MasterEntry;
}

export type CopiedNoun = keyof CopiedRows;

export interface CopyPage<Row> {
  rows: Row[];
  /** Where the next page begins; null: this is the last one. */
  next: string | null;
}

export interface CopyTable<Row> {
  count(): Promise<number>;
  /** The rows after a place (null: from the first), in the order of their keys. */
  page(after: string | null, limits: PageLimits): Promise<CopyPage<Row>>;
  /**
   * Writes each row as it is, durably; one whose key is there already is left alone, so that a page
   * may come twice. @throws an error that names the row that the store does not take
   */
  put(rows: readonly Row[]): Promise<void>;
}

export type CopyTables = { readonly [Noun in CopiedNoun]: CopyTable<CopiedRows[Noun]> };

/** A store that is read from, or written to. */
export interface CopyEnd {
  /** What it is, without its password. */
  readonly name: string;
  readonly tables: CopyTables;
  /** Every process that was written down here, the copy itself among them. */
  processes(): Promise<StoreProcess[]>;
  /** A sign of life of the copy. */
  tend(): Promise<unknown>;
  close(): Promise<void>;
}

/** How far a copy has come: kept where it goes to. */
export interface CopyNote {
  /** Name of what it is made from. */
  from: string;
  /** Nouns that are whole, and the place of the one that is not; one that is absent was not begun. */
  nouns: { [Noun in CopiedNoun]?: { after: string | null; isWhole: boolean } };
}

export interface CopyTarget extends CopyEnd {
  /** The note of a copy that was begun here and not finished; null: there is none. */
  unfinished(): Promise<CopyNote | null>;
  /** Writes the note; from the first on no process uses the store until the copy is finished. */
  note(note: CopyNote): Promise<void>;
  /** The copy is whole: the store can be used. */
  finish(): Promise<void>;
}
