// Compiled tariff versions in memory and the time line that chooses among them.

import type { Semantics } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { SemanticsAt } from "../../mediation/field-reading.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock, Log, Snapshot, TariffCompiler } from "../ports.ts";
import { createGrownCompiles, type GrownCompiles } from "./grown-compiles.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

export interface Snapshots {
  timeline(): Timeline;
  /** By what semantics calls of the tenant and time are priced; null: by no tariff. */
  semanticsAt: SemanticsAt;
  /** The stamp of that time line in the store; null before it was read. */
  stamp(): string | null;
  /** The compiled version; compiled once, however many ask. @throws `not-found`. */
  get(version: string): Promise<Snapshot>;
  /** Takes a version that was compiled otherwise. */
  keep(version: string, snapshot: Snapshot): void;
  /** The same without waiting: undefined unless compiled already. */
  peek(version: string): Snapshot | undefined;
  /** Reads the time line again if another process changed it, and compiles what prices calls now
   * or within ten minutes. */
  refresh(): Promise<void>;
  /** True when every version in force now is compiled. */
  ready(): boolean;
}

/** How long before its time a future activation is compiled. */
const COMPILE_AHEAD_MS = 10 * 60_000;

export interface SnapshotsOptions {
  store: Store;
  compiler: TariffCompiler;
  clock: Clock;
  log: Log;
  /** Versions kept beside those in force. */
  keep: number;
}

/** Reads of versions in the time line that are not known yet what they are priced by. */
async function learnSemantics(
  store: Store,
  line: Timeline,
  known: Map<string, Semantics>,
): Promise<void> {
  for (const version of new Set(line.entries.map((entry) => entry.version))) {
    if (known.has(version)) continue;
    const facts = await store.tariffs.get(version);
    if (facts !== null) known.set(version, facts.semantics);
  }
}

/** @throws `not-found` */
async function compileVersion(
  { store, compiler, clock, log, grown }: Omit<SnapshotsOptions, "keep"> & { grown: GrownCompiles },
  version: string,
): Promise<Snapshot> {
  const [facts, files] = await Promise.all([
    store.tariffs.get(version),
    store.tariffs.getFiles(version),
  ]);
  if (facts === null || files === null) {
    throw engineError("not-found", `There is no tariff version ${version}.`, {
      path: "tariffVersion",
    });
  }
  const larger = grown.grow(facts, files);
  if (larger !== null) return larger;
  const startedMs = clock();
  const snapshot = await compiler.compile(facts, files);
  grown.note(facts, files, snapshot);
  const durationMs = clock() - startedMs;
  log.info({ version: facts.version, name: facts.name, durationMs }, "tariff version compiled");
  return snapshot;
}

/** Keeps compiled versions: the ones in force always, others while recently used. */
export function createSnapshots({
  store,
  compiler,
  clock,
  log,
  keep,
}: SnapshotsOptions): Snapshots {
  let timeline = createTimeline([]);
  let stamp: string | null = null;
  /** Of every version in the time line, compiled or not. */
  const semantics = new Map<string, Semantics>();
  const compiled = new Map<string, Snapshot>();
  const grown = createGrownCompiles();
  const compiling = new Map<string, Promise<Snapshot>>();

  function inForceNow(): string[] {
    return timeline.inForce(clock()).map((entry) => entry.version);
  }

  /** What prices calls now or will soon: a future activation is compiled ahead of its time. */
  function neededSoon(line: Timeline): string[] {
    const nowMs = clock();
    const coming = line.entries.filter(
      ({ fromMs }) => fromMs > nowMs && fromMs <= nowMs + COMPILE_AHEAD_MS,
    );
    return [...line.inForce(nowMs), ...coming].map((entry) => entry.version);
  }

  function forgetOldest(): void {
    const pinned = new Set(neededSoon(timeline));
    const others = [...compiled.keys()].filter((version) => !pinned.has(version));
    for (const version of others.slice(0, Math.max(0, others.length - keep))) {
      compiled.delete(version);
    }
  }

  function get(version: string): Promise<Snapshot> {
    const known = compiled.get(version);
    if (known !== undefined) {
      // Move to the end: the map's order is the order of last use.
      compiled.delete(version);
      compiled.set(version, known);
      return Promise.resolve(known);
    }
    const underWay = compiling.get(version);
    if (underWay !== undefined) return underWay;
    const started = compileVersion({ store, compiler, clock, log, grown }, version)
      .then((snapshot) => {
        compiled.set(version, snapshot);
        forgetOldest();
        return snapshot;
      })
      .finally(() => compiling.delete(version));
    compiling.set(version, started);
    return started;
  }

  return {
    timeline: () => timeline,
    semanticsAt(tenant, callTimeMs) {
      const version = timeline.versionAt(tenant, callTimeMs, clock());
      return version === null ? null : (semantics.get(version) ?? null);
    },
    stamp: () => stamp,
    get,
    keep(version, snapshot) {
      compiled.set(version, snapshot);
      forgetOldest();
    },
    peek: (version) => compiled.get(version),
    async refresh() {
      const seen = await store.tariffs.activationStamp();
      if (seen !== stamp) {
        const next = createTimeline(await store.tariffs.activations());
        // Compile first, switch after: no call waits for a compile that was known to come.
        await Promise.all([learnSemantics(store, next, semantics), ...neededSoon(next).map(get)]);
        timeline = next;
        stamp = seen;
      }
      await Promise.all(neededSoon(timeline).map(get));
    },
    ready: () => stamp !== null && inForceNow().every((version) => compiled.has(version)),
  };
}
