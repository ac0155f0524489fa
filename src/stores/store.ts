// PORT: what a store is. Two adapters fulfil it (sqlite/, mongo/); tests/stores/
// store-contract.ts runs on both. Every method is asynchronous; reads come in pages or as async
// iterators; a store that cannot be reached throws `store-unavailable`.
import type { CdrContent, CdrOrigin, StoredCdr } from "../cdr/cdr.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { Assignment, Rating } from "../cdr/rating.ts";
import type { CdrFilter, CdrPageQuery, SummaryQuery, SummaryRow } from "../queries/cdr-query.ts";
import type { SchemaState } from "./migration.ts";

/** A CDR with its first rating, as it goes into the store. */
export type NewCdr = Omit<StoredCdr, "history">;

/** `exists`: the unique id is taken, nothing was written; `stored` is what is there. */
export type InsertOutcome = { outcome: "inserted" } | { outcome: "exists"; stored: StoredCdr };

/** Replaces the current rating (and content and origin, where they changed) of one CDR. */
export interface Revision {
  id: string;
  /** The revision seen; the write happens only if it is still the current one. */
  expectedRevision: number;
  rating: Rating;
  content?: CdrContent;
  origin?: CdrOrigin;
  atMs: number;
}

export type ReviseOutcome = "revised" | "changed-meanwhile" | "not-found";

export interface SuspenseRecord {
  /** sha256 hex of source and bytes: a repeat is the same record. */
  id: string;
  source: string;
  state: "open" | "retried" | "discarded";
  reason: string;
  /** What is wrong, naming field, line or byte. */
  detail: string;
  /** Route or format it came by, so that a retry reads it the same way. */
  format: string;
  contentType?: string;
  query?: string;
  bytes: Uint8Array;
  receivedAtMs: number;
  tenant?: string;
  /** The stored CDR that it is in conflict with. */
  cdrId?: string;
  batchId?: string;
  batchLine?: number;
}

export interface SuspenseQuery {
  states?: SuspenseRecord["state"][];
  reasons?: string[];
  sources?: string[];
  tenants?: string[];
  receivedAt?: { fromMs?: number; toMs?: number };
  limit: number;
  cursor?: string;
}

export interface TariffVersion {
  /** Content hash: the same folder is the same version. */
  version: string;
  name: string;
  /** A native tariff has one; a CGRateS folder those of its rating profiles. */
  tenants: string[];
  kind: "native" | "cgrates";
  semantics: "native" | "cgrates" | "exact";
  loadedAtMs: number;
  counts: Record<string, number>;
  warnings: JsonObject[];
}

/** One entry of the time line: from `fromMs` on, calls of the tenant are priced by `version`. */
export interface Activation {
  tenant: string;
  version: string;
  fromMs: number;
  activatedAtMs: number;
  /** Position in the time line: of two activations with one `fromMs`, the higher one holds. */
  sequence: number;
}

export interface TariffVersionPage {
  versions: TariffVersion[];
  nextCursor?: string;
}

/** Ends a long read between two pieces of its work: the reason of the signal is thrown. */
export interface ReadOptions {
  signal?: AbortSignal;
}

export interface FindOptions extends ReadOptions {
  /** Leaves out a CDR that cannot be read any more, which is otherwise an error that names it. */
  skipUnreadable?: boolean;
}

export interface ScanOptions extends FindOptions {
  /** Begins after this CDR instead of with the first one. */
  after?: StoredCdr;
}

/** A CDR that queries and sums see otherwise than it is. */
export interface KeyFault {
  id: string;
  /** What is wrong with it, each in words that begin with the name of the key. */
  faults: string[];
}

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

export interface Store {
  readonly kind: "sqlite" | "mongo";

  /** Inserts each CDR in one atomic write; answers in the same order. */
  insert(cdrs: NewCdr[]): Promise<InsertOutcome[]>;
  /** Conditional, atomic per CDR: the old rating goes to `history`. Answers in order. */
  revise(revisions: Revision[]): Promise<ReviseOutcome[]>;
  get(id: string): Promise<StoredCdr | null>;
  find(
    query: CdrPageQuery,
    options?: FindOptions,
  ): Promise<{ cdrs: StoredCdr[]; nextCursor?: string }>;
  /** Everything that matches, in pages by call time then id; no page over `pageSize`. */
  scan(filter: CdrFilter, pageSize?: number, options?: ScanOptions): AsyncIterable<StoredCdr[]>;
  count(filter: CdrFilter, options?: ReadOptions): Promise<number>;
  summarize(query: SummaryQuery, options?: ReadOptions): Promise<SummaryRow[]>;
  /**
   * Reads the selected CDRs of every outcome, in parts, and reckons anew each value that is kept
   * beside a record to find, sort and add it up by: answers those CDRs where one is not what the
   * record gives, and those that cannot be read. The selection itself goes by such values.
   */
  keyFaults(
    filter: Pick<CdrFilter, "tenants" | "callTime">,
    options?: ReadOptions,
  ): AsyncIterable<{ read: number; found: KeyFault[] }>;
  /** Every tenant that a CDR has, in the order of their names; read from an index. */
  tenants(): Promise<string[]>;

  /** False when the same id is there already (nothing is written then). */
  suspend(record: SuspenseRecord): Promise<boolean>;
  getSuspense(id: string): Promise<SuspenseRecord | null>;
  /** Closes an open record; false when it is not open (any more). */
  closeSuspense(id: string, state: "retried" | "discarded"): Promise<boolean>;
  /** Oldest first. */
  findSuspense(query: SuspenseQuery): Promise<{ records: SuspenseRecord[]; nextCursor?: string }>;

  /** Stores a version whole or not at all; loading the same again changes nothing. */
  putTariff(version: TariffVersion, files: Record<string, string>): Promise<void>;
  getTariff(version: string): Promise<TariffVersion | null>;
  getTariffFiles(version: string): Promise<Record<string, string> | null>;
  /** Latest loaded first. */
  listTariffs(limit: number, cursor?: string): Promise<TariffVersionPage>;
  /** Adds an entry to the time line; the store gives the sequence. */
  activate(entry: Omit<Activation, "sequence">): Promise<Activation>;
  /** The whole time line, by tenant, fromMs, sequence. */
  activations(): Promise<Activation[]>;
  /** Changes whenever the time line does: cheap to ask every second. */
  activationStamp(): Promise<string>;

  /** The same tenant, account and fromMs again replaces the entry. */
  setAssignment(assignment: Assignment, atMs: number): Promise<void>;
  /** Every dated assignment of these accounts, by fromMs; one round trip for a batch. */
  getAssignments(keys: { tenant: string; account: string }[]): Promise<Assignment[]>;
  /** When the entry from that moment was last written; null: there is none. */
  assignmentSetMs(key: Pick<Assignment, "tenant" | "account" | "fromMs">): Promise<number | null>;
  /** By tenant, account and fromMs. */
  findAssignments(query: {
    tenants?: string[];
    limit: number;
    cursor?: string;
  }): Promise<{ assignments: Assignment[]; nextCursor?: string }>;

  /** Keeps a small fact under a name, once: answers what is there, the first that was kept. */
  keepFirst(name: string, fact: JsonObject): Promise<JsonObject>;
  /** The fact kept under a name; null: none. */
  getFact(name: string): Promise<JsonObject | null>;

  /** False when the id is taken: nothing is written then. */
  putJob(job: Job): Promise<boolean>;
  getJob(id: string): Promise<Job | null>;
  /** Replaces the job if it is still at the version seen; else false. */
  updateJob(job: Job, expectedVersion: number): Promise<boolean>;
  /** Latest first. */
  listJobs(query: JobQuery): Promise<{ jobs: Job[]; nextCursor?: string }>;
  /** Adds lines to a named list of a job; a number that is there already is replaced. */
  appendLines(job: string, list: string, lines: JobLine[]): Promise<void>;
  /** Lines by number, those above `after` first. */
  pageLines(job: string, list: string, page: { after: number; limit: number }): Promise<JobLine[]>;

  /** Where the schema stands: what waits, and what is still rewritten. */
  schemaState(): Promise<SchemaState>;
  /**
   * To be called every `SIGN_OF_LIFE_MS` by a process that stays, and at once again while a rewrite
   * is behind: writes that it lives, runs a step that waited and one slice of the rewrite.
   */
  tend(): Promise<SchemaState>;

  /** Resolves when a durable write would work now; else throws `store-unavailable`. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
