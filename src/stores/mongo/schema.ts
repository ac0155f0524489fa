// Collections of the MongoDB store, their indexes, and the check of the schema version.
import type { Binary, Collection, Db, IndexDescription } from "mongodb";
import { engineError } from "../../errors.ts";
import type { SuspenseRecord } from "../store.ts";
import type { CdrDocument } from "./documents.ts";
import { encodeName } from "./documents.ts";
import type { FactDocument } from "./facts.ts";
import { CDR_INDEXES, extraIndexName } from "./filter.ts";

const SCHEMA_VERSION = 1;

export type SuspenseDocument = Omit<SuspenseRecord, "id" | "bytes" | "receivedAtMs"> & {
  _id: string;
  bytes: Binary;
  receivedAt: Date;
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
  voipPlan: string;
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

interface MetaDocument {
  _id: "schema" | "heartbeat";
  version?: number;
  beats?: number;
}

export interface StoreCollections {
  cdrs: Collection<CdrDocument>;
  suspense: Collection<SuspenseDocument>;
  tariffs: Collection<TariffDocument>;
  tariffChunks: Collection<TariffChunkDocument>;
  activations: Collection<ActivationDocument>;
  assignments: Collection<AssignmentDocument>;
  facts: Collection<FactDocument>;
  jobs: Collection<JobDocument>;
  jobLines: Collection<JobLineDocument>;
  meta: Collection<MetaDocument>;
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
    jobs: database.collection("jobs"),
    jobLines: database.collection("jobLines"),
    meta: database.collection("meta"),
  };
}

function cdrIndexes(indexedExtraFields: string[]): IndexDescription[] {
  const named: [string, readonly string[]][] = [
    ...Object.entries(CDR_INDEXES),
    ...indexedExtraFields.map((name): [string, string[]] => [
      extraIndexName(name),
      ["tenant", `extra.${encodeName(name)}`],
    ]),
  ];
  return named.map(([name, fields]) => ({
    name,
    key: new Map([...fields, "keys.callTime", "_id"].map((field) => [field, 1])),
  }));
}

/**
 * Creates indexes that are missing and notes the schema version.
 * Throws `store-unavailable` when a newer build has written the data base.
 */
export async function prepareCollections(
  collections: StoreCollections,
  indexedExtraFields: string[],
): Promise<void> {
  const { meta } = collections;
  await meta.updateOne(
    { _id: "schema" },
    { $setOnInsert: { version: SCHEMA_VERSION } },
    { upsert: true },
  );
  const version = (await meta.findOne({ _id: "schema" }))?.version ?? 0;
  if (version > SCHEMA_VERSION) {
    throw engineError(
      "store-unavailable",
      `The store has schema version ${version}; this build knows ${SCHEMA_VERSION}.`,
      { hint: "Start the newer build that wrote it, or name another data base in the setting." },
    );
  }
  await collections.cdrs.createIndexes(cdrIndexes(indexedExtraFields));
  await collections.suspense.createIndexes([
    { name: "time", key: { receivedAt: 1, _id: 1 } },
    { name: "tenant", key: { tenant: 1, receivedAt: 1, _id: 1 } },
  ]);
  await collections.tariffs.createIndexes([{ name: "time", key: { loadedAt: 1, _id: 1 } }]);
  await collections.activations.createIndexes([
    { name: "timeLine", key: { tenant: 1, from: 1, sequence: 1 } },
    { name: "sequence", key: { tenant: 1, sequence: 1 } },
  ]);
  await collections.jobs.createIndexes([{ name: "time", key: { createdAt: 1, _id: 1 } }]);
  await collections.assignments.createIndexes([
    { name: "account", key: { tenant: 1, account: 1, from: 1 } },
  ]);
}
