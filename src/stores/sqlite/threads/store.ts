// The store in one SQLite file that two threads have open: one writes, one reads. The event loop of
// the service waits for no disk.
import { startThread } from "../../../program.ts";
import { identityOf } from "../../migration.ts";
import type { Store } from "../../store.ts";
import type { FileAsk, FileWrites } from "../calls.ts";
import { unavailable } from "../faults.ts";
import type { SqliteStoreOptions } from "../file/opening.ts";
import { sqlitePort } from "../port.ts";
import { createFileThread, type FileWorker } from "./file-thread.ts";

/** What the thread that writes is asked; all else is read. */
const WRITES: Record<keyof FileWrites, true> = {
  insert: true,
  revise: true,
  maskCdrs: true,
  addSuspense: true,
  closeSuspense: true,
  removeSuspense: true,
  maskSuspense: true,
  putTariff: true,
  activate: true,
  follow: true,
  assign: true,
  keepFact: true,
  putJob: true,
  updateJob: true,
  appendLines: true,
  putFeed: true,
  putQueueEvents: true,
  removeQueueEvents: true,
  replaceQueueEvents: true,
  putCallHalves: true,
  pairCallHalves: true,
  removeCallHalves: true,
  updateFeed: true,
  appendAct: true,
  replaceActs: true,
  putOverlay: true,
  setDialect: true,
  putUpload: true,
  updateUpload: true,
  putPart: true,
  dropUpload: true,
  putBatch: true,
  updateBatch: true,
  putPlanObjects: true,
  removePlanObjects: true,
  appendPeriod: true,
  putPeriodCdrs: true,
  removePeriodCdrs: true,
  putLogin: true,
  removeLogin: true,
  removeEndedLogins: true,
  putDeskEntry: true,
  updateDeskEntry: true,
  removeDeskEntry: true,
  putMaster: true,
  removeMaster: true,
  putQuarter: true,
  putJoined: true,
  forgetQuarters: true,
  eraseCdrs: true,
  forgetErased: true,
  purgeLog: true,
  beat: true,
  signOfLife: true,
  stepSchema: true,
  rewrite: true,
};

const startWorker = (): FileWorker => startThread("stores/sqlite/threads/worker");

/**
 * Opens a file in threads of its own; `:memory:` cannot be shared by them.
 * @throws EngineError `store-unavailable` when the file cannot be used, or is of another schema
 */
export async function openThreadedSqliteStore(
  options: Omit<SqliteStoreOptions, "steps"> & {
    /** Starts a thread whose entry is worker.ts. */
    startWorker?: () => FileWorker;
  },
): Promise<Store> {
  const { startWorker: starter = startWorker, ...given } = options;
  const { clock: _clock, report = () => undefined, build: _build, ...plain } = given;
  const { id, build, clock } = identityOf(given);
  const thread = (role: "writer" | "reader") =>
    createFileThread({
      start: { role, options: plain, id, build },
      startWorker: starter,
      clock,
      report,
      onLost: () => {
        for (const one of Object.values(threads)) one.look();
      },
    });
  const threads = { writer: thread("writer"), reader: thread("reader") };
  let isClosed = false;
  async function close(): Promise<void> {
    isClosed = true;
    await threads.reader.close();
    // The last connection brings the log into the file.
    await threads.writer.close();
  }

  const ask = new Proxy({} as FileAsk, {
    get: (_none, name: string) => {
      const { writer, reader } = threads;
      const asked = Object.hasOwn(WRITES, name) ? writer : reader;
      return async (...args: unknown[]) => {
        if (isClosed) throw unavailable(plain.path, new Error("it was closed"));
        return asked.ask(name, args);
      };
    },
  });
  try {
    const { writer, reader } = threads;
    // Both load their code at once; only then one of them may make the file.
    writer.start();
    reader.start();
    await writer.open();
    await reader.open();
  } catch (error) {
    await close();
    throw error;
  }
  return sqlitePort(ask, close);
}
