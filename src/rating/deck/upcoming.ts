// Which rows of a tariff begin or end soon, by deck: what an operator wants to know the week before.
import {
  type CompiledDeck,
  type NativeSnapshot,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_TOR,
} from "../snapshot/native.ts";
import { endRowOf, firstRowOf } from "../snapshot/prefix-index.ts";
import { termOf } from "./plan-price.ts";

export interface UpcomingRows {
  /** The deck's file. */
  file: string;
  /** Rows that begin in the time asked for. */
  begin: number;
  /** Rows that end in it. */
  end: number;
  /** Rows among those that end which no other row of the same prefix and type follows at once. */
  endWithoutNext: number;
}

/**
 * The decks of which rows begin or end after `nowMs`, until `untilMs` (epoch milliseconds); in the
 * order of the decks.
 */
export function upcomingRows(
  { decks, index }: Pick<NativeSnapshot, "decks" | "index">,
  { nowMs, untilMs }: { nowMs: number; untilMs: number },
): UpcomingRows[] {
  const counts = decks.map(({ file }) => ({ file, begin: 0, end: 0, endWithoutNext: 0 }));
  const isSoon = (atMs: number): boolean => atMs > nowMs && atMs <= untilMs;
  // Two words an entry; after the last one stands where its rows end.
  for (let entry = 0; entry < index.entries.length - 2; entry += 2) {
    const number = index.entries[entry] as number;
    const deck = decks[number] as CompiledDeck;
    const count = counts[number] as UpcomingRows;
    const [first, end] = [firstRowOf(index, entry), endRowOf(index, entry)];
    for (let row = first; row < end; row++) {
      if (isSoon(termOf(deck, row, TERM_EFFECTIVE_FROM))) count.begin += 1;
      const toMs = termOf(deck, row, TERM_EFFECTIVE_TO);
      if (!isSoon(toMs)) continue;
      count.end += 1;
      if (!isFollowed(deck, { row, first, end })) count.endWithoutNext += 1;
    }
  }
  return counts.filter(({ begin, end }) => begin + end > 0);
}

/** Whether another row of the prefix, of the same type of record, holds when this one ends. */
function isFollowed(
  deck: CompiledDeck,
  { row, first, end }: { row: number; first: number; end: number },
): boolean {
  const atMs = termOf(deck, row, TERM_EFFECTIVE_TO);
  for (let other = first; other < end; other++) {
    if (
      termOf(deck, other, TERM_TOR) === termOf(deck, row, TERM_TOR) &&
      termOf(deck, other, TERM_EFFECTIVE_FROM) <= atMs &&
      termOf(deck, other, TERM_EFFECTIVE_TO) > atMs
    ) {
      return true;
    }
  }
  return false;
}
