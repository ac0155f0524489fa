// The text of a native deck, as its reader takes it: cells stand as they are.
import { lineText } from "../csv/cell-text.ts";
import { DECK_COLUMNS, type DeckColumn } from "../decks/columns.ts";

export type DeckCells = Partial<Record<DeckColumn, string>>;

/** Rows of a table of these columns. */
export function deckCsv(columns: readonly DeckColumn[], rows: readonly DeckCells[]): string {
  const lines = rows.map((row) => lineText(columns.map((column) => row[column] ?? "")));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** Only the columns that say something, and those that every deck has. */
export function columnsNeeded(rows: readonly DeckCells[]): DeckColumn[] {
  const used = new Set<DeckColumn>(["prefix", "destination", "rate"]);
  for (const row of rows) {
    for (const column of DECK_COLUMNS) if ((row[column] ?? "") !== "") used.add(column);
  }
  return DECK_COLUMNS.filter((column) => used.has(column));
}
