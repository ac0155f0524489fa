// What the cells of a column look like: names alone do not make a column of codes or prices.

import { readDay } from "../../deck/days.ts";
import { DEFAULT_CODES } from "../../deck/rules.ts";
import { unitOf } from "../../deck/units.ts";
import { isUp, knownChange } from "../../deck/words.ts";
import type { Doubt } from "../doubt.ts";

export interface ColumnCells {
  columns: readonly string[];
  /** Cells of a column in the first rows. */
  of(column: string): string[];
}

export interface ColumnFindings {
  map: Record<string, string>;
  doubts: Doubt[];
}

const CODE = /^[\^+_(]?\d[\d\s.()+,;/|*%xX&–—-]*(?:\(?\p{L}+\)?)?$/u;
const PRICE =
  /^[-+(]?\s*(?:[€$£]|[A-Z]{3})?\s*-?[.,]?\d[\d.,'’\s]*\)?\s*(?:[€$£]|[A-Z]{3}|ct|cents?)?$/;
const NO_PRICE = /^(?:-+|n\/?a|blocked|forbidden|barred|free|tba)$/i;

export type Kind =
  | ("code" | "price" | "day" | "change" | "flag" | "number" | "unit" | "currency")
  | "any";

const IS: Readonly<Record<Kind, (cell: string) => boolean>> = {
  code: (cell) => isDefaultCode(cell) || CODE.test(cell) || /^\d+[.,]?\d*E\+?\d+$/i.test(cell),
  price: (cell) => PRICE.test(cell) || NO_PRICE.test(cell),
  day: (cell) => readDay(cell, "dmy").ok || readDay(cell, "mdy").ok,
  change: (cell) => knownChange(cell) !== null,
  flag: (cell) => isUp(cell) !== null,
  number: (cell) => /\d/.test(cell) || /^per /i.test(cell),
  unit: (cell) => unitOf(cell) !== null,
  currency: (cell) => /^(?:[A-Za-z]{3}|[€$£]|US\$)$/.test(cell),
  any: () => true,
};

function isDefaultCode(cell: string): boolean {
  return DEFAULT_CODES.includes(cell.toLowerCase());
}

/** Of the filled cells the share that is of a kind; 0 where there are none. */
export function shareOf(kind: Kind, cells: readonly string[]): number {
  const filled = cells.filter((cell) => cell !== "");
  if (filled.length === 0) return 0;
  return filled.filter((cell) => IS[kind](cell)).length / filled.length;
}

/** Digits alone, and no two decimals: more like a code than a price. */
export function isIntegers(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== "");
  return filled.length > 0 && filled.every((cell) => /^\+?\d+$/.test(cell));
}
