// The text of a native deck, as its reader takes it: cells stand as they are.
import { DECK_COLUMNS, type DeckColumn } from "../decks/columns.ts";

export type DeckCells = Partial<Record<DeckColumn, string>>;

/** Rows of a table of these columns. */
export function deckCsv(columns: readonly DeckColumn[], rows: readonly DeckCells[]): string {
  const lines = rows.map((row) => columns.map((column) => plainCell(row[column] ?? "")).join(","));
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

/** `delimiter`: the sign between two cells. */
export function plainCell(text: string, delimiter = ","): string {
  const isQuoted = text.includes('"') || text.includes(delimiter) || /[\r\n]/.test(text);
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}
