// Entry of a thread that works on stretches of CDRs: a reader of the store and a compiler of its own.
import { parentPort, workerData } from "node:worker_threads";
import { createQualitySource } from "../engine/pricing/quality-figures.ts";
import { serveWork } from "../engine/stretches/serve.ts";
import { createInlineCompiler } from "../engine/tariffs/inline-compiler.ts";
import { createSnapshots } from "../engine/tariffs/snapshots.ts";
import { WORKS } from "../engine/works.ts";
import { openStoreForReads } from "./open-store.ts";
import type { WorkThreadSettings } from "./work-threads.ts";

if (parentPort === null) throw new Error("this file is the entry of a thread");
const settings = workerData as WorkThreadSettings;
/** What it does is told by the service. */
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

serveWork(parentPort, {
  works: WORKS,
  async open({ keepFirst, clock }) {
    const opened = await openStoreForReads(settings, clock);
    const store = { ...opened, facts: { ...opened.facts, keepFirst } };
    const compiler = createInlineCompiler();
    const keep = settings.limits.snapshots;
    const snapshots = createSnapshots({ store, compiler, clock, log: SILENT, keep });
    const quality = createQualitySource({ store, clock });
    const { sources } = settings;
    return {
      // Jobs price by what the store has at that moment.
      parts: { store, accounts: store.accounts, snapshots, clock, quality, compiler, sources },
      close: () => opened.close(),
    };
  },
});
