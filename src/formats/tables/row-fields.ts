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

/** Null: the row is none of the layout. */
export function rowFields(
  row: TableRow,
  columns: readonly string[],
  { dialect, layout }: { dialect: Dialect; layout: TableLayout },
): Field[] | null {
  const cells = [...row.cells.slice(0, row.width), ...row.surplus];
  const names = layout.columnsOf?.(cells) ?? columns;
  if (layout.columnsOf !== undefined && names === columns) return null;
  const mapped = columnsOfFields(names, dialect.map).fields;
  const values = new Map<string, string>();
  const fields = new Map<string, string>();
  for (const [index, cell] of cells.entries()) {
    const name = names[index] ?? `column${index + 1}`;
    values.set(name, cell);
    const own = mapped.get(index)?.map((field) => layout.fields[field] ?? field);
    const known = mapped.size > 0 ? name : (layout.fields[name.toLowerCase()] ?? name);
    for (const field of own ?? [known]) {
      const value = cellValue(field, cell, dialect);
      setFirst(fields, field === "endTime" && !hasSeconds(cell) ? name : field, value);
    }
  }
  for (const [name, value] of layout.also?.(values) ?? []) {
    if (value !== "") fields.set(name, value);
  }
  return [...fields].filter(([, value]) => value !== "");
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
