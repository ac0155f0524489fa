// The port over what a file is asked, wherever the file is open: rows become CDRs here.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { touchedQuarters } from "../../rollups/pieces.ts";
import { readAll } from "../key-faults.ts";
import { pageOfBatches, pageOfJobs } from "../list-pages.ts";
import type { CdrStore, ErasureStore, FindOptions, RollupStore } from "../ports/cdrs.ts";
import { editionOf } from "../rollups/edition.ts";
import { sealedSums } from "../rollups/sealed-sums.ts";
import { scanPages } from "../scan-pages.ts";
import type { Store } from "../store.ts";
import type { FileAsk } from "./calls.ts";
import { keyFaultPages } from "./cdrs/keys.ts";
import type { TalkPage, TalkPlace } from "./cdrs/talks.ts";
import { jobToRow, rowToJob } from "./jobs.ts";
import type { Forgotten } from "./rollups/forget.ts";
import { newRows, rowToCdr, type SentRow } from "./rows.ts";

/** Others have the event loop between them. */
async function readCdrs(rows: SentRow[], options: FindOptions = {}): Promise<StoredCdr[]> {
  const cdrs: StoredCdr[] = [];
  for (const row of rows) {
    if (isTurnOver()) await ownTurn();
    options.signal?.throwIfAborted();
    cdrs.push(...readAll([row], rowToCdr, options));
  }
  return cdrs;
}

function cdrStore(ask: FileAsk): CdrStore {
  const find: CdrStore["find"] = async (query, options = {}) => {
    const { rows, ...page } = await ask.find(
      query,
      { pageBytes: options.pageBytes },
      options.signal,
    );
    return { cdrs: await readCdrs(rows, options), ...page };
  };
  return {
    async insert(cdrs) {
      const found = await ask.insert(newRows(cdrs));
      return found.map((row) => {
        if (row === null) return { outcome: "inserted" };
        return row === "erased" ? { outcome: row } : { outcome: "exists", stored: rowToCdr(row) };
      });
    },
    revise: (revisions) => ask.revise(revisions),
    mask: (cdrs) => ask.maskCdrs(cdrs),
    async get({ tenant, id }) {
      const row = await ask.get({ tenant, id });
      return row === null ? null : rowToCdr(row);
    },
    find,
    scan: (filter, pageSize, options) => scanPages(find, filter, pageSize, options),
    async changes(query, options) {
      const { rows, next } = await ask.changes(query, options?.signal);
      return { cdrs: await readCdrs(rows, options), next };
    },
    count: (filter, options) => ask.count(filter, options?.signal),
    nthCallTime: (filter, nth, { fromLast = false, signal } = {}) =>
      ask.nthCallTime(filter, nth, fromLast, signal),
    summarize: (query, options) => ask.summarize(query, options?.signal),
    async *talks(query, options) {
      let place: TalkPlace | null = { part: "long" };
      while (place !== null) {
        const page: TalkPage = await ask.talks(query, place, options?.signal);
        if (page.talks.length > 0) yield page.talks;
        place = page.next;
      }
    },
    keyFaults: (filter, options) =>
      keyFaultPages((after) => ask.keyFaults(filter, after, options?.signal)),
    tenants: () => ask.tenants(),
  };
}

function rollupStore(ask: FileAsk): RollupStore {
  return {
    summarize: (query, options) => ask.rollupSums(query, options?.signal),
    dirty: ask.dirtyQuarters,
    async make(quarter, terms, options) {
      const made = await ask.countQuarter(quarter.quarter, terms, options?.signal);
      return ask.putQuarter(quarter, editionOf(terms), made);
    },
    unjoined: ask.unjoinedPieces,
    async join(piece, terms, options) {
      const made = await ask.joinPiece(piece, terms, options?.signal);
      return made !== null && (await ask.putJoined(piece, editionOf(terms), made));
    },
    async forget(range) {
      const { first, end } = touchedQuarters(range);
      let marked = 0;
      for (let next: number | null = first; next !== null; ) {
        const found: Forgotten = await ask.forgetQuarters(next, end);
        marked += found.marked;
        next = found.next;
      }
      return marked;
    },
    state: ask.rollupState,
  };
}

function erasureStore(ask: FileAsk): ErasureStore {
  const seals: ErasureStore["seals"] = async (query) => {
    return { seals: await ask.pageOfSeals(query), isMoving: false };
  };
  return {
    erase: ask.eraseCdrs,
    // Each step is one transaction: none is left half done.
    release: async () => undefined,
    seals,
    sealedBytes: ask.sealedBytes,
    summarize: (query, live, options) =>
      sealedSums({ seals, bytes: ask.sealedBytes, live }, query, options),
    keysOf: ask.erasedAmong,
    linesOf: ask.erasedLines,
    purge: ask.purgeLog,
    forgetKeys: ask.forgetErased,
  };
}

function logStore(ask: FileAsk): Store["log"] {
  return {
    append: ask.appendAct,
    replace: ask.replaceActs,
    page: ask.pageOfLog,
    chain: ask.chainOfLog,
    last: ask.lastOfLog,
  };
}

function eventStores(ask: FileAsk): Pick<Store, "queueEvents" | "callHalves"> {
  return {
    queueEvents: {
      put: ask.putQueueEvents,
      find: ask.queueEvents,
      countBefore: ask.countQueueEvents,
      removeBefore: ask.removeQueueEvents,
      replace: ask.replaceQueueEvents,
    },
    callHalves: {
      put: ask.putCallHalves,
      getFor: ask.callHalves,
      pair: ask.pairCallHalves,
      older: ask.olderCallHalves,
      page: ask.pageOfCallHalves,
      remove: ask.removeCallHalves,
    },
  };
}

function importStores(ask: FileAsk): Pick<Store, "dialects" | "uploads" | "batches"> {
  return {
    dialects: { set: ask.setDialect, get: ask.getDialect, list: ask.listDialects },
    uploads: {
      put: ask.putUpload,
      get: ask.getUpload,
      update: ask.updateUpload,
      putPart: (id, number, bytes) => ask.putPart(id, number, new Uint8Array(bytes)),
      getPart: ask.getPart,
      partNumbers: ask.partNumbers,
      drop: ask.dropUpload,
      expired: ask.expiredUploads,
      totalBytes: ask.uploadBytes,
    },
    batches: {
      put: ask.putBatch,
      get: ask.getBatch,
      update: ask.updateBatch,
      list: (query) => pageOfBatches(query, ask.latestBatches),
    },
  };
}

function periodStore(ask: FileAsk): Store["periods"] {
  return {
    last: ask.lastPeriod,
    append: ask.appendPeriod,
    find: ask.findPeriods,
    get: ask.getPeriod,
    putCdrs: ask.putPeriodCdrs,
    pageCdrs: ask.pagePeriodCdrs,
    cdrsOf: ask.periodCdrsOf,
    removeCdrs: ask.removePeriodCdrs,
  };
}

function deskStore(ask: FileAsk): Store["desk"] {
  return {
    put: ask.putDeskEntry,
    get: ask.getDeskEntry,
    update: ask.updateDeskEntry,
    remove: ask.removeDeskEntry,
    page: ask.pageDeskEntries,
    due: ask.dueDeskEntries,
  };
}

function masterStore(ask: FileAsk): Store["master"] {
  return {
    put: ask.putMaster,
    getFor: ask.masterFor,
    remove: ask.removeMaster,
    page: ask.pageOfMaster,
    tenantAfter: ask.masterTenantAfter,
  };
}

function suspenseStore(ask: FileAsk): Store["suspense"] {
  return {
    // Bytes of their own: those of a request may be a part of a larger buffer.
    add: (record) => ask.addSuspense({ ...record, bytes: new Uint8Array(record.bytes) }),
    get: ask.getSuspense,
    close: ask.closeSuspense,
    remove: ask.removeSuspense,
    mask: ask.maskSuspense,
    find: ask.findSuspense,
    openByTenant: ask.openSuspense,
    countOld: ask.countOldSuspense,
  };
}

export function sqlitePort(ask: FileAsk, close: () => Promise<void>): Store {
  return {
    kind: "sqlite",
    cdrs: cdrStore(ask),
    rollups: rollupStore(ask),
    erasures: erasureStore(ask),
    suspense: suspenseStore(ask),
    tariffs: {
      put: ask.putTariff,
      get: ask.getTariff,
      getFiles: ask.getTariffFiles,
      textsOf: ask.tariffTexts,
      list: ask.listTariffs,
      activate: ask.activate,
      activations: ask.activations,
      activationStamp: ask.activationStamp,
      follow: ask.follow,
      followed: ask.followed,
    },
    accounts: {
      set: ask.assign,
      getFor: ask.assignments,
      setMs: ask.assignedMs,
      find: ask.findAssignments,
    },
    facts: { keepFirst: ask.keepFact, get: ask.getFact },
    jobs: {
      put: (job) => ask.putJob(jobToRow(job)),
      async get(id) {
        const row = await ask.getJob(id);
        return row === null ? null : rowToJob(row);
      },
      update: (job, expectedVersion) => ask.updateJob(jobToRow(job), expectedVersion),
      list: (query) =>
        pageOfJobs(query, async (piece) => {
          const jobs = [];
          for (const row of await ask.latestJobs(piece)) {
            if (isTurnOver()) await ownTurn();
            jobs.push(rowToJob(row));
          }
          return jobs;
        }),
      appendLines: ask.appendLines,
      pageLines: ask.pageLines,
    },
    feeds: { put: ask.putFeed, getFor: ask.feeds, update: ask.updateFeed },
    ...eventStores(ask),
    log: logStore(ask),
    overlays: { all: ask.overlays, put: ask.putOverlay },
    planObjects: {
      // Bytes of their own: those of a body may be a part of a larger buffer.
      put: (objects) =>
        ask.putPlanObjects(objects.map((one) => ({ ...one, body: new Uint8Array(one.body) }))),
      get: ask.getPlanObject,
      list: ask.listPlanObjects,
      names: ask.planObjectNames,
      plans: ask.storedPlans,
      remove: ask.removePlanObjects,
    },
    periods: periodStore(ask),
    logins: {
      put: ask.putLogin,
      get: ask.getLogin,
      list: ask.listLogins,
      remove: ask.removeLogin,
      removeEnded: ask.removeEndedLogins,
    },
    ...importStores(ask),
    ...{ desk: deskStore(ask), master: masterStore(ask) },
    condition: ask.condition,
    ping: () => ask.beat(),
    schemaState: () => ask.schemaState(),
    async tend() {
      await ask.signOfLife();
      await ask.stepSchema();
      await ask.rewrite();
      return ask.schemaState();
    },
    close,
  };
}
