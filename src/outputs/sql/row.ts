// Rows of a table of somebody else: found by what they are known by, and written with NULL where there
// is nothing.
import type { Connection } from "../../feeds/sql/connection.ts";

/** A text, or NULL. */
export type Cell = string | null;
export type Row = Readonly<Record<string, Cell>>;

/** One table, with the columns by which a row of it is found. */
export interface Rows {
  /** The columns asked for of the row that has the values; undefined: there is none. */
  find(known: Row, columns: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>;
  insert(row: Row): Promise<void>;
  update(known: Row, row: Row): Promise<void>;
  remove(known: Row): Promise<void>;
}

export function rowsOf({ dialect, query }: Connection, table: string): Rows {
  const name = table.split(".").map(dialect.quoted).join(".");

  /** Places of parameters, and what is in them; NULL is written out. */
  function createParameters() {
    const values: string[] = [];
    const place = (cell: Cell): string => {
      if (cell === null) return "NULL";
      values.push(cell);
      return dialect.parameter(values.length);
    };
    return { values, place };
  }
  const whereOf = (known: Row, place: (cell: Cell) => string): string =>
    Object.entries(known)
      .map(([column, cell]) => `${dialect.quoted(column)} = ${place(cell)}`)
      .join(" AND ");

  return {
    async find(known, columns) {
      const { values, place } = createParameters();
      const where = whereOf(known, place);
      const list = columns.map(
        (column) => `${dialect.asText(dialect.quoted(column))} AS ${dialect.quoted(column)}`,
      );
      const [row] = await query(`SELECT ${list.join(", ")} FROM ${name} WHERE ${where}`, values);
      return row;
    },
    async insert(row) {
      const { values, place } = createParameters();
      const columns = Object.keys(row).map(dialect.quoted).join(", ");
      const cells = Object.values(row).map(place).join(", ");
      await query(`INSERT INTO ${name} (${columns}) VALUES (${cells})`, values);
    },
    async update(known, row) {
      const { values, place } = createParameters();
      const set = Object.entries(row).map(
        ([column, cell]) => `${dialect.quoted(column)} = ${place(cell)}`,
      );
      const where = whereOf(known, place);
      await query(`UPDATE ${name} SET ${set.join(", ")} WHERE ${where}`, values);
    },
    async remove(known) {
      const { values, place } = createParameters();
      await query(`DELETE FROM ${name} WHERE ${whereOf(known, place)}`, values);
    },
  };
}
