// The two tariffs of a comparison, compiled: loaded versions or folders, under chosen semantics.
import { EDITION_NAMES, type Edition, editionOf, TODAYS_EDITION } from "../../cdr/edition.ts";
import { type EngineError, engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import { canonicalFolder } from "../../tariffs/version.ts";
import type { Compat, Snapshot, TariffCompiler } from "../ports.ts";
import { semanticsOf } from "../pricing/rate-batch.ts";
import { requireUsable } from "../tariffs/faults.ts";

/** A loaded version, or the files of a folder; `compat` chooses the semantics of a CGRateS one. */
export type TariffChoice = ({ version: string } | { files: Record<string, string> }) & {
  compat?: Compat | undefined;
  /** Name of the edition of the rules of pricing; today's when not said. */
  rules?: string | undefined;
};

export interface ComparedVersions {
  before: Snapshot;
  after: Snapshot;
  /** Every tenant of both. */
  tenants: string[];
  /** Both are one CGRateS plan, under other semantics. */
  isOnePlan: boolean;
  /** Both are one tariff under one semantics: only the editions can differ. */
  isOneTariff: boolean;
  editions: { before: Edition; after: Edition };
}

interface VersionParts {
  compiler: TariffCompiler;
  /** Absent where only folders are compared. */
  store?: Store;
}

/**
 * Without `after`, the same tariff by today's rules where `before` names older ones, else the same
 * CGRateS folder under the other semantics.
 * @throws `not-found`, `tariff-faults`, `semantics-not-available`, `invalid-params`
 */
export async function comparedVersions(
  parts: VersionParts,
  { before, after }: { before: TariffChoice; after?: TariffChoice | undefined },
): Promise<ComparedVersions> {
  const left = await compiled(parts, before, "before");
  const other = after ?? otherRules(before) ?? otherSemantics(before, left.snapshot);
  const right = await compiled(parts, other, "after");
  const kinds = [left.snapshot, right.snapshot].map(semanticsOf).sort().join();
  const isOneFolder = canonicalFolder(left.files) === canonicalFolder(right.files);
  const editions = {
    before: chosenEdition(before, "before"),
    after: chosenEdition(other, "after"),
  };
  const isOneEdition = editions.before === editions.after;
  return {
    before: left.snapshot,
    after: right.snapshot,
    tenants: [...new Set([...left.tenants, ...right.tenants])],
    isOnePlan: kinds === "cgrates,exact" && isOneFolder && isOneEdition,
    isOneTariff: semanticsOf(left.snapshot) === semanticsOf(right.snapshot) && isOneFolder,
    editions,
  };
}

function chosenEdition({ rules }: TariffChoice, path: string): Edition {
  if (rules === undefined) return TODAYS_EDITION;
  const edition = editionOf({ rules });
  if (edition !== null) return edition;
  throw engineError("invalid-params", `There is no edition ${rules} of the rules of pricing.`, {
    path: `${path}.rules`,
    hint: `Editions: ${EDITION_NAMES.join(", ")}.`,
  });
}

/** The same tariff by today's rules; null: it is by those already. */
function otherRules({ rules, ...choice }: TariffChoice): TariffChoice | null {
  return rules === undefined || rules === TODAYS_EDITION.name ? null : choice;
}

function otherSemantics(choice: TariffChoice, snapshot: Snapshot): TariffChoice {
  if (snapshot.kind === "native") {
    throw engineError("invalid-params", "after: a native tariff is compared with another one.", {
      path: "after",
    });
  }
  return { ...choice, compat: snapshot.cgrates.semantics === "exact" ? "cgrates" : "exact" };
}

async function compiled(parts: VersionParts, choice: TariffChoice, path: string) {
  const { files, compat } = "files" in choice ? choice : await loaded(parts, choice, path);
  const checked = await parts.compiler.check(files, compat);
  const { facts } = requireUsable(checked, `${path}.compat`);
  const version = { ...facts, name: path, loadedAtMs: 0, warnings: [] };
  const snapshot = await parts.compiler.compile(version, files);
  return { snapshot, files, tenants: facts.tenants };
}

async function loaded(
  { store }: VersionParts,
  { version, compat }: { version: string; compat?: Compat | undefined },
  path: string,
): Promise<{ files: Record<string, string>; compat: Compat | undefined }> {
  const facts = (await store?.tariffs.get(version)) ?? null;
  const files = (await store?.tariffs.getFiles(version)) ?? null;
  if (facts === null || files === null) throw notLoaded(version, path);
  return { files, compat: compat ?? (facts.semantics === "native" ? undefined : facts.semantics) };
}

function notLoaded(version: string, path: string): EngineError {
  return engineError("not-found", `There is no tariff version ${version}.`, { path });
}
