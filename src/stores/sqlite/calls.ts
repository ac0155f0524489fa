// What an open file is asked, by name: plain data in and out, so that it may be asked from another
// thread. JSON of records is written and read on the asking side (port.ts).
import type { Database } from "better-sqlite3";
import type { CdrFilter, SummaryQuery } from "../../queries/cdr-query.ts";
import type { Identity } from "../migration.ts";
import { logTable } from "./admin/log.ts";
import { loginTable } from "./admin/logins.ts";
import { masterReads, masterWrites } from "./admin/master.ts";
import { overlayTable } from "./admin/overlays.ts";
import { planObjectTable } from "./admin/plan-objects.ts";
import { deskReads, deskTable } from "./billing/desk.ts";
import { periodTable } from "./billing/periods.ts";
import { callHalfTable } from "./call-halves.ts";
import { cdrReader, cdrWriter } from "./cdrs/cdrs.ts";
import { cdrChanges } from "./cdrs/changes.ts";
import { cdrKeys } from "./cdrs/keys.ts";
import { nthCallTime } from "./cdrs/nth-time.ts";
import { summarizeCdrs } from "./cdrs/summary.ts";
import { talkPages } from "./cdrs/talks.ts";
import { cdrEraser } from "./erasures/erase.ts";
import { purgeLog } from "./erasures/purge.ts";
import { erasedKeyTable, erasureReads } from "./erasures/seals.ts";
import { factTable } from "./facts.ts";
import { feedTable } from "./feeds.ts";
import { fileCondition } from "./file/condition.ts";
import { batchTable } from "./imports/batches.ts";
import { dialectTable } from "./imports/dialects.ts";
import { uploadTable } from "./imports/uploads.ts";
import { jobTable } from "./jobs.ts";
import { notedTimelines, noteTimeline } from "./migrations/processes.ts";
import type { SqliteSchema } from "./migrations/runner.ts";
import { queueEventTable } from "./queue-events.ts";
import { activationTable, assignmentTable, tariffTable } from "./records.ts";
import { rollupReads } from "./rollups/reads.ts";
import { rollupWriter } from "./rollups/tables.ts";
import { oldSuspense, suspenseTable } from "./suspense.ts";

export interface CallParts {
  database: Database;
  indexedExtraFields: string[];
  identity: Identity;
  schema: SqliteSchema;
}

/** Each is one transaction or one statement: where the file is locked it is run again. */
export function fileWrites({ database, identity, schema }: CallParts) {
  const cdrs = cdrWriter(database);
  const suspense = suspenseTable(database);
  const jobs = jobTable(database);
  const feeds = feedTable(database);
  const uploads = uploadTable(database);
  const batches = batchTable(database);
  const planObjects = planObjectTable(database);
  const periods = periodTable(database);
  const logins = loginTable(database);
  const desk = deskTable(database);
  const rollups = rollupWriter(database);
  const beat = database.prepare("UPDATE heartbeat SET beats = beats + 1");
  return {
    insert: cdrs.insert,
    revise: cdrs.revise,
    maskCdrs: cdrs.mask,
    addSuspense: suspense.add,
    closeSuspense: suspense.close,
    removeSuspense: suspense.remove,
    maskSuspense: suspense.mask,
    putTariff: tariffTable(database).put,
    activate: activationTable(database).activate,
    follow: (stamp: string) => noteTimeline(database, identity, stamp),
    assign: assignmentTable(database).set,
    keepFact: factTable(database).keepFirst,
    putJob: jobs.put,
    updateJob: jobs.update,
    appendLines: jobs.appendLines,
    putFeed: feeds.put,
    updateFeed: feeds.update,
    ...eventWrites(database),
    putOverlay: overlayTable(database).put,
    setDialect: dialectTable(database).set,
    putUpload: uploads.put,
    updateUpload: uploads.update,
    putPart: uploads.putPart,
    dropUpload: uploads.drop,
    putBatch: batches.put,
    updateBatch: batches.update,
    putPlanObjects: planObjects.put,
    removePlanObjects: planObjects.remove,
    appendPeriod: periods.append,
    putPeriodCdrs: periods.putCdrs,
    removePeriodCdrs: periods.removeCdrs,
    putLogin: logins.put,
    removeLogin: logins.remove,
    removeEndedLogins: logins.removeEnded,
    putDeskEntry: desk.put,
    updateDeskEntry: desk.update,
    removeDeskEntry: desk.remove,
    ...masterWrites(database),
    putQuarter: rollups.putQuarter,
    putJoined: rollups.putJoined,
    forgetQuarters: rollups.forget,
    eraseCdrs: cdrEraser(database),
    forgetErased: erasedKeyTable(database).forget,
    purgeLog: () => purgeLog(database),
    beat: () => {
      beat.run();
    },
    signOfLife: schema.signOfLife,
    stepSchema: () => {
      schema.step();
    },
    rewrite: () => {
      schema.rewrite();
    },
  };
}

function eventWrites(database: Database) {
  const queueEvents = queueEventTable(database);
  const callHalves = callHalfTable(database);
  const log = logTable(database);
  return {
    putQueueEvents: queueEvents.put,
    removeQueueEvents: queueEvents.removeBefore,
    replaceQueueEvents: queueEvents.replace,
    putCallHalves: callHalves.put,
    pairCallHalves: callHalves.pair,
    removeCallHalves: callHalves.remove,
    appendAct: log.append,
    replaceActs: log.replace,
  };
}

/** A long one gives way to others between its pieces, and ends by its signal. */
export function fileReads({ database, indexedExtraFields, identity, schema }: CallParts) {
  const reader = cdrReader(database, indexedExtraFields);
  const keys = cdrKeys(database);
  const suspense = suspenseTable(database);
  const tariffs = tariffTable(database);
  const activations = activationTable(database);
  const assignments = assignmentTable(database);
  const jobs = jobTable(database);
  const queueEvents = queueEventTable(database);
  const callHalves = callHalfTable(database);
  const planObjects = planObjectTable(database);
  const periods = periodTable(database);
  const logins = loginTable(database);
  const log = logTable(database);
  return {
    get: cdrWriter(database).get,
    find: reader.find,
    changes: cdrChanges(database),
    count: (filter: CdrFilter, signal?: AbortSignal) => reader.count(filter, signal),
    nthCallTime: nthCallTime(database, indexedExtraFields),
    summarize: (query: SummaryQuery, signal?: AbortSignal) =>
      summarizeCdrs(database, indexedExtraFields, { ...query, ...(signal && { signal }) }),
    talks: talkPages(database, indexedExtraFields),
    ...rollupReads(database, indexedExtraFields),
    ...erasureReads(database),
    keyFaults: keys.page,
    tenants: keys.tenants,
    getSuspense: suspense.get,
    findSuspense: suspense.find,
    openSuspense: suspense.openByTenant,
    countOldSuspense: (query: Parameters<typeof oldSuspense>[1]) => oldSuspense(database, query),
    getTariff: tariffs.get,
    getTariffFiles: tariffs.getFiles,
    tariffTexts: tariffs.textsOf,
    listTariffs: tariffs.list,
    activations: activations.all,
    activationStamp: activations.stamp,
    followed: () => notedTimelines(database, identity),
    assignments: assignments.getFor,
    assignedMs: assignments.setMs,
    findAssignments: assignments.find,
    getFact: factTable(database).getFact,
    getJob: jobs.get,
    latestJobs: jobs.latest,
    pageLines: jobs.pageLines,
    feeds: feedTable(database).getFor,
    queueEvents: queueEvents.find,
    countQueueEvents: queueEvents.countBefore,
    callHalves: callHalves.getFor,
    olderCallHalves: callHalves.older,
    pageOfCallHalves: callHalves.page,
    pageOfLog: log.page,
    chainOfLog: log.chain,
    lastOfLog: log.last,
    overlays: overlayTable(database).all,
    ...importReads(database),
    getPlanObject: planObjects.get,
    listPlanObjects: planObjects.list,
    planObjectNames: planObjects.names,
    storedPlans: planObjects.plans,
    lastPeriod: periods.last,
    findPeriods: periods.find,
    getPeriod: periods.get,
    pagePeriodCdrs: periods.pageCdrs,
    periodCdrsOf: periods.cdrsOf,
    getLogin: logins.get,
    listLogins: logins.list,
    ...deskReads(database),
    ...masterReads(database),
    schemaState: schema.state,
    condition: fileCondition(database),
  };
}

function importReads(database: Database) {
  const dialects = dialectTable(database);
  const uploads = uploadTable(database);
  const batches = batchTable(database);
  return {
    getDialect: dialects.get,
    listDialects: dialects.list,
    getUpload: uploads.get,
    getPart: uploads.getPart,
    partNumbers: uploads.partNumbers,
    expiredUploads: uploads.expired,
    uploadBytes: uploads.totalBytes,
    getBatch: batches.get,
    latestBatches: batches.latest,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: their parameters are those of each function.
type Functions = Record<string, (...args: any[]) => unknown>;

/** The same functions, answered later. */
export type Asked<Calls extends Functions> = {
  [Name in keyof Calls]: (
    ...args: Parameters<Calls[Name]>
  ) => Promise<Awaited<ReturnType<Calls[Name]>>>;
};

export type FileWrites = ReturnType<typeof fileWrites>;
export type FileReads = ReturnType<typeof fileReads>;
export type FileAsk = Asked<FileWrites> & Asked<FileReads>;

/** Each function with `run` about it. */
export function asked<Calls extends Functions>(
  calls: Calls,
  run: (name: string, call: () => unknown) => Promise<unknown>,
): Asked<Calls> {
  const entries = Object.entries(calls).map(([name, call]) => [
    name,
    (...args: unknown[]) => run(name, () => call(...args)),
  ]);
  return Object.fromEntries(entries) as Asked<Calls>;
}
