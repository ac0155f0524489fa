// A table with columns of the operator's choice: one row a CDR, which is as its last revision says.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import { columnReader } from "../../queries/export-columns.ts";
import type { Cell, Row, Rows } from "./row.ts";

const TIMES = new Set(["receivedAt", "setupTime", "answerTime", "endTime", "ratedAt"]);

/** @param map column of an export → column of the table */
export function ownWriter(map: Readonly<Record<string, string>>) {
  const readers = Object.entries(map).map(([name, column]) => {
    const read = columnReader(name);
    const cellOf = TIMES.has(name) ? timeCell : plainCell;
    return [column, (cdr: StoredCdr) => cellOf(read(cdr))] as const;
  });
  const keys = ["tenant", "id"].map((name) => map[name] ?? "");
  return async (rows: Rows, cdr: StoredCdr): Promise<void> => {
    const row: Row = Object.fromEntries(readers.map(([column, read]) => [column, read(cdr)]));
    const known = Object.fromEntries(keys.map((column) => [column, row[column] ?? null]));
    if ((await rows.find(known, keys)) === undefined) await rows.insert(row);
    else await rows.update(known, row);
  };
}

function plainCell(value: Json): Cell {
  if (value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** UTC without an offset, which every data base reads the same. */
function timeCell(value: Json): Cell {
  return typeof value === "string" ? sqlTime(Date.parse(value)) : null;
}

export function sqlTime(atMs: number): string {
  return new Date(atMs).toISOString().replace("T", " ").slice(0, -1);
}
