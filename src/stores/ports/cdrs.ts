// PORT: CDRs with their ratings: written once, revised conditionally, found, counted, summed; and sums
// that are kept of them.
import type { CdrContent, CdrOrigin, StoredCdr } from "../../cdr/cdr.ts";
import type { Rating } from "../../cdr/rating.ts";
import type { AttemptTerms } from "../../queries/attempts.ts";
import type {
  CdrFilter,
  CdrPageQuery,
  SummaryQuery,
  SummaryRow,
  TimeRange,
} from "../../queries/cdr-query.ts";
import type { StoredTalk, TalkQuery } from "../../queries/talks.ts";
import type { Level, Quarter } from "../../rollups/pieces.ts";

/** A CDR with its first rating, as it goes into the store. */
export type NewCdr = Omit<StoredCdr, "history">;

/** What a CDR is unique by: the same id in two tenants is two CDRs. */
export interface CdrKey {
  tenant: string;
  id: string;
}

/**
 * `exists`: the key is taken, nothing was written; `stored` is what is there. `taken`: a CDR of
 * another tenant has the id, in a data base whose key is the id alone (`schemaState().cdrKey`).
 * `erased`: a CDR of the key was erased, and its key was kept; nothing was written.
 */
export type InsertOutcome =
  | { outcome: "inserted" }
  | { outcome: "exists"; stored: StoredCdr }
  | { outcome: "erased" }
  | { outcome: "taken" };

/** Replaces the current rating (and content and origin, where they changed) of one CDR. */
export interface Revision extends CdrKey {
  /** The revision seen; the write happens only if it is still the current one. */
  expectedRevision: number;
  rating: Rating;
  content?: CdrContent;
  origin?: CdrOrigin;
  atMs: number;
  /** The CDR was seen with its numbers masked; else one that is masked meanwhile is not revised. */
  isMasked?: boolean;
}

export type ReviseOutcome = "revised" | "changed-meanwhile" | "not-found";

/** Ends a long read between two pieces of its work: the reason of the signal is thrown. */
export interface ReadOptions {
  signal?: AbortSignal;
}

export interface FindOptions extends ReadOptions {
  /** Leaves out a CDR that cannot be read any more, which is otherwise an error that names it. */
  skipUnreadable?: boolean;
  /** Ends a page whose records come to so many bytes before its limit; 8 MB when not said. */
  pageBytes?: number;
}

export interface NthOptions extends ReadOptions {
  /** Counts from the last one back. */
  fromLast?: boolean;
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

export interface ChangesQuery {
  filter: CdrFilter;
  /** The `next` of the page before; absent: from the first change of all times. */
  after?: string;
  limit: number;
}

export interface ChangePage {
  /** Each as it is now, voided ones among them unless the filter names outcomes. */
  cdrs: StoredCdr[];
  /** Where the next page begins, also where this one was empty: ask for it again later. */
  next: string;
}

export interface CdrStore {
  /** Inserts each CDR in one atomic write; answers in the same order. */
  insert(cdrs: NewCdr[]): Promise<InsertOutcome[]>;
  /** Conditional, atomic per CDR: the old rating goes to `history`. Answers in order. */
  revise(revisions: Revision[]): Promise<ReviseOutcome[]>;
  /**
   * Writes CDRs whose numbers were masked over those of their keys, history and all, where these still have
   * the revision of theirs and are not masked. It is no revision: nothing of it is in `changes`.
   */
  mask(cdrs: readonly StoredCdr[]): Promise<ReviseOutcome[]>;
  get(key: CdrKey): Promise<StoredCdr | null>;
  /** One page: at most `limit` CDRs, fewer where they are large; only a cursor says that more follow. */
  find(
    query: CdrPageQuery,
    options?: FindOptions,
  ): Promise<{ cdrs: StoredCdr[]; nextCursor?: string }>;
  /** Everything that matches, in pages by call time, id, tenant; no page over `pageSize`. */
  scan(filter: CdrFilter, pageSize?: number, options?: ScanOptions): AsyncIterable<StoredCdr[]>;
  /**
   * CDRs in the order in which they were last written. Who goes on with each `next` sees every CDR
   * after its insert and after each of its revisions, at least once, however many write meanwhile
   * and whatever their clocks say.
   */
  changes(query: ChangesQuery, options?: ReadOptions): Promise<ChangePage>;
  count(filter: CdrFilter, options?: ReadOptions): Promise<number>;
  /**
   * The call time (epoch milliseconds) of the n-th CDR of the filter in the order of call times, from 1
   * on, or from the last one back; null: there are fewer. Cuts work over many CDRs into stretches of time.
   */
  nthCallTime(filter: CdrFilter, nth: number, options?: NthOptions): Promise<number | null>;
  summarize(query: SummaryQuery, options?: ReadOptions): Promise<SummaryRow[]>;
  /** Answered attempts that have a part of the span, in parts, in the order of their beginnings. */
  talks(query: TalkQuery, options?: ReadOptions): AsyncIterable<StoredTalk[]>;
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
}

export interface RollupAnswer {
  /** Those of `CdrStore.summarize`, to the last digit. */
  rows: SummaryRow[];
  /** Where they were read. */
  from: "rollup" | "cdrs" | "both";
}

export interface RollupState {
  /** Quarter hours in which there are records. */
  quarters: number;
  /** Those of them whose sums are to be made. */
  dirty: number;
}

/** A whole hour or day. */
export interface JoinedPiece {
  level: Exclude<Level, 1>;
  quarter: number;
}

/**
 * Sums kept by pieces of time. They are made from the CDRs, never added to: a write marks the quarter
 * hours of its CDR, and what is marked is answered from the CDRs themselves.
 */
export interface UnjoinedPage {
  pieces: JoinedPiece[];
  /** What to go on before; null: there is nothing earlier. */
  before: number | null;
}

export interface RollupStore {
  /** As `CdrStore.summarize`. */
  summarize(query: SummaryQuery, options?: ReadOptions): Promise<RollupAnswer>;
  /**
   * Quarter hours whose sums are not those of their records, the latest first; those that a range
   * touches, the earliest first.
   */
  dirty(terms: AttemptTerms, limit: number, range?: Required<TimeRange>): Promise<Quarter[]>;
  /**
   * Makes the sums of a quarter hour from its CDRs.
   * False: a CDR of it was written meanwhile, and it is dirty as before.
   */
  make(quarter: Quarter, terms: AttemptTerms, options?: ReadOptions): Promise<boolean>;
  /**
   * Hours and days whose sums could be added up and are not: those of some thousand quarter hours
   * before one, the first of a day; absent: the latest.
   */
  unjoined(terms: AttemptTerms, before?: number): Promise<UnjoinedPage>;
  /** Adds up an hour or a day. False: a part of it is dirty. */
  join(piece: JoinedPiece, terms: AttemptTerms, options?: ReadOptions): Promise<boolean>;
  /**
   * Marks every quarter hour of the range that has a CDR or a mark, so that it is made anew; also one whose
   * mark was lost. Answers how many.
   */
  forget(range: Required<TimeRange>): Promise<number>;
  /** Of all, or of those that a range touches. */
  state(terms: AttemptTerms, range?: Required<TimeRange>): Promise<RollupState>;
}

/** CDRs that may not be erased now. */
export interface Hold {
  /** Absent: of every tenant. */
  tenants?: readonly string[];
  callTime: Required<TimeRange>;
}

/** One step of erasing: the next CDRs in the order of call time, and all attempts of their calls. */
export interface EraseStep {
  /** The step is noted as line `number` of this list of the job; one that is noted is not done again. */
  job: string;
  list: string;
  number: number;
  /** Absent: of every tenant. */
  tenants?: readonly string[];
  callTime: Required<TimeRange>;
  /** A call with an attempt from then on stays. */
  beforeMs: number;
  /** CDRs that were received from then on stay, with the attempts of their calls. */
  receivedBeforeMs: number;
  holds: readonly Hold[];
  /** The `next` of the step before. */
  after: string | null;
  limit: number;
  terms: AttemptTerms;
  atMs: number;
}

/** What a step did; it is also the text of its line. */
export interface ErasedStep {
  erased: number;
  /** Those that it met and left, for a hold or for an attempt of their call. */
  left: number;
  /** Of what went, by tenant and outcome. */
  sums: SummaryRow[];
  /** Where the next step begins; null: this was the last one. */
  next: string | null;
}

/** Sums of erased CDRs of one quarter hour. */
export interface Seal {
  quarter: number;
  /** By which rules they were counted; those of other builds cannot be read. */
  shape: string;
  cdrs: number;
  tenants: string[];
  /** Quarter hours with attempts of calls that have one here: from the first to the last. */
  since: number;
  until: number;
  /** sha256 hex over the sums and the number of CDRs. */
  hash: string;
}

export interface SealQuery {
  /** Quarter hours: [first, end). */
  first: number;
  end: number;
  limit: number;
}

/** Erasing CDRs, and what stays of them: their keys, and their sums by quarter hours. */
export interface ErasureStore {
  /**
   * Erases as the step says, after their sums and keys are kept; repeated after a crash it ends what
   * was begun. Of several on one store one may erase at a time.
   */
  erase(step: EraseStep): Promise<ErasedStep>;
  /** Ends what a step began and nobody will end: CDRs that it had not decided on can be revised again. */
  release(): Promise<void>;
  /** Seals in the order of time. `isMoving`: a step is under way, in quarter hours of these. */
  seals(query: SealQuery): Promise<{ seals: Seal[]; isMoving: boolean }>;
  /** What is kept under a seal, in the order of the rollups; null: it is another one by now. */
  sealedBytes(seal: Seal): Promise<Uint8Array[] | null>;
  /**
   * What `live` answers with the sums of erased CDRs.
   * @throws `not-supported` where the kept sums cannot tell what is asked, which is named
   */
  summarize(
    query: SummaryQuery,
    live: () => Promise<RollupAnswer>,
    options?: ReadOptions,
  ): Promise<RollupAnswer>;
  /** Which of these keys are those of erased CDRs. */
  keysOf(keys: readonly CdrKey[]): Promise<CdrKey[]>;
  /** Lines of a batch whose CDRs were erased. */
  linesOf(batchId: string): Promise<number>;
  /**
   * Takes what was masked or erased out of the log of an SQLite file too. False: a reader is in the way;
   * ask again.
   */
  purge(): Promise<boolean>;
  /** Forgets keys of CDRs that were erased before; at most so many; answers how many. */
  forgetKeys(erasedBeforeMs: number, most: number): Promise<number>;
}
