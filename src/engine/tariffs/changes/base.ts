// The version that a change or a text is made from, and the version that a change makes.
import { requireWhole, type Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { TariffVersion } from "../../../stores/ports/tariffs.ts";
import type { Store } from "../../../stores/store.ts";
import type { Files } from "../../../tariffs/edit/deck.ts";
import type { Clock, TariffCompiler } from "../../ports.ts";
import type { LoadedTariff, TariffLife } from "../life.ts";
import { namedOrInForce } from "../visible.ts";

export interface BaseParts {
  store: Store;
  compiler: Pick<TariffCompiler, "derive" | "edit">;
  clock: Clock;
}

/** What is changed: a version, else the one in force for the tenant, else for the only one of the scope. */
export interface ChangedBase {
  version?: string | undefined;
  tenant?: string | undefined;
  /** Of the new version; absent: that of the old one. */
  name?: string | undefined;
  /** Who does it: the new version is loaded by them. */
  by?: string | undefined;
}

export interface ChangedTariff extends LoadedTariff {
  /** The version that it was made from; equal to `version`: nothing differs. */
  from: string;
  /** Files that differ. */
  files: string[];
}

export interface Base {
  facts: TariffVersion;
  files: Files;
}

/** @throws `not-found`, `forbidden`, `invalid-params` for a CGRateS folder */
export async function baseOf(
  { store, clock }: Pick<BaseParts, "store" | "clock">,
  { version, tenant }: ChangedBase,
  scope: Scope,
): Promise<Base> {
  requireWhole(scope);
  const facts = await namedOrInForce({ store, clock }, { version, tenant, path: "version" }, scope);
  if (facts.kind !== "native") {
    throw engineError("invalid-params", `The version ${facts.version} is a CGRateS folder.`, {
      path: "version",
      hint: "Change its files and load the folder.",
    });
  }
  return { facts, files: (await store.tariffs.getFiles(facts.version)) ?? {} };
}

/** Loads the files as a version. @throws `tariff-faults` */
export async function loadChanged(
  { tariffs }: { tariffs: Pick<TariffLife, "load"> },
  { facts, files: before }: Base,
  {
    files,
    name = facts.name,
    by,
    scope,
  }: Pick<ChangedBase, "name" | "by"> & { files: Files; scope: Scope },
): Promise<ChangedTariff> {
  const loaded = await tariffs.load({ files }, { name, scope, by });
  const changed = Object.keys(files)
    .filter((file) => files[file] !== before[file])
    .sort();
  return { ...loaded, from: facts.version, files: changed };
}
