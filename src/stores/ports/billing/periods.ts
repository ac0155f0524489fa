// PORT: statements of closed periods, and their corrections: written once, never changed; and what each
// of them says of each CDR.

/** A statement that was closed, or one that corrects it. */
export interface PeriodHead {
  /** Its place among all of the store, from 1 on without a gap: the order in which they came to be. */
  sequence: number;
  id: string;
  tenant: string;
  /** Unique in its tenant. */
  number: string;
  kind: "closing" | "correction";
  side: "sell" | "buy";
  /** The account, or the carrier in small letters. */
  party: string;
  /** Call times of its CDRs: [from, to). */
  fromMs: number;
  toMs: number;
  /** The id of the closing that it corrects; of a closing its own. */
  closing: string;
  atMs: number;
  /** sha256 hex of the bytes of the whole statement. */
  hash: string;
  /** JSON of the statement but its lines, opaque to the store. */
  head: string;
}

export interface PeriodStatement extends PeriodHead {
  /** JSON of its lines, opaque to the store. */
  lines: string;
}

/** What a statement says of one CDR. */
export interface PeriodCdr {
  /** The id of the statement, which need not be there yet. */
  statement: string;
  cdr: string;
  /** JSON, opaque to the store. */
  text: string;
}

export interface PeriodQuery {
  ids?: string[];
  tenants?: string[];
  numbers?: string[];
  side?: "sell" | "buy";
  party?: string;
  closings?: string[];
  kind?: PeriodHead["kind"];
  /** Those behind this place, and those before this one. */
  after?: number;
  before?: number;
  /** The latest first. */
  isDescending?: boolean;
  limit: number;
}

export interface PeriodStore {
  /** The place of the last one; 0: there is none. */
  last(): Promise<number>;
  /**
   * Writes it at its place, once and for ever. False when the place is taken: nothing is written then,
   * and who wrote has not seen all that was there before.
   */
  append(statement: PeriodStatement): Promise<boolean>;
  /** In the order of their places, without their lines. */
  find(query: PeriodQuery): Promise<PeriodHead[]>;
  /** Whole. */
  get(id: string): Promise<PeriodStatement | null>;
  /** A row of the same statement and CDR is replaced. */
  putCdrs(rows: readonly PeriodCdr[]): Promise<void>;
  /** Those of one statement, in the order of the ids of their CDRs. */
  pageCdrs(statement: string, page: { after?: string; limit: number }): Promise<PeriodCdr[]>;
  /** What these statements say of these CDRs, in no order. */
  cdrsOf(statements: readonly string[], cdrs: readonly string[]): Promise<PeriodCdr[]>;
  /** Of a statement that never came to be: as many as the limit at once, answers how many. */
  removeCdrs(statement: string, limit: number): Promise<number>;
}
