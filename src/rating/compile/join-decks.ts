// The decks of a tariff side by side: one prefix index, and one table of rows in its order.

import type { CompiledDeck } from "../snapshot/native.ts";
import { buildPrefixIndex, type PrefixIndex } from "../snapshot/prefix-index.ts";
import type { DeckColumns } from "./deck.ts";

export interface JoinedDecks {
  index: PrefixIndex;
  decks: CompiledDeck[];
  /** Length of the longest list of rows that one prefix of a deck has. */
  mostRows: number;
}

/** Copies the rows of every deck to where its prefixes stand in the index of all. */
export function joinDecks(parts: DeckColumns[]): JoinedDecks {
  let mostRows = 0;
  const rowCounts = parts.map(({ prefixes, firstRows }) =>
    prefixes.map((_, prefix) => {
      const count = (firstRows[prefix + 1] ?? 0) - (firstRows[prefix] ?? 0);
      mostRows = Math.max(mostRows, count);
      return count;
    }),
  );
  const { index, firstRows, rows } = buildPrefixIndex(
    parts.map(({ prefixes }, deck) => ({ prefixes, rowCounts: rowCounts[deck] ?? [] })),
  );
  const columns = {
    rows: new Float64Array(2 * rows),
    lines: new Int32Array(rows),
    destinations: new Int32Array(rows),
  };
  const decks = parts.map((part, deck) => {
    const wideRates = new Map<number, bigint>();
    for (let prefix = 0; prefix < part.prefixes.length; prefix++) {
      const from = part.firstRows[prefix] as number;
      const shift = ((firstRows[deck] as Int32Array)[prefix] as number) - from;
      for (let row = from; row < (part.firstRows[prefix + 1] as number); row++) {
        columns.rows[2 * (row + shift)] = part.rates[row] as number;
        columns.rows[2 * (row + shift) + 1] = part.termsOfRows[row] as number;
        columns.lines[row + shift] = part.lines[row] as number;
        columns.destinations[row + shift] = part.destinations[row] as number;
        const wide = part.wideRates.get(row);
        if (wide !== undefined) wideRates.set(row + shift, wide);
      }
    }
    const { file, scale, terms, destinationNames, wideFees, wideMaximums, wideMinimums } = part;
    const wide = { wideRates, wideFees, wideMaximums, wideMinimums };
    const own = { file, scale, terms, destinationNames, ...wide };
    return { ...own, ...columns, prefixes: part.prefixes.length };
  });
  return { index, decks, mostRows };
}
