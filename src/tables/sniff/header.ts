// Whether the first line of a table names its columns.
import { dateParts } from "../dates.ts";
import { isKnownName, type Target } from "./names.ts";

const NUMBER = /^[-+$€£]? ?\d[\d.,' ]*%?$/;
const TIME = /^\d{1,2}:\d\d(?::\d\d)?$|^\d{4}-\d\d-\d\d/;
/** Codes and ids are no names. */
const CODE = /\d{4,}|^\+?\d|[@<>]|^[0-9a-f-]{20,}$/i;

function isValue(cell: string): boolean {
  return NUMBER.test(cell) || TIME.test(cell) || dateParts(cell) !== null;
}

/** 0: surely a row; 1: surely names. */
export function headerLikelihood(
  first: readonly string[],
  rows: readonly (readonly string[])[],
  target: Target,
): number {
  const filled = first.filter((cell) => cell !== "");
  if (filled.length === 0) return 0;
  if (filled.some((cell) => isValue(cell))) return 0;
  const known = filled.filter((cell) => isKnownName(cell, target)).length;
  if (known >= 2 || known === filled.length) return 1;
  if (filled.some((cell) => CODE.test(cell))) return 0.1;
  if (new Set(filled).size !== filled.length) return 0.3;
  // Names stand above values: a column whose rows are numbers or times and whose first cell is not.
  const above = first.filter((_cell, index) => isColumnOfValues(rows, index)).length;
  if (above > 0) return known > 0 ? 0.95 : 0.85;
  return known > 0 ? 0.7 : 0.5;
}

function isColumnOfValues(rows: readonly (readonly string[])[], index: number): boolean {
  const cells = rows.map((row) => row[index] ?? "").filter((cell) => cell !== "");
  return cells.length > 0 && cells.every((cell) => isValue(cell));
}
