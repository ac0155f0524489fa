// The fields of one row of a foreign table: by the dialect's map, by its layout, else by the names of
// its columns.
import { createHash } from "node:crypto";
import { FIELD_SPELLINGS } from "../../cdr/primary-fields.ts";
import { columnsOfFields } from "../../tables/columns.ts";
import { dateParts, isoDate, isYear } from "../../tables/dates.ts";
import type { Dialect } from "../../tables/dialect.ts";
import type { TableRow } from "../../tables/rows.ts";
import type { TableLayout } from "./layouts.ts";

type Field = [name: string, value: string];

interface Written {
  dialect: Dialect;
  layout: TableLayout;
}

/** Null: the row is none of the layout. */
export function rowFields(
  row: TableRow,
  columns: readonly string[],
  written: Written,
): Field[] | null {
  const names = namesOf(row, columns, written);
  if (names === null) return null;
  const { dialect, layout } = written;
  const values = new Map<string, string>();
  const fields = new Map<string, string>();
  for (const { name, cell, meant } of namedCells(row, names, written)) {
    values.set(name, cell);
    for (const field of meant) setFirst(fields, field, cellValue(field, cell, dialect));
  }
  for (const [name, value] of layout.also?.(values) ?? []) {
    if (value !== "") fields.set(name, value);
  }
  return [...fields].filter(([, value]) => value !== "");
}

/** Index of the cell that a field was read from; null: the row as a whole says it. */
export function cellOfField(
  row: TableRow,
  columns: readonly string[],
  { field, ...written }: Written & { field: string },
): number | null {
  const cells = [...namedCells(row, namesOf(row, columns, written) ?? columns, written)];
  const isField = (name: string) => name.toLowerCase() === field;
  const made = Object.entries(written.layout.madeOf ?? {}).find(([name]) => isField(name))?.[1];
  const own =
    made?.flatMap((from) => cells.filter(({ name }) => name === from)) ??
    cells.filter(({ meant }) => meant.some(isField));
  const [first] = own;
  return (own.find(({ cell }) => cell !== "") ?? first)?.index ?? null;
}

const cellsOf = ({ cells, width, surplus }: TableRow) => [...cells.slice(0, width), ...surplus];

function namesOf(row: TableRow, columns: readonly string[], { layout }: Written) {
  return layout.columnsOf === undefined ? columns : layout.columnsOf(cellsOf(row));
}

/** Each cell with the name of its column, and the fields that it is. */
function* namedCells(row: TableRow, names: readonly string[], { dialect, layout }: Written) {
  const mapped = columnsOfFields(names, dialect.map).fields;
  for (const [index, cell] of cellsOf(row).entries()) {
    const name = names[index] ?? `column${index + 1}`;
    const own = mapped.get(index)?.map((field) => layout.fields[field] ?? field);
    const known = mapped.size > 0 ? name : (layout.fields[name.toLowerCase()] ?? name);
    const meant = (own ?? [known]).map((field) =>
      field === "endTime" && !hasSeconds(cell) ? name : field,
    );
    yield { index, cell, name, meant };
  }
}

/** By every spelling: numbers with signs in them, and names, that may look as a date does. */
const DATELESS: ReadonlySet<string> = new Set(
  (
    [
      "destination",
      "callerNumber",
      "account",
      "subject",
      "supplier",
      "originId",
      "originHost",
    ] as const
  )
    .flatMap((field) => FIELD_SPELLINGS[field])
    .map((spelling) => spelling.toLowerCase()),
);

function cellValue(field: string, cell: string, { dateOrder }: Dialect): string {
  if (DATELESS.has(field.toLowerCase())) return cell;
  const date = isoDate(cell, dateOrder);
  // Of two others and four digits behind them the four may as well be the end of a telephone number.
  return isYear(date.slice(0, 4)) ? date : cell;
}

/** A usage cannot be held against an end that is a minute long: it stays an extra field. */
function hasSeconds(cell: string): boolean {
  return dateParts(cell) === null || /:\d\d:\d\d/.test(cell);
}

/** Of two columns of one field the first that says something. */
function setFirst(fields: Map<string, string>, name: string, value: string): void {
  if ((fields.get(name) ?? "") === "") fields.set(name, value);
}

/** The content of a row without an id of its own: equal rows have one. */
export function contentOfFields(fields: readonly Field[]): string {
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
