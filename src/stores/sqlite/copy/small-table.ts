// A table whose rows are small, as a copy reads and writes it.
import type { Database } from "better-sqlite3";
import type { CopyTable } from "../../ports/copy.ts";
import { pageOf, type Walk } from "./paged.ts";

/** Rows of a table that are small: the page ends by their number. */
interface SmallTable<Stored, Row> {
  table: string;
  /** The rest of the query after WHERE; its last value is the limit. */
  select: string;
  /** The key of a row, by which the order goes. */
  keyOf(stored: Stored): (string | number)[];
  /** A key before every other one. */
  start: (string | number)[];
  read(stored: Stored): Row;
  put(row: Row): unknown;
}

export function smallTable<Stored, Row>(
  database: Database,
  { table, select, keyOf, start, read, put }: SmallTable<Stored, Row>,
): CopyTable<Row> {
  const statement = database.prepare<unknown[], Stored>(select);
  const count = database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck();
  const walk: Walk<Stored, Row> = {
    rows: (after, limit) =>
      statement.iterate(...(after === null ? start : (JSON.parse(after) as unknown[])), limit),
    placeOf: (stored) => JSON.stringify(keyOf(stored)),
    bytesOf: (stored) => JSON.stringify(stored).length,
    read,
  };
  const putAll = database.transaction((rows: readonly Row[]) => {
    for (const row of rows) put(row);
  });
  return {
    count: async () => count.get() ?? 0,
    page: async (after, limits) => pageOf(walk, after, limits),
    put: async (rows) => putAll.immediate(rows),
  };
}
