// PORT: suspense, the records kept aside with their bytes and a reason.

export interface SuspenseRecord {
  /** sha256 hex of source and bytes, with a query of source, query and bytes: a repeat is the same. */
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
  /** Whose it is, as far as it could be read. */
  tenant?: string;
  /** Where it says no tenant: those of the credentials that sent it, if they are bound to some. */
  owners?: string[];
  /** The stored CDR that it is in conflict with. */
  cdrId?: string;
  batchId?: string;
  batchLine?: number;
  /** The CDR that a retry made of it. */
  retriedAs?: { tenant: string; id: string };
  /** Who discarded it last and when; kept when it is opened again. */
  discardedBy?: string;
  discardedAtMs?: number;
  /** How often it came again after it was discarded, and was opened. */
  reopened?: number;
  /** Its bytes, its query and what was wrong in detail were taken away then. */
  maskedAtMs?: number;
}

/** What `add` did: the record is as it is in the store now. */
export interface AddedSuspense {
  /** `reopened`: it was discarded, and is open again. */
  outcome: "new" | "repeat" | "reopened";
  record: SuspenseRecord;
}

/** How a record is closed. */
export type SuspenseClosing =
  | { state: "retried"; as?: { tenant: string; id: string } }
  | { state: "discarded"; by: string; atMs: number };

export interface SuspenseQuery {
  states?: SuspenseRecord["state"][];
  reasons?: string[];
  sources?: string[];
  /** Their records, by what those say or by who sent them. */
  tenants?: string[];
  receivedAt?: { fromMs?: number; toMs?: number };
  limit: number;
  cursor?: string;
}

/** Open records of one tenant; null: of none that was understood. */
export interface OpenSuspense {
  tenant: string | null;
  open: number;
}

/** Records received before a time. */
export interface OldSuspense {
  /** Those that are dealt with, and of no import. */
  closed: number;
  /** All others. */
  others: number;
}

export interface SuspenseStore {
  /**
   * Of a record that is there already nothing is changed, but that a discarded one opens again, and
   * that its owners are also those of the repeat.
   */
  add(record: SuspenseRecord): Promise<AddedSuspense>;
  get(id: string): Promise<SuspenseRecord | null>;
  /** Closes an open record; false when it is not open (any more). */
  close(id: string, closing: SuspenseClosing): Promise<boolean>;
  /**
   * Takes bytes, query and detail away from those of them that are not open; answers how many. One that
   * comes again and is opened has them again.
   */
  mask(ids: readonly string[], atMs: number): Promise<number>;
  /** Erases those of them that are not open; answers how many. */
  remove(ids: readonly string[]): Promise<number>;
  /** How many were received before a time; counted where they are. */
  countOld(query: { beforeMs: number; tenants?: readonly string[] }): Promise<OldSuspense>;
  /** How many records are open, each tenant once, in no order; counted by an index. */
  openByTenant(): Promise<OpenSuspense[]>;
  /** Oldest first. */
  find(query: SuspenseQuery): Promise<{ records: SuspenseRecord[]; nextCursor?: string }>;
}
