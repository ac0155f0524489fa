// Codes that lack the 0 which nearly all others of their file begin with: a spreadsheet takes a code for a
// number, and writes it without.
import type { FaultList } from "../fault-list.ts";
import type { RateRow } from "../tariff.ts";
import type { DeckCells } from "./cells.ts";

/** Of fewer codes nothing is told, nor where more of them lack the 0. */
const LEAST_CODES = 20;
const MOST_WITHOUT = 0.1;
/** Codes that are named. */
const NAMED = 10;

export interface ZeroCheck {
  /** `text`: the code as it stands in the file. */
  add(text: string, row: RateRow): void;
  report(file: string, cells: DeckCells, faults: FaultList): void;
}

export function createZeroCheck(): ZeroCheck {
  let codes = 0;
  let without = 0;
  const first: RateRow[] = [];
  return {
    add(text, row) {
      const sign = text.charCodeAt(0);
      // Words, and the default row, are no codes.
      if (sign < 48 || sign > 57) return;
      codes += 1;
      if (sign === 48) return;
      without += 1;
      if (first.length < NAMED) first.push(row);
    },
    report(file, cells, faults) {
      const [row] = first;
      if (row === undefined || codes < LEAST_CODES || without > codes * MOST_WITHOUT) return;
      const names = first.map(({ prefix }) => prefix).join(", ");
      const detail = `${without} of ${codes}: ${names}${without > NAMED ? " …" : ""}.`;
      faults.add(file, () => cells.place(row, "prefix"), "lost-zeros", detail);
    },
  };
}
