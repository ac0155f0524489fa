// A CGRateS plan that is changed while it prices calls: each change is a new version, made of the one in
// force and one more layer, and in force at once for every call of its tenants.
import { requireTenants, requireWhole, type Scope, seesTenant } from "../../access/scope.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { isLayered, layerName, layersOf, REMOVED_FILE } from "../../cgrates/layers/read.ts";
import type { CgratesSnapshot } from "../../cgrates/snapshot.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import type { Acts } from "../acts.ts";
import type { Clock, TariffCompiler } from "../ports.ts";
import type { TariffFiles, TariffFolders } from "../tariffs/folders/folders.ts";
import type { Followers } from "../tariffs/followers.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { sourceInScope } from "../tariffs/visible.ts";

/** What a change adds: files of whole objects, each in the place of one that has its name. */
export interface LiveChange {
  files: TariffFiles;
  /** What is taken away first, as kind and name. */
  removed?: readonly (readonly [kind: string, name: string])[];
  /** Tenants that the plan is for besides those of its profiles. */
  tenants?: readonly string[];
}

export type LiveOutcome =
  | { ok: true; version: string }
  /** Nothing was changed. */
  | { ok: false; faults: Fault[] };

/** Who changes it, and as what method. */
export interface ChangedBy {
  by: string;
  act: string;
  subject: string;
  scope: Scope;
}

export interface LivePlans {
  /**
   * The files of a folder under the tariff root.
   * @throws `path-outside-root`, `not-found`, `too-large`; `forbidden` for a folder of other tenants
   */
  readFolder(path: string, scope: Scope): Promise<TariffFiles>;
  /** The files of the layers in force, the lowest first; empty: there is no plan yet. */
  layers(scope: Scope): Promise<TariffFiles[]>;
  /** The compiled plan in force; null: there is none yet. */
  inForce(scope: Scope): Promise<CgratesSnapshot | null>;
  /**
   * Makes the version and puts it in force, one change after the other; each has a line in the log.
   * @throws `forbidden` for a scope that has not every tenant of the plan; `gates-failed` where a gate that
   * is set is not passed, but for four eyes and a back-test, which this road has not
   */
  change(change: LiveChange, by: ChangedBy): Promise<LiveOutcome>;
  /** What would be wrong with the change; nothing is kept. */
  check(change: LiveChange, scope: Scope): Promise<LiveOutcome>;
}

export interface LivePlansParts {
  store: Store;
  compiler: TariffCompiler;
  snapshots: Snapshots;
  followers: Pick<Followers, "noteAgain">;
  folders: TariffFolders;
  acts: Acts;
  clock: Clock;
  /**
   * Whether the version passes the gates that are set, but for those of `except`.
   * @throws `gates-failed`
   */
  requireGates(passing: {
    facts: TariffVersion;
    fromMs: undefined;
    by: string;
    except: readonly ("fourEyes" | "requireBacktest")[];
  }): Promise<void>;
}

interface Base {
  version: TariffVersion | null;
  files: TariffFiles;
}

/** Whoever changes a plan object by object has neither a second person nor a back-test for each. */
const NOT_ASKED = ["fourEyes", "requireBacktest"] as const;

/** How often a change is made again because another process made one meanwhile. */
const MOST_TRIES = 5;

export function createLivePlans(parts: LivePlansParts): LivePlans {
  const { acts } = parts;
  /** Changes of this process come one after the other. */
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const own = last.then(work);
    last = own.catch(() => undefined);
    return own;
  };

  return {
    async readFolder(path, scope) {
      requireWhole(scope);
      return (await sourceInScope(parts.folders, { path }, scope)).files;
    },

    async layers(scope) {
      requireWhole(scope);
      const { files } = await baseOf(parts, scope);
      return layersOf(files).map(([, own]) => own);
    },

    async inForce(scope) {
      requireWhole(scope);
      const { version } = await baseOf(parts, scope);
      if (version === null) return null;
      const snapshot = await parts.snapshots.get(version.version);
      return snapshot.kind === "cgrates" ? snapshot.cgrates : null;
    },

    async check(change, scope) {
      requireWhole(scope);
      const made = await make(parts, change, scope);
      return made.ok ? { ok: true, version: made.version.version } : made;
    },

    change: (change, { scope, ...act }) =>
      inTurn(async () => {
        requireWhole(scope);
        // What changes nothing leaves no line.
        const made = await make(parts, change, scope);
        if (!made.ok) return made;
        const passing = { facts: made.version, fromMs: undefined, by: act.by };
        await parts.requireGates({ ...passing, except: NOT_ASKED });
        await acts.noted(
          { ...act, tenant: null },
          {
            run: () => putInForce(parts, { change, scope, made }),
            after: (version) => ({ version, before: made.base?.version ?? null }),
          },
        );
        return { ok: true, version: made.version.version };
      }),
  };
}

/** The plan in force that was activated last, of the tenants of the scope. */
async function baseOf({ store, snapshots, clock }: LivePlansParts, scope: Scope): Promise<Base> {
  await snapshots.refresh();
  const inForce = snapshots
    .timeline()
    .inForce(clock())
    .filter(({ tenant }) => seesTenant(scope, tenant))
    .toSorted((a, b) => b.sequence - a.sequence);
  for (const { version } of inForce) {
    const facts = await store.tariffs.get(version);
    if (facts?.kind !== "cgrates") continue;
    return { version: facts, files: layered((await store.tariffs.getFiles(version)) ?? {}) };
  }
  return { version: null, files: {} };
}

/** A folder that was loaded as one is the lowest layer of what becomes of it. */
function layered(files: TariffFiles): TariffFiles {
  if (isLayered(files)) return files;
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`${layerName(0)}/${name}`, text]),
  );
}

type Made =
  | { ok: true; version: TariffVersion; files: TariffFiles; base: TariffVersion | null }
  | { ok: false; faults: Fault[] };

async function make(parts: LivePlansParts, change: LiveChange, scope: Scope): Promise<Made> {
  const { compiler, clock } = parts;
  const base = await baseOf(parts, scope);
  requireTenants(scope, base.version?.tenants ?? []);
  const files = { ...base.files, ...layerOf(change, base.files) };
  const semantics = base.version?.semantics === "exact" ? "exact" : "cgrates";
  const checked = await compiler.check(files, semantics, undefined, scope.tenants?.join("\n"));
  if (!checked.ok) return checked;
  const { facts, warnings } = checked;
  const tenants = new Set([
    ...facts.tenants,
    ...(base.version?.tenants ?? [DEFAULT_TENANT]),
    ...(change.tenants ?? []),
  ]);
  requireTenants(scope, [...tenants]);
  const version: TariffVersion = {
    ...facts,
    tenants: [...tenants].sort(),
    name: base.version?.name ?? "live",
    loadedAtMs: clock(),
    warnings: warnings.map((warning) => ({ ...warning })),
  };
  return { ok: true, version, files, base: base.version };
}

function layerOf({ files, removed = [] }: LiveChange, below: TariffFiles): TariffFiles {
  const name = layerName(layersOf(below).length);
  const own = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text] as const);
  if (removed.length > 0) {
    own.push([`${name}/${REMOVED_FILE}`, removed.map((row) => `${row.join(",")}\n`).join("")]);
  }
  return Object.fromEntries(own);
}

/** @throws `conflict` where others change it faster than this can follow */
async function putInForce(
  parts: LivePlansParts,
  { change, scope, made }: { change: LiveChange; scope: Scope; made: Made },
): Promise<string> {
  const { store, snapshots } = parts;
  let now = made;
  for (let tries = 0; tries < MOST_TRIES && now.ok; tries += 1) {
    await store.tariffs.put(now.version, now.files);
    // What cannot be compiled must not become active.
    await snapshots.get(now.version.version);
    const { version: inForce } = await baseOf(parts, scope);
    if (inForce?.version === now.base?.version) {
      await activate(parts, now.version);
      return now.version.version;
    }
    now = await make(parts, change, scope);
  }
  throw engineError("conflict", "The plan was changed by others meanwhile: do it again.");
}

/**
 * For every call of its tenants: from the first activation of each on, and from each later one, so that no
 * version that was in force before prices any of them.
 */
async function activate(
  { store, snapshots, followers, clock }: LivePlansParts,
  { version, tenants }: TariffVersion,
): Promise<void> {
  const nowMs = clock();
  const entries = await store.tariffs.activations();
  const added = tenants.flatMap((tenant) => {
    const moments = new Set(
      entries
        .filter((one) => one.tenant === tenant && one.fromMs <= nowMs)
        .map((one) => one.fromMs),
    );
    if (moments.size === 0) moments.add(nowMs);
    return [...moments].map((fromMs) => ({ tenant, version, fromMs, activatedAtMs: nowMs }));
  });
  await store.tariffs.activate(added);
  await snapshots.refresh();
  await followers.noteAgain();
}
