// Where a warning of a deck's row stands, and the deck that it is of.
import type { DeckColumn } from "../decks/columns.ts";
import type { CellsOfDecks } from "../decks/folder.ts";
import type { FaultCode } from "../fault-codes.ts";
import type { FaultList, Place } from "../fault-list.ts";
import type { Deck, Fault, RateRow } from "../tariff.ts";

/** Tells of the cell of a row; a deck that has no file (drawn in a test) is told of by its lines. */
export interface DeckFaults {
  add(
    row: RateRow,
    column: DeckColumn,
    code: FaultCode,
    detail: string,
    severity?: Fault["severity"],
  ): void;
  /** Of the deck as a whole. */
  addToDeck(code: FaultCode, detail: string): void;
}

export function faultsOfDeck(deck: Deck, cells: CellsOfDecks, faults: FaultList): DeckFaults {
  const own = cells.get(deck);
  const place = (row: RateRow, column: DeckColumn) => (): Place =>
    own?.place(row, column) ?? { line: row.line, column: 1 };
  return {
    add(row, column, code, detail, severity) {
      faults.add(deck.file, place(row, column), code, detail, severity);
    },
    addToDeck(code, detail) {
      faults.add(deck.file, { line: 1, column: 1 }, code, detail);
    },
  };
}
