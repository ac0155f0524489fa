// Which rows of a prefix exist for a call: by type of record, dates and caller.

import { INVALID_CALLER } from "../../tariffs/tariff.ts";
import {
  type CompiledDeck,
  type NativeSnapshot,
  TERM_CALLER,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_TOR,
  TERM_WORDS,
} from "../snapshot/native.ts";
import { endRowOf, firstRowOf } from "../snapshot/prefix-index.ts";
import { type PlanPrice, type PriceRequest, termOf, termsOf } from "./plan-price.ts";

/**
 * Writes the rows of an entry that exist for the call into `price`, and answers how many there are.
 * Rows are sorted so that the best come first: the rest of a prefix is not looked at.
 */
export function selectRows(
  { index, decks, callerPrefixes }: NativeSnapshot,
  request: PriceRequest,
  entry: number,
  price: PlanPrice,
): number {
  const deck = decks[price.deck] as CompiledDeck;
  const end = endRowOf(index, entry);
  let count = 0;
  for (let row = firstRowOf(index, entry); row < end; row++) {
    const terms = termsOf(deck, row) * TERM_WORDS;
    if (deck.terms[terms + TERM_TOR] !== request.tor) continue;
    if ((deck.terms[terms + TERM_EFFECTIVE_FROM] as number) > request.atMs) continue;
    if ((deck.terms[terms + TERM_EFFECTIVE_TO] as number) <= request.atMs) continue;
    const caller = deck.terms[terms + TERM_CALLER] as number;
    if (caller > 0 && !fitsCaller(request, callerPrefixes[caller] as string)) continue;
    if (count > 0 && !isSameWindow(deck, price.rows[0] as number, row)) break;
    price.rows[count++] = row;
  }
  price.rowCount = count;
  return count;
}

function fitsCaller(request: PriceRequest, prefix: string): boolean {
  if (prefix === INVALID_CALLER) return request.otherCaller;
  if (request.callerDigits.startsWith(prefix)) return true;
  return request.formerCaller !== "" && request.formerCaller.startsWith(prefix);
}

/** Of one prefix only the longest caller prefix counts, and of that only the latest window. */
function isSameWindow(deck: CompiledDeck, a: number, b: number): boolean {
  return (
    termOf(deck, a, TERM_CALLER) === termOf(deck, b, TERM_CALLER) &&
    termOf(deck, a, TERM_EFFECTIVE_FROM) === termOf(deck, b, TERM_EFFECTIVE_FROM)
  );
}
