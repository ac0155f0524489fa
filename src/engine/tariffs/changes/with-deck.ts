// A carrier's file in place of the deck of one plan.
import { engineError } from "../../../errors.ts";
import type { Dialect } from "../../../tables/dialect.ts";
import { planDialect } from "../../../tariffs/decks/named.ts";
import { type Files, withDeck } from "../../../tariffs/edit/deck.ts";
import { TARIFF_LIMITS } from "../../../tariffs/limits.ts";
import { type Pieces, wholeContent } from "../../files/content.ts";
import { deckText } from "../folders/texts.ts";

export interface DeckFile {
  plan: string;
  pieces: Pieces;
  /** As it is named; absent: that of the plan. */
  dialect?: { name: string; dialect: Dialect } | undefined;
}

/** @throws `invalid-params` at `plan`, `too-large` */
export async function tariffWithDeck(
  files: Files,
  { plan, pieces, dialect }: DeckFile,
): Promise<Files> {
  const most = TARIFF_LIMITS.bytes;
  const read = dialect?.dialect ?? planDialect(files["tariff.yaml"] ?? "", plan);
  const text = await deckText(await wholeContent(pieces, most), read, { file: "the file", most });
  const found = withDeck(files, { plan, text, dialect });
  if (found === null) throw noPlan(plan);
  return found;
}

export function noPlan(plan: string): Error {
  return engineError("invalid-params", `plan: there is no plan ${plan}.`, { path: "plan" });
}
