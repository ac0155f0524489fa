// Every collection of a MongoDB store, as a copy reads and writes them.
import { Binary } from "mongodb";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { JsonObject } from "../../../cdr/json.ts";
import { engineError } from "../../../errors.ts";
import type {
  CopiedNoun,
  CopiedRows,
  CopiedSeal,
  CopyTable,
  CopyTables,
  ErasedKey,
} from "../../ports/copy.ts";
import type { Job, JobLine } from "../../ports/jobs.ts";
import type { TariffVersion } from "../../ports/tariffs.ts";
import { toAct, toActDocument } from "../admin/log.ts";
import { toLogin, toLoginDocument } from "../admin/logins.ts";
import { toMaster, toMasterDocument } from "../admin/master.ts";
import { toOverlay, toOverlayDocument } from "../admin/overlays.ts";
import { toPlanObject, toPlanObjectDocument } from "../admin/plan-objects.ts";
import { toDeskDocument, toDeskEntry } from "../billing/desk.ts";
import {
  toPeriodCdr,
  toPeriodCdrDocument,
  toPeriodDocument,
  toStatement,
} from "../billing/documents.ts";
import { toCallHalfDocument, toHalf } from "../call-halves.ts";
import { changeTimes } from "../cdrs/change-time.ts";
import { type CdrKeying, documentKey, idOfKey, keyOfText } from "../cdrs/key.ts";
import { type CdrDocument, callTimeOf, toCdr, toDocument } from "../documents.ts";
import type { ErasedDocument } from "../erasures/documents.ts";
import { toSealDocument, toStoredSeal } from "../erasures/erase.ts";
import { toFeed, toFeedDocument } from "../feeds.ts";
import { toBatch, toBatchDocument } from "../imports/batches.ts";
import { toDialect, toDialectDocument } from "../imports/dialects.ts";
import { partKey, toUpload, toUploadDocument } from "../imports/uploads.ts";
import { lineKey, NUMBER_DIGITS, toJob, toJobDocument } from "../jobs.ts";
import { toEvent, toQueueEventDocument } from "../queue-events.ts";
import {
  activationDocument,
  assignmentDocument,
  tariffCollection,
  toActivation,
  toAssignment,
} from "../records.ts";
import { rollupMarks } from "../rollups/marks.ts";
import type { ActivationDocument, AssignmentDocument, StoreCollections } from "../schema.ts";
import { toRecord, toSuspenseDocument } from "../suspense.ts";
import { collectionTable, throughFaults } from "./collection.ts";

/** The collections of each noun, and those that a store has for itself. */
export const COPIED_COLLECTIONS: Record<CopiedNoun | "own", readonly (keyof StoreCollections)[]> = {
  tariffs: ["tariffs", "tariffChunks"],
  activations: ["activations"],
  assignments: ["assignments"],
  cdrs: ["cdrs"],
  erasedKeys: ["erased"],
  erasedLines: ["erasedLines"],
  seals: ["seals"],
  suspense: ["suspense"],
  jobs: ["jobs"],
  jobLines: ["jobLines"],
  facts: ["facts"],
  feeds: ["feeds"],
  dialects: ["dialects"],
  uploads: ["uploads"],
  uploadParts: ["uploadParts"],
  batches: ["batches"],
  queueEvents: ["queueEvents"],
  callHalves: ["callHalves"],
  adminActs: ["adminActs"],
  overlays: ["overlays"],
  planObjects: ["planObjects"],
  periods: ["periods"],
  periodCdrs: ["periodCdrs"],
  logins: ["logins"],
  deskEntries: ["deskEntries"],
  masterEntries: ["masterEntries"],
  own: [
    ...(["meta", "migrations", "processes", "eraseSteps"] as const),
    ...(["rollupQuarters", "rollupPieces", "rollupCrossing"] as const),
  ],
};

function cdrTable(collections: StoreCollections, keying: CdrKeying): CopyTable<StoredCdr> {
  const { cdrs: collection } = collections;
  const times = changeTimes(collections);
  const marks = rollupMarks(collections);
  return collectionTable<CdrDocument, StoredCdr>({
    collection,
    read: toCdr,
    keyOfText: (text) => keyOfText(keying, text),
    write(cdr) {
      try {
        return toDocument(cdr, keying);
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw engineError("not-supported", `MongoDB cannot hold the CDR ${cdr.id}: ${why}.`, {
          hint: "An amount of a MongoDB store has 34 digits at most; an SQLite file has no such limit.",
          data: { id: cdr.id, tenant: cdr.tenant },
          cause,
        });
      }
    },
    insert: (documents) =>
      marks.during(documents.map(callTimeOf), () =>
        times.during(documents, (timed) => collection.insertMany(timed, { ordered: false })),
      ),
  });
}

function erasureTables(
  { erased, erasedLines, seals }: StoreCollections,
  keying: CdrKeying,
): Pick<CopyTables, "erasedKeys" | "erasedLines" | "seals"> {
  return {
    erasedKeys: collectionTable<ErasedDocument, ErasedKey>({
      collection: erased,
      read: ({ _id, tenant, at }) => ({ tenant, id: idOfKey(_id), atMs: at.getTime() }),
      keyOfText: (text) => keyOfText(keying, text),
      write: ({ tenant, id, atMs }) => {
        return { _id: documentKey(keying, { tenant, id }), tenant, at: new Date(atMs) };
      },
    }),
    erasedLines: collectionTable({
      collection: erasedLines,
      read({ _id, batchId, lines }) {
        const [, job = "", number = 0] = JSON.parse(_id) as [string, string, number];
        return { batchId, job, number, lines };
      },
      write: ({ batchId, job, number, lines }: CopiedRows["erasedLines"]) => {
        return { _id: JSON.stringify([batchId, job, number]), batchId, lines };
      },
    }),
    seals: collectionTable({
      collection: seals,
      read: toStoredSeal,
      write: (seal: CopiedSeal) => toSealDocument(seal),
    }),
  };
}

/** One version a page: its files may have many megabytes. */
function tariffTable(collections: StoreCollections): CopyTable<CopiedRows["tariffs"]> {
  const { getFiles, put } = tariffCollection(collections);
  const versions = collectionTable({
    collection: collections.tariffs,
    mostRows: 1,
    async read({ description }): Promise<CopiedRows["tariffs"]> {
      const version = JSON.parse(description) as TariffVersion;
      return { version, files: (await getFiles(version.version)) ?? {} };
    },
    write() {
      throw new Error("a version is written with its files");
    },
  });
  return throughFaults({
    ...versions,
    async put(rows) {
      for (const { version, files } of rows) await put(version, files);
    },
  });
}

function readLine(key: string, line: Omit<JobLine, "text"> & { line: string }) {
  const owner = key.slice(0, -NUMBER_DIGITS - 1);
  const border = owner.lastIndexOf(":");
  const { number, hash, line: text } = line;
  return {
    job: owner.slice(0, border),
    list: owner.slice(border + 1),
    line: { number, hash, text },
  };
}

function importTables({
  dialects,
  uploads,
  uploadParts,
  batches,
}: StoreCollections): Pick<CopyTables, "dialects" | "uploads" | "uploadParts" | "batches"> {
  return {
    dialects: collectionTable({ collection: dialects, read: toDialect, write: toDialectDocument }),
    uploads: collectionTable({ collection: uploads, read: toUpload, write: toUploadDocument }),
    uploadParts: collectionTable({
      collection: uploadParts,
      read: ({ upload, number, bytes }) => {
        return { upload, number, bytes: new Uint8Array(bytes.value()) };
      },
      write: ({ upload, number, bytes }) => {
        return { _id: partKey(upload, number), upload, number, bytes: new Binary(bytes) };
      },
    }),
    batches: collectionTable({ collection: batches, read: toBatch, write: toBatchDocument }),
  };
}

function adminTables({
  adminActs,
  overlays,
  planObjects,
  logins,
  deskEntries,
  masterEntries,
}: StoreCollections): Pick<
  CopyTables,
  "adminActs" | "overlays" | "planObjects" | "logins" | "deskEntries" | "masterEntries"
> {
  return {
    adminActs: collectionTable({
      collection: adminActs,
      read: toAct,
      write: toActDocument,
    }),
    overlays: collectionTable({
      collection: overlays,
      read: toOverlay,
      write: toOverlayDocument,
    }),
    planObjects: collectionTable({
      collection: planObjects,
      read: toPlanObject,
      write: toPlanObjectDocument,
    }),
    logins: collectionTable({
      collection: logins,
      read: toLogin,
      write: toLoginDocument,
    }),
    deskEntries: collectionTable({
      collection: deskEntries,
      read: toDeskEntry,
      write: toDeskDocument,
    }),
    masterEntries: collectionTable({
      collection: masterEntries,
      read: toMaster,
      write: toMasterDocument,
    }),
  };
}

export function mongoCopyTables(collections: StoreCollections, keying: CdrKeying): CopyTables {
  const { activations, assignments, suspense, jobs, jobLines, facts, feeds } = collections;
  return {
    tariffs: tariffTable(collections),
    activations: collectionTable<ActivationDocument, CopiedRows["activations"]>({
      collection: activations,
      read: toActivation,
      write: activationDocument,
    }),
    assignments: collectionTable<AssignmentDocument, CopiedRows["assignments"]>({
      collection: assignments,
      read: (row) => ({ assignment: toAssignment(row), setMs: row.setAt.getTime() }),
      write: ({ assignment, setMs }) => assignmentDocument(assignment, setMs),
    }),
    cdrs: cdrTable(collections, keying),
    ...erasureTables(collections, keying),
    suspense: collectionTable({
      collection: suspense,
      read: toRecord,
      write: toSuspenseDocument,
    }),
    jobs: collectionTable({
      collection: jobs,
      read: toJob,
      write: (job: Job) => toJobDocument(job),
    }),
    jobLines: collectionTable({
      collection: jobLines,
      read: ({ _id, ...line }) => readLine(_id, line),
      write: ({ job, list, line: { number, hash, text } }) => {
        return { _id: lineKey(job, list, number), number, hash, line: text };
      },
    }),
    facts: collectionTable({
      collection: facts,
      read: ({ _id: name, fact }) => ({ name, fact: JSON.parse(fact) as JsonObject }),
      write: ({ name, fact }) => ({ _id: name, fact: JSON.stringify(fact) }),
    }),
    feeds: collectionTable({ collection: feeds, read: toFeed, write: toFeedDocument }),
    ...importTables(collections),
    queueEvents: collectionTable({
      collection: collections.queueEvents,
      read: toEvent,
      write: toQueueEventDocument,
    }),
    callHalves: collectionTable({
      collection: collections.callHalves,
      read: toHalf,
      write: toCallHalfDocument,
    }),
    ...adminTables(collections),
    periods: collectionTable({
      collection: collections.periods,
      keyOfText: Number,
      read: toStatement,
      write: toPeriodDocument,
    }),
    periodCdrs: collectionTable({
      collection: collections.periodCdrs,
      read: toPeriodCdr,
      write: toPeriodCdrDocument,
    }),
  };
}
