// The life of a tariff: check → load (immutable version) → activate → rollback.
import {
  EVERYTHING,
  ownOf,
  requireTenants,
  requireWhole,
  type Scope,
  seesSome,
  seesTenant,
} from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Activation, TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Fault } from "../../tariffs/tariff.ts";
import type { Clock, Compat, TariffCheck, TariffCompiler } from "../ports.ts";
import { requireUsable } from "./faults.ts";
import type { TariffFiles, TariffFolders } from "./folders/folders.ts";
import { folderTenants } from "./folders/tenants.ts";
import type { Followers } from "./followers.ts";
import type { Snapshots } from "./snapshots.ts";
import { createTimeline } from "./timeline.ts";
import { sourceInScope, type TariffSource, tariffInScope } from "./visible.ts";

export interface LoadedTariff {
  version: string;
  name: string;
  tenants: string[];
  kind: TariffVersion["kind"];
  semantics: TariffVersion["semantics"];
  counts: Record<string, number>;
  warnings: Fault[];
  skipped: string[];
}

/**
 * A tariff has both sides and every account: each @throws `forbidden` for a scope of a part of a
 * tenant.
 */
export interface TariffLife {
  /**
   * Prices are also held against those of the version in force; not where `tenants` are given and
   * the folder is of another tenant, whose prices the caller may not see.
   */
  check(
    source: TariffSource,
    options?: { compat?: Compat | undefined; scope?: Scope },
  ): Promise<TariffCheck>;
  /**
   * All that is known of one version, its tenants and time line as far as the scope has them.
   * `texts`: the files are wanted too. @throws `not-found`, also for a version of other tenants;
   * `forbidden` where the texts are of other tenants besides
   */
  whole(version: string, asked: { scope: Scope; texts: boolean }): Promise<WholeTariff>;
  /** All or nothing; `by` is who does it. @throws `tariff-faults` (all in `data.faults`), `semantics-not-available` */
  load(
    source: TariffSource,
    options?: {
      name?: string | undefined;
      compat?: Compat | undefined;
      scope?: Scope;
      by?: string | undefined;
    },
  ): Promise<LoadedTariff>;
  /** By tenant, of one or of those of a version: the version in force at a time, now when not said. */
  inForce(
    of: { tenant: string } | { version: string },
    atMs?: number,
  ): Promise<Record<string, string | null>>;
  /** A page of all versions, of which those of the scope are answered, as `whole` shows them. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
    scope: Scope;
  }): Promise<{ tariffs: ListedTariff[]; nextCursor?: string }>;
  /**
   * From `fromMs` (past or future; now when not said) until the next entry of the time line;
   * every process switches within 2 s, without dropping a call. @throws `not-found`
   */
  activate(
    version: string,
    options?: { fromMs?: number | undefined; scope?: Scope },
  ): Promise<Standing[]>;
  /**
   * Undoes the latest activation of the tenant (not named: the one of the scope that has a time line) by a new entry from the same moment, with the
   * version that was in force there before it. Undoing that one brings the activation back.
   * @throws `conflict` when nothing was in force before
   */
  rollback(tenant: string | undefined, scope?: Scope): Promise<Standing>;
}

/** An entry of the time line, and what ends it. */
export interface Standing extends Activation {
  /** Absent: no later entry names another version. */
  untilMs?: number;
  /** The version that takes over then. */
  next?: string;
}

export interface ListedTariff extends TariffVersion {
  /** Every entry of the time line that names this version. */
  activations: Standing[];
}

export interface WholeTariff extends ListedTariff {
  files: TariffFiles;
}

export interface TariffLifeParts {
  store: Store;
  compiler: TariffCompiler;
  snapshots: Snapshots;
  followers: Pick<Followers, "noteAgain">;
  folders: TariffFolders;
  clock: Clock;
}

/** The check of a folder; a native one is also held against the version in force that is seen. */
async function checkFiles(
  parts: TariffLifeParts,
  files: TariffFiles,
  { compat, scope }: { compat: Compat | undefined; scope: Scope },
): Promise<TariffCheck> {
  const { compiler, clock } = parts;
  // Who is for some tenants only takes turns as these, whatever tenant the folder names.
  const owner = scope.tenants?.toSorted().join("\n");
  const nowMs = clock();
  const [tenant = ""] = folderTenants(files) ?? [];
  const before = seesTenant(scope, tenant) ? await filesInForce(parts, { tenant, nowMs }) : null;
  const isOther = before !== null && !areSame(before, files);
  const found = await compiler.check(
    files,
    compat,
    { nowMs, inForce: isOther ? before : null },
    owner,
  );
  const isOf = !found.ok || before === null || found.facts.tenants[0] === tenant;
  return isOf ? found : compiler.check(files, compat, { nowMs }, owner);
}

/** Of the native tariff that prices the calls of a tenant now; null: none does. */
async function filesInForce(
  { store }: TariffLifeParts,
  { tenant, nowMs }: { tenant: string; nowMs: number },
): Promise<TariffFiles | null> {
  const timeline = createTimeline(await store.tariffs.activations());
  const version = timeline.versionAt(tenant, nowMs, nowMs);
  const inForce = version === null ? null : await store.tariffs.get(version);
  return inForce?.kind === "native" ? store.tariffs.getFiles(inForce.version) : null;
}

function areSame(one: TariffFiles, other: TariffFiles): boolean {
  const names = Object.keys(one);
  const isAlike = names.length === Object.keys(other).length;
  return isAlike && names.every((name) => one[name] === other[name]);
}

async function inForce(
  { store, clock }: TariffLifeParts,
  of: { tenant: string } | { version: string },
  atMs = clock(),
): Promise<Record<string, string | null>> {
  const tenants =
    "tenant" in of ? [of.tenant] : ((await store.tariffs.get(of.version))?.tenants ?? []);
  const timeline = createTimeline(await store.tariffs.activations());
  const nowMs = Math.max(atMs, clock());
  return Object.fromEntries(
    tenants.map((tenant) => [tenant, timeline.versionAt(tenant, atMs, nowMs)]),
  );
}

export function createTariffLife(parts: TariffLifeParts): TariffLife {
  const { store, snapshots, folders, clock } = parts;

  const filesInScope = async (source: TariffSource, scope: Scope) => {
    requireWhole(scope);
    return sourceInScope(folders, source, scope);
  };

  return {
    inForce: (of, atMs) => inForce(parts, of, atMs),

    async check(source, { compat, scope = EVERYTHING } = {}) {
      const { files } = await filesInScope(source, scope);
      return checkFiles(parts, files, { compat, scope });
    },

    async load(source, { name, compat, scope = EVERYTHING, by } = {}) {
      const { name: folderName, files } = await filesInScope(source, scope);
      const usable = requireUsable(await checkFiles(parts, files, { compat, scope }));
      const { facts, warnings, skipped } = usable;
      requireTenants(scope, facts.tenants);
      const chosenName = name ?? folderName ?? facts.tenants[0] ?? "tariff";
      const version: TariffVersion = {
        ...facts,
        name: chosenName,
        loadedAtMs: clock(),
        ...(by === undefined ? {} : { loadedBy: by }),
        warnings: warnings.map((warning) => ({ ...warning })),
      };
      await store.tariffs.put(version, files);
      // The same content was there already: it keeps its first name.
      const kept = (await store.tariffs.get(version.version))?.name ?? chosenName;
      const { voipPlans: _plans, ruleSets: _sets, ...shown } = facts;
      return { ...shown, name: kept, warnings, skipped };
    },

    async whole(version, { scope, texts }) {
      requireWhole(scope);
      const facts = await tariffInScope(store, version, { scope, path: "version" });
      if (texts) requireTenants(scope, facts.tenants);
      const files = (await store.tariffs.getFiles(version)) ?? {};
      return { ...listed(facts, standings(await store.tariffs.activations()), scope), files };
    },

    async list({ limit, cursor, scope }) {
      requireWhole(scope);
      const page = await store.tariffs.list(limit, cursor);
      const entries = standings(await store.tariffs.activations());
      const tariffs = page.versions
        .filter(({ tenants }) => seesSome(scope, tenants))
        .map((version) => listed(version, entries, scope));
      return { tariffs, ...(page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }) };
    },

    async activate(version, { fromMs, scope = EVERYTHING } = {}) {
      requireWhole(scope);
      const facts = await store.tariffs.get(version);
      requireTenants(scope, facts?.tenants ?? []);
      if (facts === null) {
        throw engineError("not-found", `There is no tariff version ${version}.`, {
          path: "version",
        });
      }
      // What cannot be compiled must not become active.
      await snapshots.get(version);
      const nowMs = clock();
      const when = { fromMs: fromMs ?? nowMs, activatedAtMs: nowMs };
      const entries = await store.tariffs.activate(
        facts.tenants.map((tenant) => ({ tenant, version, ...when })),
      );
      await switchHere(parts);
      return standings(await store.tariffs.activations(), entries);
    },

    async rollback(named, scope = EVERYTHING) {
      requireWhole(scope);
      const tenant = named ?? onlyTenant(await store.tariffs.activations(), scope);
      requireTenants(scope, [tenant]);
      const undo = beforeLatest(await store.tariffs.activations(), tenant);
      if (undo === null) {
        throw engineError("conflict", `Nothing was in force for ${tenant} before its activation.`, {
          path: "tenant",
          hint: "Activate another version from the same moment instead.",
        });
      }
      await snapshots.get(undo.version);
      const entry = { ...undo, tenant, activatedAtMs: clock() };
      const entries = await store.tariffs.activate([entry]);
      await switchHere(parts);
      const [standing] = standings(await store.tariffs.activations(), entries);
      if (standing === undefined) throw new Error("the store answers one entry for each");
      return standing;
    },
  };
}

/** A version as the scope sees it. */
function listed(version: TariffVersion, entries: readonly Standing[], scope: Scope): ListedTariff {
  return {
    ...version,
    tenants: ownOf(scope, version.tenants),
    activations: entries.filter(
      (entry) => entry.version === version.version && seesTenant(scope, entry.tenant),
    ),
  };
}

/** This process prices by the new time line at once; where it is a service it says so. */
async function switchHere({ snapshots, followers }: TariffLifeParts): Promise<void> {
  await snapshots.refresh();
  await followers.noteAgain();
}

/** The one tenant of the scope that has a time line. */
function onlyTenant(entries: readonly Activation[], scope: Scope): string {
  const [first, ...others] = ownOf(scope, [...new Set(entries.map((entry) => entry.tenant))]);
  if (first === undefined) throw engineError("not-found", "No tariff version was ever activated.");
  if (others.length === 0) return first;
  throw engineError("invalid-params", "tenant: several have activations; name one.", {
    path: "tenant",
  });
}

/** Where entries stand in the time line of all. */
function standings(all: readonly Activation[], entries: readonly Activation[] = all): Standing[] {
  const timeline = createTimeline(all);
  return entries.map((entry) => ({ ...entry, ...timeline.until(entry) }));
}

/** From when, and to which version, the latest entry of the tenant is undone. */
function beforeLatest(
  entries: readonly Activation[],
  tenant: string,
): { version: string; fromMs: number } | null {
  const own = entries.filter((entry) => entry.tenant === tenant);
  const latest = own.reduce<Activation | null>(
    (last, entry) => (last === null || entry.sequence > last.sequence ? entry : last),
    null,
  );
  if (latest === null) return null;
  const { fromMs } = latest;
  const before = createTimeline(own.filter((entry) => entry.sequence < latest.sequence));
  const [inForce] = before.inForce(fromMs);
  return inForce === undefined ? null : { version: inForce.version, fromMs };
}
