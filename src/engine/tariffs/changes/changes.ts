// Versions that differ from another in one thing: a carrier's new file, or one rate.
import {
  EVERYTHING,
  requireTenants,
  requireWhole,
  type Scope,
  seesTenant,
} from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { TariffVersion } from "../../../stores/ports/tariffs.ts";
import type { Store } from "../../../stores/store.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { planDialect } from "../../../tariffs/decks/named.ts";
import { deckUseOf, type Files, withDeck } from "../../../tariffs/edit/deck.ts";
import { editRate, type RateCells, type RateEdit } from "../../../tariffs/edit/rate.ts";
import { TARIFF_LIMITS } from "../../../tariffs/limits.ts";
import { type Pieces, wholeContent } from "../../files/content.ts";
import type { Clock } from "../../ports.ts";
import { deckText } from "../folders/texts.ts";
import type { LoadedTariff, TariffLife } from "../life.ts";
import { createTimeline } from "../timeline.ts";
import { tariffInScope } from "../visible.ts";

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

export type { RateCells };

export interface TariffChanges {
  /**
   * The whole is checked and loaded; it is not activated. @throws `tariff-faults`, `not-found`,
   * `forbidden`, `too-large`, `invalid-params`
   */
  replaceDeck(
    asked: ChangedBase & {
      plan: string;
      pieces: Pieces;
      /** Absent: the one that the plan has. */
      dialect?: { name: string; dialect: Dialect } | undefined;
    },
    scope?: Scope,
  ): Promise<ChangedTariff>;
  /** Of a native deck. @throws as `replaceDeck` */
  edit(
    asked: ChangedBase & { plan: string; edit: RateEdit },
    scope?: Scope,
  ): Promise<ChangedTariff & { before: RateCells | null; after: RateCells | null }>;
}

interface Parts {
  store: Store;
  tariffs: Pick<TariffLife, "load">;
  clock: Clock;
}

export function createTariffChanges(parts: Parts): TariffChanges {
  return {
    async replaceDeck({ plan, pieces, dialect, ...asked }, scope = EVERYTHING) {
      const base = await baseOf(parts, asked, scope);
      const { files } = base;
      const read = dialect?.dialect ?? planDialect(files["tariff.yaml"] ?? "", plan);
      const most = TARIFF_LIMITS.bytes;
      const bytes = await wholeContent(pieces, most);
      const text = await deckText(bytes, read, { file: "the file", most });
      const changed = withDeck(files, { plan, text, dialect });
      if (changed === null) throw noPlan(plan);
      return loadChanged(parts, base, { ...asked, files: changed, scope });
    },

    async edit({ plan, edit, ...asked }, scope = EVERYTHING) {
      const base = await baseOf(parts, asked, scope);
      const use = deckUseOf(base.files, plan);
      if (use === null) throw noPlan(plan);
      if (use.dialect !== null) {
        throw engineError("invalid-params", `plan: the deck of ${plan} is a file of others.`, {
          path: "plan",
          hint: "Replace it by a new file (tariff.replaceDeck); rates of native decks are edited.",
        });
      }
      const edited = editRate(base.files[use.name] ?? "", edit);
      if (!edited.ok) throw noRate(edited);
      const { text, before, after } = edited;
      // A deck that several plans have is theirs together only as long as they agree.
      const files = withDeck(base.files, { plan, text });
      if (files === null) throw noPlan(plan);
      const loaded = await loadChanged(parts, base, { ...asked, files, scope });
      return { ...loaded, before, after };
    },
  };
}

interface Base {
  facts: TariffVersion;
  files: Files;
}

async function baseOf(
  { store, clock }: Parts,
  { version, tenant }: ChangedBase,
  scope: Scope,
): Promise<Base> {
  requireWhole(scope);
  const found = version ?? (await inForce());
  const facts = await tariffInScope(store, found, { scope, path: "version" });
  requireTenants(scope, facts.tenants);
  if (facts.kind !== "native") {
    throw engineError("invalid-params", `The version ${found} is a CGRateS folder.`, {
      path: "version",
      hint: "Change its files and load the folder.",
    });
  }
  return { facts, files: (await store.tariffs.getFiles(found)) ?? {} };

  async function inForce(): Promise<string> {
    const nowMs = clock();
    const timeline = createTimeline(await store.tariffs.activations());
    const seen = timeline.inForce(nowMs).filter((entry) => seesTenant(scope, entry.tenant));
    const [only, ...others] =
      tenant === undefined ? seen : seen.filter((entry) => entry.tenant === tenant);
    if (only !== undefined && others.length === 0) return only.version;
    const text =
      only === undefined
        ? "No tariff is in force: name a version."
        : "version: several tenants have a tariff; name one, or a version.";
    throw engineError(only === undefined ? "not-found" : "invalid-params", text, {
      path: "version",
    });
  }
}

async function loadChanged(
  { tariffs }: Parts,
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

function noPlan(plan: string): Error {
  return engineError("invalid-params", `plan: there is no plan ${plan}.`, { path: "plan" });
}

const NO_RATE = {
  "no-such-rate": "There is no such rate.",
  "several-rates": "Several rates are meant: say more of it, such as its band or effective_from.",
  "bad-table": "The deck cannot be read.",
} as const;

function noRate({ why, line }: { why: keyof typeof NO_RATE; line?: number }): Error {
  const where = line === undefined ? "" : ` One more is in line ${line}.`;
  return engineError("invalid-params", `rate: ${NO_RATE[why]}${where}`, { path: "rate" });
}
