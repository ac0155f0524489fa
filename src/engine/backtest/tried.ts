// The tariff that is tried, loaded or not, and the one that it is held against.
import { requireTenants, type Scope } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock, Compat, TariffCompiler } from "../ports.ts";
import { type DeckFile, tariffWithDeck } from "../tariffs/changes/with-deck.ts";
import { requireUsable } from "../tariffs/faults.ts";
import type { TariffFolders } from "../tariffs/folders/folders.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import {
  namedOrInForce,
  sourceInScope,
  type TariffSource,
  tariffInScope,
} from "../tariffs/visible.ts";

type Files = Record<string, string>;

export type TriedTariff =
  | { version: string }
  | { source: TariffSource; compat?: Compat | undefined }
  /** A file in place of the deck of one plan of the live tariff; `dialect` absent: the plan's. */
  | { deck: DeckFile };

export interface Tried {
  facts: TariffVersion;
  files: Files;
  /** It is no version of the store. */
  isCandidate: boolean;
}

export interface TriedParts {
  store: Store;
  compiler: TariffCompiler;
  folders: TariffFolders;
  clock: Clock;
}

interface Asked {
  tried: TriedTariff;
  /** The version to hold it against; absent: the one in force. */
  from?: string | undefined;
  /** Whose, where a deck does not say it. */
  tenant?: string | undefined;
}

/** @throws `not-found`, `forbidden`, `tariff-faults`, `semantics-not-available`, `invalid-params` */
export async function triedTariff(parts: TriedParts, asked: Asked, scope: Scope): Promise<Tried> {
  const { store } = parts;
  const { tried } = asked;
  if ("version" in tried) {
    const facts = await tariffInScope(store, tried.version, { scope, path: "version" });
    requireTenants(scope, facts.tenants);
    return { facts, files: await filesOf(store, tried.version), isCandidate: false };
  }
  const files =
    "deck" in tried
      ? (await tariffWithDeck(parts, await baseFiles(parts, asked, scope), tried.deck)).files
      : (await sourceInScope(parts.folders, tried.source, scope)).files;
  const compat = "deck" in tried ? undefined : tried.compat;
  const owner = scope.tenants?.toSorted().join("\n");
  const { facts } = requireUsable(await parts.compiler.check(files, compat, undefined, owner));
  requireTenants(scope, facts.tenants);
  const loaded = await store.tariffs.get(facts.version);
  if (loaded !== null) return { facts: loaded, files, isCandidate: false };
  const unnamed = { ...facts, name: "", loadedAtMs: parts.clock(), warnings: [] };
  return { facts: unnamed, files, isCandidate: true };
}

async function baseFiles(
  parts: TriedParts,
  { from, tenant }: Asked,
  scope: Scope,
): Promise<{ files: Files; tenants: string[] }> {
  const { version, kind, tenants } = await namedOrInForce(
    parts,
    { version: from, tenant, path: "from" },
    scope,
  );
  if (kind === "native") return { files: await filesOf(parts.store, version), tenants };
  throw engineError("invalid-params", "plan: a CGRateS folder has no decks of plans.", {
    path: "plan",
  });
}

/** By tenant, the version that the tried one is held against. @throws `not-found` at `from` */
export async function liveVersions(
  { store, clock }: TriedParts,
  { facts, from }: { facts: TariffVersion; from: string | undefined },
  scope: Scope,
): Promise<Record<string, string | null>> {
  if (from !== undefined) {
    const base = await tariffInScope(store, from, { scope, path: "from" });
    requireTenants(scope, base.tenants);
    const own = (tenant: string) => (base.tenants.includes(tenant) ? from : null);
    return Object.fromEntries(facts.tenants.map((tenant) => [tenant, own(tenant)]));
  }
  const nowMs = clock();
  const timeline = createTimeline(await store.tariffs.activations());
  return Object.fromEntries(
    facts.tenants.map((tenant) => [tenant, timeline.versionAt(tenant, nowMs, nowMs)]),
  );
}

/** The version that was in force for the tenant before this one came; null: none. */
export async function versionBefore(
  { store, clock }: TriedParts,
  { tenant, version }: { tenant: string; version: string },
): Promise<string | null> {
  const nowMs = clock();
  const entries = await store.tariffs.activations();
  const own = entries.filter((entry) => entry.tenant === tenant && entry.fromMs <= nowMs);
  own.sort((a, b) => a.fromMs - b.fromMs || a.sequence - b.sequence);
  return own.findLast((entry) => entry.version !== version)?.version ?? null;
}

export async function filesOf(store: Store, version: string): Promise<Files> {
  const files = await store.tariffs.getFiles(version);
  if (files !== null) return files;
  throw engineError("not-found", `There is no tariff version ${version}.`, { path: "version" });
}
