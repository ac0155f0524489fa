// A CGRateS plan that is changed while it prices calls: each change is a new version, made of the one in
// force and one more layer, and in force at once for every call of its tenants.
import { requireTenants, requireWhole, type Scope, seesTenant } from "../../access/scope.ts";
import { DEFAULT_TENANT } from "../../cdr/defaults.ts";
import { csvRow } from "../../cgrates/layers/accepted.ts";
import { grow } from "../../cgrates/layers/grow.ts";
import { type LayerTables, layerTables } from "../../cgrates/layers/objects.ts";
import { layerName, REMOVED_FILE, splitLayer } from "../../cgrates/layers/read.ts";
import type { CgratesSnapshot } from "../../cgrates/snapshot.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import type { Acts, Doer } from "../acts.ts";
import type { Clock, Snapshot, TariffCompiler } from "../ports.ts";
import type { TariffFiles, TariffFolders } from "../tariffs/folders/folders.ts";
import type { Followers } from "../tariffs/followers.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { sourceInScope } from "../tariffs/visible.ts";
import { hashesOf, layeredVersionId } from "../tariffs/work.ts";
import { filesOf, inFewLayers } from "./few-layers.ts";
import { createKeptPlans, type GrownParts, type KeptPlan, type KeptPlans } from "./kept-plans.ts";

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
  by: Doer;
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
  /** The layers in force, the lowest first; empty: there is no plan yet. */
  layers(scope: Scope): Promise<readonly LayerTables[]>;
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
    change: {
      compiled(): Promise<Snapshot>;
      except: readonly ("fourEyes" | "requireBacktest" | "maxLossPercent")[];
    };
  }): Promise<void>;
}

interface OwnParts extends LivePlansParts {
  kept: KeptPlans;
}

/**
 * Whoever changes a plan object by object has neither a second person nor a back-test for each. Such a plan
 * prices no side that is bought: no call of it has a margin below 0.
 */
const NOT_ASKED = ["fourEyes", "requireBacktest", "maxLossPercent"] as const;

/** How often a change is made again because another process made one meanwhile. */
const MOST_TRIES = 5;

export function createLivePlans(parts: LivePlansParts): LivePlans {
  const { acts } = parts;
  const own: OwnParts = { ...parts, kept: createKeptPlans(parts) };
  /** Changes of this process come one after the other. */
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };

  return {
    async readFolder(path, scope) {
      requireWhole(scope);
      return (await sourceInScope(parts.folders, { path }, scope)).files;
    },

    async layers(scope) {
      requireWhole(scope);
      return (await baseOf(own, scope))?.layers ?? [];
    },

    async inForce(scope) {
      requireWhole(scope);
      const base = await baseOf(own, scope);
      if (base === null) return null;
      const snapshot = await parts.snapshots.get(base.version.version);
      return snapshot.kind === "cgrates" ? snapshot.cgrates : null;
    },

    async check(change, scope) {
      requireWhole(scope);
      const made = await make(own, change, scope);
      return made.ok ? { ok: true, version: made.version.version } : made;
    },

    change: (change, { scope, ...act }) =>
      inTurn(async () => {
        requireWhole(scope);
        // What changes nothing leaves no line.
        const made = await make(own, change, scope);
        if (!made.ok) return made;
        const passing = { facts: made.version, fromMs: undefined, by: act.by.name };
        const compiled = () => compiledOf(own, made);
        await parts.requireGates({ ...passing, change: { compiled, except: NOT_ASKED } });
        await acts.noted(
          { ...act, tenant: null },
          {
            run: () => putInForce(own, { change, scope, made }),
            after: (version) => ({ version, before: made.base?.version.version ?? null }),
          },
        );
        return { ok: true, version: made.version.version };
      }),
  };
}

/** The plan in force that was activated last, of the tenants of the scope. */
async function baseOf(
  { store, snapshots, clock, kept }: OwnParts,
  scope: Scope,
): Promise<KeptPlan | null> {
  await snapshots.refresh();
  const inForce = snapshots
    .timeline()
    .inForce(clock())
    .filter(({ tenant }) => seesTenant(scope, tenant))
    .toSorted((a, b) => b.sequence - a.sequence);
  for (const { version } of inForce) {
    const facts = await store.tariffs.get(version);
    if (facts?.kind === "cgrates") return kept.of(facts);
  }
  return null;
}

interface MadeVersion {
  ok: true;
  version: TariffVersion;
  base: KeptPlan | null;
  /** The files of its last layer. */
  own: TariffFiles;
  /** Set where it was compiled by its last layer alone. */
  grown: GrownParts | null;
}

type Made = MadeVersion | { ok: false; faults: Fault[] };

/** Characters of a change that is read in place within milliseconds. */
const SMALL_CHARACTERS = 100_000;

async function make(parts: OwnParts, change: LiveChange, scope: Scope): Promise<Made> {
  const base = await baseOf(parts, scope);
  requireTenants(scope, base?.version.tenants ?? []);
  const few = base === null ? null : inFewLayers(base);
  const made = few === null ? null : await makeOnto(parts, few, { change, scope });
  // What cannot be read in few layers says on all of them what is wrong with it.
  return made?.ok === true ? made : makeOnto(parts, base, { change, scope });
}

async function makeOnto(
  parts: OwnParts,
  base: KeptPlan | null,
  { change, scope }: { change: LiveChange; scope: Scope },
): Promise<Made> {
  const layer = layerName(base?.layers.length ?? 0);
  const own = layerOf(change, layer);
  const isSmall = Object.values(own).reduce((sum, text) => sum + text.length, 0) < SMALL_CHARACTERS;
  const from = isSmall ? await base?.grown() : null;
  const checked =
    base === null || !from
      ? await checkWhole(parts, { base, own, scope })
      : growOnto(base.version, from, { own, layer });
  if (!checked.ok) return checked;
  const { facts, warnings, grown } = checked;
  const tenants = new Set([
    ...facts.tenants,
    ...(base?.version.tenants ?? [DEFAULT_TENANT]),
    ...(change.tenants ?? []),
  ]);
  requireTenants(scope, [...tenants]);
  const version: TariffVersion = {
    ...facts,
    tenants: [...tenants].sort(),
    name: base?.version.name ?? "live",
    loadedAtMs: parts.clock(),
    warnings: warnings.map((warning) => ({ ...warning })),
  };
  return { ok: true, version, base, own, grown };
}

interface Onto {
  base: KeptPlan | null;
  own: TariffFiles;
  scope: Scope;
}

/** Every layer is read: a large change, or the first one of a folder. */
async function checkWhole({ compiler }: OwnParts, { base, own, scope }: Onto) {
  const semantics = base?.version.semantics === "exact" ? "exact" : "cgrates";
  const files = filesOf(base, own);
  const checked = await compiler.check(files, semantics, undefined, scope.tenants?.join("\n"));
  return checked.ok ? { ...checked, grown: null } : checked;
}

function growOnto(
  base: TariffVersion,
  from: GrownParts,
  { own, layer }: { own: TariffFiles; layer: string },
) {
  const hashes = { ...from.hashes, ...hashesOf(own) };
  const version = layeredVersionId(hashes, base.semantics);
  const growth = grow(from.plan, splitLayer(layer, own), version);
  if (!growth.ok) return growth;
  const { plan, tenants } = growth;
  const { kind, semantics, voipPlans = [], ruleSets = [] } = base;
  const counts = { ...plan.counts };
  const facts = { version, tenants, kind, semantics, counts, voipPlans, ruleSets };
  const warnings = [...base.warnings, ...growth.warnings];
  return { ok: true as const, facts, warnings, grown: { plan, hashes } };
}

function layerOf({ files, removed = [] }: LiveChange, layer: string): TariffFiles {
  const own = Object.entries(files).map(([file, text]) => [`${layer}/${file}`, text] as const);
  if (removed.length > 0) {
    own.push([`${layer}/${REMOVED_FILE}`, removed.map(csvRow).join("")]);
  }
  return Object.fromEntries(own);
}

/** @throws `conflict` where others change it faster than this can follow */
async function putInForce(
  parts: OwnParts,
  { change, scope, made }: { change: LiveChange; scope: Scope; made: MadeVersion },
): Promise<string> {
  let now: Made = made;
  for (let tries = 0; tries < MOST_TRIES && now.ok; tries += 1) {
    await store(parts, now);
    const inForce = await baseOf(parts, scope);
    if (inForce?.version.version === now.base?.version.version) {
      await activate(parts, now.version);
      return now.version.version;
    }
    now = await make(parts, change, scope);
  }
  throw engineError("conflict", "The plan was changed by others meanwhile: do it again.");
}

/** Of a version that is not stored yet. */
async function compiledOf(
  { compiler }: OwnParts,
  { version, base, own, grown }: MadeVersion,
): Promise<Snapshot> {
  if (grown === null) return compiler.compile(version, filesOf(base, own));
  return { kind: "cgrates", version: version.version, cgrates: grown.plan.snapshot };
}

/** Stores the version, and has it compiled: what cannot be compiled must not become active. */
async function store(parts: OwnParts, made: MadeVersion): Promise<void> {
  const { version, base, own, grown } = made;
  const { snapshots, kept } = parts;
  const { tariffs } = parts.store;
  const id = version.version;
  if (grown === null || base === null) {
    await tariffs.put(version, filesOf(base, own));
    await snapshots.get(id);
    return;
  }
  await tariffs.put(version, own, base.version.version);
  snapshots.keep(id, { kind: "cgrates", version: id, cgrates: grown.plan.snapshot });
  const layers = [...base.layers, layerTables(own)];
  kept.keep({ version, layers, grown: async () => grown });
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
