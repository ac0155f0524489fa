// Collections of the MongoDB store, and what their documents are.
import type { Binary, Collection, Db, Timestamp } from "mongodb";
import type { SchemaState } from "../migration.ts";
import type { Road } from "../ports/log.ts";
import type { MasterKind } from "../ports/master/entries.ts";
import type { LoginKind } from "../ports/people/logins.ts";
import type { SuspenseRecord } from "../ports/suspense.ts";
import type { DeskDocument } from "./billing/desk-document.ts";
import type { PeriodCdrDocument, PeriodDocument } from "./billing/documents.ts";
import type { CdrDocument } from "./documents.ts";
import type {
  ErasedDocument,
  ErasedLineDocument,
  EraseStepDocument,
  SealDocument,
} from "./erasures/documents.ts";
import type { FactDocument } from "./facts.ts";
import type {
  BatchDocument,
  DialectDocument,
  UploadDocument,
  UploadPartDocument,
} from "./imports/documents.ts";
import type { ProcessDocument } from "./migrations/processes.ts";
import type {
  RollupCrossingDocument,
  RollupPieceDocument,
  RollupQuarterDocument,
} from "./rollups/documents.ts";

export type SuspenseDocument = Omit<
  SuspenseRecord,
  "id" | "bytes" | "receivedAtMs" | "discardedAtMs" | "maskedAtMs"
> & {
  _id: string;
  bytes: Binary;
  receivedAt: Date;
  discardedAt?: Date;
  maskedAt?: Date;
};

/** Written last, so that a version is there whole or not at all. */
export interface TariffDocument {
  /** The version. */
  _id: string;
  loadedAt: Date;
  /** The TariffVersion as JSON text. */
  description: string;
  files: { name: string; hash: string; chunks: number }[];
}

/** A part of a tariff file below the limit of one document; `_id` is `hash:number`. */
export interface TariffChunkDocument {
  _id: string;
  bytes: Binary;
}

export interface ActivationDocument {
  /** JSON of tenant and sequence: the key makes the sequence unique. */
  _id: string;
  tenant: string;
  sequence: number;
  version: string;
  from: Date;
  activatedAt: Date;
}

export interface AssignmentDocument {
  /** JSON of tenant, account and start. */
  _id: string;
  tenant: string;
  account: string;
  from: Date;
  voipPlan: string | null;
  numbering?: string;
  setAt: Date;
}

export interface JobDocument {
  _id: string;
  kind: string;
  state: string;
  version: number;
  createdAt: Date;
  /** JSON text: names of members may be any. */
  body: string;
}

interface JobLineDocument {
  /** Job, list and the number with leading zeros: a range of keys is a page. */
  _id: string;
  number: number;
  hash: string;
  line: string;
}

export interface MetaDocument {
  _id: "schema" | "heartbeat" | "clock";
  version?: number;
  /** What makes the key of a CDR; absent in a data base of release 0.1.0. */
  cdrKey?: SchemaState["cdrKey"];
  /** Absent: texts. Noted when the data base is made, and never changed. */
  keyForm?: "bytes";
  /** The data base is new, and not every step has run. */
  isBeingMade?: boolean;
  /** A step that is about to run alone: no process of an older build may begin now. */
  announced?: number;
  /** JSON of how far a copy into this data base has come; absent: it is whole. */
  copy?: string;
  beats?: number;
  /** Time of the server when it was last asked for. */
  now?: Timestamp;
}

/** A step that has run, and how far the rewrite behind it is. */
interface MigrationDocument {
  /** Number of the step. */
  _id: number;
  title: string;
  build: string;
  ranAt: Date;
  place: string | null;
  done: number;
  total: number;
  isDone: boolean;
}

export interface FeedDocument {
  /** The name. */
  _id: string;
  version: number;
  owner: string | null;
  leaseUntil: Date;
  isStopped: boolean;
  /** JSON texts: names of members may be any. */
  position: string | null;
  state: string;
}

export interface QueueEventDocument {
  _id: string;
  source: string;
  at: Date;
  event: string;
  queue: string;
  agent: string | null;
  uniqueId: string;
  linkedId: string | null;
  account: string | null;
  /** JSON text: names of members may be any. */
  facts: string;
}

export interface CallHalfDocument {
  _id: string;
  feed: string;
  side: "begin" | "end";
  bytes: Binary;
  since: Date;
  isPaired: boolean;
}

export interface ActDocument {
  _id: string;
  at: Date;
  by: string;
  act: string;
  subject: string;
  tenant: string | null;
  /** JSON texts: names of members may be any. */
  before: string;
  after: string;
  /** Those from here on are absent in what was written before the chain, those of the chain together. */
  road?: Road | null;
  address?: string | null;
  why?: string | null;
  sequence?: number;
  previous?: string;
  said?: string;
  salt?: string | null;
  hash?: string;
}

export interface OverlayDocument {
  /** Name of the source. */
  _id: string;
  version: number;
  /** A JSON text; null: the source is as in the settings. */
  members: string | null;
}

export interface PlanObjectDocument {
  /** JSON of plan, kind and name. */
  _id: string;
  plan: string;
  kind: string;
  name: string;
  body: Binary;
}

export interface LoginDocument {
  /** JSON of kind and name. */
  _id: string;
  kind: LoginKind;
  name: string;
  owner: string;
  version: number;
  endsAt: Date | null;
  /** A JSON text. */
  content: string;
}

export interface MasterDocument {
  /** JSON text of kind, tenant and id. */
  _id: string;
  kind: MasterKind;
  tenant: string;
  id: string;
  version: number;
  label: string;
  /** JSON text: names of members may be any. */
  body: string;
}

export interface StoreCollections {
  cdrs: Collection<CdrDocument>;
  suspense: Collection<SuspenseDocument>;
  tariffs: Collection<TariffDocument>;
  tariffChunks: Collection<TariffChunkDocument>;
  activations: Collection<ActivationDocument>;
  assignments: Collection<AssignmentDocument>;
  facts: Collection<FactDocument>;
  feeds: Collection<FeedDocument>;
  queueEvents: Collection<QueueEventDocument>;
  callHalves: Collection<CallHalfDocument>;
  dialects: Collection<DialectDocument>;
  uploads: Collection<UploadDocument>;
  uploadParts: Collection<UploadPartDocument>;
  batches: Collection<BatchDocument>;
  adminActs: Collection<ActDocument>;
  overlays: Collection<OverlayDocument>;
  planObjects: Collection<PlanObjectDocument>;
  periods: Collection<PeriodDocument>;
  periodCdrs: Collection<PeriodCdrDocument>;
  logins: Collection<LoginDocument>;
  deskEntries: Collection<DeskDocument>;
  masterEntries: Collection<MasterDocument>;
  rollupQuarters: Collection<RollupQuarterDocument>;
  rollupPieces: Collection<RollupPieceDocument>;
  rollupCrossing: Collection<RollupCrossingDocument>;
  erased: Collection<ErasedDocument>;
  erasedLines: Collection<ErasedLineDocument>;
  seals: Collection<SealDocument>;
  eraseSteps: Collection<EraseStepDocument>;
  jobs: Collection<JobDocument>;
  jobLines: Collection<JobLineDocument>;
  meta: Collection<MetaDocument>;
  migrations: Collection<MigrationDocument>;
  processes: Collection<ProcessDocument>;
}

export function storeCollections(database: Db): StoreCollections {
  return {
    cdrs: database.collection("cdrs"),
    suspense: database.collection("suspense"),
    tariffs: database.collection("tariffs"),
    tariffChunks: database.collection("tariffChunks"),
    activations: database.collection("activations"),
    assignments: database.collection("assignments"),
    facts: database.collection("facts"),
    feeds: database.collection("feeds"),
    queueEvents: database.collection("queueEvents"),
    callHalves: database.collection("callHalves"),
    dialects: database.collection("dialects"),
    uploads: database.collection("uploads"),
    uploadParts: database.collection("uploadParts"),
    batches: database.collection("batches"),
    adminActs: database.collection("adminActs"),
    overlays: database.collection("overlays"),
    planObjects: database.collection("planObjects"),
    periods: database.collection("periods"),
    periodCdrs: database.collection("periodCdrs"),
    logins: database.collection("logins"),
    deskEntries: database.collection("deskEntries"),
    masterEntries: database.collection("masterEntries"),
    rollupQuarters: database.collection("rollupQuarters"),
    rollupPieces: database.collection("rollupPieces"),
    rollupCrossing: database.collection("rollupCrossing"),
    erased: database.collection("erased"),
    erasedLines: database.collection("erasedLines"),
    seals: database.collection("seals"),
    eraseSteps: database.collection("eraseSteps"),
    jobs: database.collection("jobs"),
    jobLines: database.collection("jobLines"),
    meta: database.collection("meta"),
    migrations: database.collection("migrations"),
    processes: database.collection("processes"),
  };
}
