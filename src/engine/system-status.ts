// system.status: is it well, what prices calls now, what has it seen.

import { readFileSync } from "node:fs";
import { EVERYTHING, type Scope, seesOwner, seesWhole } from "../access/scope.ts";
import { PACKAGE_FOLDER } from "../program.ts";
import type { SchemaState } from "../stores/migration.ts";
import type { RollupState } from "../stores/ports/cdrs.ts";
import type { OpenSuspense } from "../stores/ports/suspense.ts";
import type { Store } from "../stores/store.ts";
import type { Feeds } from "./feeds.ts";
import type { Counters } from "./intake/counters.ts";
import type { KeptAside } from "./intake/kept-aside.ts";
import type { Intake } from "./intake/receive.ts";
import type { Outputs, OutputView } from "./outputs.ts";
import type { Clock, FeedView } from "./ports.ts";
import type { UnpricedCounts, UnpricedRow } from "./records/unpriced.ts";
import { isMade } from "./reports/rollup-maker.ts";
import type { Rollups } from "./reports/rollups.ts";
import type { StoreState } from "./store-state.ts";
import type { FollowerCount, Followers } from "./tariffs/followers.ts";
import type { Snapshots } from "./tariffs/snapshots.ts";
import type { SourceChecks, SourceWarning } from "./tariffs/source-checks.ts";

export interface SystemStatus {
  version: string;
  uptimeSeconds: number;
  store: { kind: string; ok: boolean; fault?: string; schema?: SchemaState };
  tariffs: {
    name: string;
    version: string;
    tenant: string;
    activatedAt: string;
    prefixes: number;
  }[];
  /** Services that use the store, and how many of them price by the time line as it is now. */
  processes: FollowerCount;
  /** Calls of the last seven days without a price, or with one of two, as of a minute ago. */
  unpriced: UnpricedRow[];
  /** Suspended records that wait for somebody; `tenants` has those of the tenants named. */
  suspense: { open: number; tenants: OpenSuspense[] };
  /** What of the settings does not fit the tariffs in force. */
  warnings: SourceWarning[];
  /** Of no tenant, as the settings are. */
  feeds: FeedView[];
  outputs: OutputView[];
  /** Null: told to those alone who see every tenant, and not while the store is away. */
  rollups: (RollupState & { on: boolean }) | null;
  counters: Record<string, number>;
}

/** The version of this package, from its package.json. */
export const PACKAGE_VERSION: string = (
  JSON.parse(readFileSync(new URL("package.json", PACKAGE_FOLDER), "utf8")) as {
    version: string;
  }
).version;

export interface StatusParts {
  store: Store;
  storeState: StoreState;
  clock: Clock;
  startedAtMs: number;
  snapshots: Snapshots;
  followers: Followers;
  unpriced: UnpricedCounts;
  suspense: KeptAside;
  sourceChecks: SourceChecks;
  counters: Counters;
  feeds: Pick<Feeds, "list">;
  outputs: Pick<Outputs, "list">;
  rollups: Pick<Rollups, "state">;
  intake: Intake;
  /** Of a service of several processes: what each of the others has counted. */
  countedByOthers?(scope: Scope): Promise<Record<string, number>[]>;
}

/** What of it is of the scope; for one of a part of a tenant only how the service is. */
export async function systemStatus(
  engine: StatusParts,
  scope: Scope = EVERYTHING,
): Promise<SystemStatus> {
  const store = await storeState(engine);
  const isWhole = seesWhole(scope);
  return {
    version: PACKAGE_VERSION,
    uptimeSeconds: Math.floor((engine.clock() - engine.startedAtMs) / 1000),
    store,
    tariffs:
      store.ok && isWhole
        ? (await activeTariffs(engine)).filter(({ tenant }) => seesOwner(scope, tenant))
        : [],
    processes: store.ok ? await engine.followers.count() : { all: 0, ready: 0 },
    unpriced: store.ok ? await engine.unpriced.counts(scope) : [],
    suspense: openSuspense(store.ok ? await engine.suspense.open(scope) : []),
    // A source of the settings serves every tenant: who sees some only is told nothing.
    warnings: seesOwner(scope, null) && isWhole ? engine.sourceChecks.warnings() : [],
    feeds: store.ok ? await engine.feeds.list(scope) : [],
    outputs: store.ok ? await engine.outputs.list(scope) : [],
    rollups: store.ok && isWhole && seesOwner(scope, null) ? await rollupState(engine) : null,
    counters: summed([
      countedBy(engine, scope),
      ...((await engine.countedByOthers?.(scope)) ?? []),
    ]),
  };
}

/** What this process has counted of the scope. */
export function countedBy(
  { counters, intake }: Pick<StatusParts, "counters" | "intake">,
  scope: Scope,
): Record<string, number> {
  return { ...counters.totals(scope), waiting: intake.depth() };
}

function summed(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

function openSuspense(tenants: OpenSuspense[]): SystemStatus["suspense"] {
  return { open: tenants.reduce((sum, { open }) => sum + open, 0), tenants };
}

async function storeState(engine: StatusParts): Promise<SystemStatus["store"]> {
  const { kind } = engine.store;
  const fault = await engine.storeState.fault();
  if (fault !== null) return { kind, ok: false, fault };
  return { kind, ok: true, schema: await engine.store.schemaState() };
}

async function rollupState({ store, clock, rollups }: StatusParts) {
  return { on: await isMade(store, { clock }), ...(await rollups.state()) };
}

async function activeTariffs(engine: StatusParts): Promise<SystemStatus["tariffs"]> {
  const inForce = engine.snapshots.timeline().inForce(engine.clock());
  return Promise.all(
    inForce.map(async ({ tenant, version, activatedAtMs }) => {
      const facts = await engine.store.tariffs.get(version);
      return {
        name: facts?.name ?? "",
        version,
        tenant,
        activatedAt: new Date(activatedAtMs).toISOString(),
        prefixes: facts?.counts["prefixes"] ?? 0,
      };
    }),
  );
}
