// A carrier's file in place of the deck of one plan, or as an amendment of it.
import { engineError } from "../../../errors.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { planDialect } from "../../../tariffs/decks/named.ts";
import { isAmending } from "../../../tariffs/edit/amended-deck.ts";
import { type Files, withDeck } from "../../../tariffs/edit/deck.ts";
import { TARIFF_LIMITS } from "../../../tariffs/limits.ts";
import type { Fault } from "../../../tariffs/tariff.ts";
import { type Pieces, wholeContent } from "../../files/content.ts";
import type { Clock, TariffCompiler } from "../../ports.ts";
import { deckText } from "../folders/texts.ts";
import { derived } from "./exports.ts";

export interface DeckFile {
  plan: string;
  pieces: Pieces;
  /** As it is named; absent: that of the plan. */
  dialect?: { name: string; dialect: Dialect } | undefined;
  /** Whether it has every code, or what changes alone; absent: as its dialect says, else every code. */
  list?: "full" | "amendment" | undefined;
}

interface Parts {
  compiler: Pick<TariffCompiler, "derive">;
  clock: Clock;
}

const FILE = "the file";

/**
 * The files with it, and what is told of it where it amends: the deck is then a native one.
 * @throws `invalid-params` at `plan`, `too-large`, `tariff-faults` of a file that amends
 */
export async function tariffWithDeck(
  { compiler, clock }: Parts,
  { files, tenants }: { files: Files; tenants: readonly string[] },
  { plan, pieces, dialect, list }: DeckFile,
): Promise<{ files: Files; warnings: Fault[] }> {
  const most = TARIFF_LIMITS.bytes;
  const read = dialect?.dialect ?? planDialect(files["tariff.yaml"] ?? "", plan);
  const text = await deckText(await wholeContent(pieces, most), read, { file: FILE, most });
  if (!isAmending(list, read)) {
    return { files: sound(withDeck(files, { plan, text, dialect }), plan), warnings: [] };
  }
  const deck = { file: FILE, text, dialect: read, isAmendment: true };
  const request = { kind: "amended", files, plan, deck, atMs: clock() } as const;
  const amended = await derived({ compiler }, request, tenants);
  const found = withDeck(files, { plan, text: amended.text, dialect: null });
  return { files: sound(found, plan), warnings: amended.warnings };
}

function sound(found: Files | null, plan: string): Files {
  if (found === null) throw noPlan(plan);
  return found;
}

export function noPlan(plan: string): Error {
  return engineError("invalid-params", `plan: there is no plan ${plan}.`, { path: "plan" });
}
