// tariff.diff: what changes from one version to another, or with a carrier's new file, before it does.
import { requireEveryAccount, requireTenants, type Scope } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { TariffVersion } from "../../../stores/ports/tariffs.ts";
import type { Store } from "../../../stores/store.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { planDialect } from "../../../tariffs/decks/named.ts";
import type { RateChange } from "../../../tariffs/diff/compare.ts";
import { isAmending } from "../../../tariffs/edit/amended-deck.ts";
import { TARIFF_LIMITS } from "../../../tariffs/limits.ts";
import { type Pieces, wholeContent } from "../../files/content.ts";
import type { Clock, TariffCompiler } from "../../ports.ts";
import { tariffFaults } from "../faults.ts";
import type { TariffFolders } from "../folders/folders.ts";
import { folderTenants } from "../folders/tenants.ts";
import { deckText } from "../folders/texts.ts";
import { namedOrInForce, sourceInScope, type TariffSource, tariffInScope } from "../visible.ts";
import type { DiffAnswer, DiffRequest } from "./work.ts";

export type DiffTarget =
  | { version: string }
  | { source: TariffSource }
  /** A file in place of the deck of one plan; `dialect` absent: the one that the plan has. */
  | {
      deck: {
        plan: string;
        file: string;
        pieces: Pieces;
        dialect?: Dialect | null;
        list?: "full" | "amendment" | undefined;
      };
    };

export interface DiffAsked {
  /** A version; absent: the one in force for the tenant. */
  from?: string | undefined;
  /** Whose version in force, where neither side says it. */
  tenant?: string | undefined;
  to: DiffTarget;
  plan?: string | undefined;
  atMs?: number | undefined;
  /** When rows are compared where no row of the new side has a day; absent: now. */
  undatedMs?: number | undefined;
  changes: RateChange[];
  page: { offset: number; limit: number };
  csv: boolean;
  xlsx?: boolean;
}

export type TariffDiff = DiffAnswer & { from: string };

export interface Differences {
  /**
   * Native tariffs alone. Who does not see the buy side is answered the sell side, and of other plans
   * that there are none. @throws `not-found`, `forbidden`, `tariff-faults`, `invalid-params`
   */
  diff(asked: DiffAsked, scope: Scope): Promise<TariffDiff>;
}

interface Parts {
  store: Store;
  compiler: TariffCompiler;
  folders: TariffFolders;
  clock: Clock;
}

export function createDifferences(parts: Parts): Differences {
  const { store, compiler, clock } = parts;

  return {
    async diff(asked, scope) {
      requireEveryAccount(scope);
      const to = await targetFiles(parts, asked.to, scope);
      const from = await versionBefore(parts, { asked, files: to?.files ?? null, scope });
      const files = (await store.tariffs.getFiles(from.version)) ?? {};
      const request: DiffRequest = {
        from: files,
        to: to ?? { deck: await newDeck(asked.to, files) },
        choice: {
          atMs: asked.atMs ?? null,
          nowMs: asked.undatedMs ?? clock(),
          plan: asked.plan ?? null,
          sides: scope.seesBuy ? ["sell", "buy"] : ["sell"],
        },
        changes: asked.changes,
        page: asked.page,
        csv: asked.csv,
        xlsx: asked.xlsx === true,
      };
      const found = await compiler.diff(request, from.tenants.join("\n"));
      if (!found.ok) throw tariffFaults(scope.seesBuy ? found.faults : []);
      return { ...found, from: from.version };
    },
  };
}

/** Null: a deck, which has no folder of its own. */
async function targetFiles(
  { store, folders }: Parts,
  to: DiffTarget,
  scope: Scope,
): Promise<{ files: Record<string, string> } | null> {
  if ("version" in to) {
    const facts = await tariffInScope(store, to.version, { scope, path: "to" });
    requireTenants(scope, facts.tenants);
    requireNative(facts);
    return { files: (await store.tariffs.getFiles(to.version)) ?? {} };
  }
  if ("deck" in to) return null;
  // A folder is checked by who may see all of it: its faults quote what is in it.
  if (!scope.seesBuy) throw engineError("forbidden", "These credentials do not see the buy side.");
  const { files } = await sourceInScope(folders, to.source, scope);
  return { files };
}

function requireNative({ kind, version }: TariffVersion): void {
  if (kind === "native") return;
  throw engineError(
    "invalid-params",
    `The version ${version} is a CGRateS folder; compare it with tariff.compare.`,
  );
}

async function versionBefore(
  { store, clock }: Parts,
  { asked, files, scope }: { asked: DiffAsked; files: Record<string, string> | null; scope: Scope },
): Promise<TariffVersion> {
  const { from, tenant = files === null ? undefined : folderTenants(files)?.[0] } = asked;
  const facts = await namedOrInForce(
    { store, clock },
    { version: from, tenant, path: "from" },
    scope,
  );
  requireNative(facts);
  return facts;
}

async function newDeck(to: DiffTarget, files: Record<string, string>) {
  if (!("deck" in to)) throw new Error("a folder is read before");
  const { plan, file, pieces, dialect, list } = to.deck;
  const read = dialect === undefined ? planDialect(files["tariff.yaml"] ?? "", plan) : dialect;
  const bytes = await wholeContent(pieces, TARIFF_LIMITS.bytes);
  const text = await deckText(bytes, read, { file, most: TARIFF_LIMITS.bytes });
  return { plan, file, text, dialect: read, isAmendment: isAmending(list, read) };
}
