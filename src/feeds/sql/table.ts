// One table of a data base as something that is pulled: its rows by its key, or by their times.
import { createHash } from "node:crypto";
import { type Columns, rowBytes } from "../../formats/sql/columns.ts";
import { BY_NUMBER, byTime, isWholeKey, type Order, type PulledRow } from "../pull/order.ts";
import type { Pulled } from "../pull/walk.ts";
import type { Connection, TableShape } from "./connection.ts";

export interface TableRow extends PulledRow {
  columns: Columns;
}

export interface TableWish {
  /** Its name, with that of its schema or data base before a dot. */
  table: string;
  /** Column of whole numbers that only grow, each once; absent: what the table says of itself. */
  key?: string | undefined;
  /** Column of times to read by; absent: the key, else the first of `times` that is there. */
  time?: string | undefined;
  times: readonly string[];
  /** Column that is set when a row is done; it is no part of the row. */
  flag?: string | undefined;
  /** Zone of its times. */
  timeZone: string;
}

export interface Table extends Pulled<TableRow> {
  /** What it is read by. */
  by: string;
  /** Says in the table itself that rows were read. */
  setFlag(rows: readonly TableRow[]): Promise<void>;
}

/** Column under which the place of a row is asked for. */
const PLACE = "cdrate_place";

/** Null: there is no such table. @throws where it cannot be told how it is to be read */
export async function tableOf(connection: Connection, wish: TableWish): Promise<Table | null> {
  const shape = await connection.shapeOf(wish.table);
  if (shape === null) return null;
  const { by, order } = orderOf(shape, wish);
  const { dialect, query } = connection;
  const from = wish.table.split(".").map(dialect.quoted).join(".");
  const column = `t.${dialect.quoted(by)}`;
  const selected = `${dialect.selected(shape.columns)}, ${dialect.asText(column)} AS ${PLACE}`;
  const toRow = (columns: Columns) => rowOf(columns, wish, order);
  const numbers = (keys: readonly string[]) => keys.map(asNumber).join(", ");
  const parameter = dialect.parameter(1);
  const isNumber = order === BY_NUMBER;

  return {
    by,
    order,
    async rows(place, limit) {
      const bound = isNumber ? `> ${asNumber(place ?? "0")}` : `>= ${parameter}`;
      const where = `WHERE ${column} ${place === null ? "IS NOT NULL" : bound}`;
      const sql = `SELECT ${selected} FROM ${from} t ${where} ORDER BY ${column} LIMIT ${limit}`;
      return (await query(sql, place === null || isNumber ? [] : [place])).map(toRow);
    },
    ...(isNumber
      ? {
          async at(keys: readonly string[]) {
            const where = `WHERE ${column} IN (${numbers(keys)})`;
            return (await query(`SELECT ${selected} FROM ${from} t ${where}`, [])).map(toRow);
          },
        }
      : {
          async before(place: string) {
            const count = `SELECT ${dialect.asText("COUNT(*)")} AS n FROM ${from} t WHERE ${column} < ${parameter}`;
            const [row] = await query(count, [place]);
            return Number(row?.get("n") ?? "0");
          },
        }),
    async setFlag(rows) {
      if (wish.flag === undefined || rows.length === 0) return;
      const flag = dialect.quoted(wish.flag);
      const own = dialect.quoted(by);
      const keys = numbers(rows.map(({ key }) => key));
      await query(`UPDATE ${from} SET ${flag} = ${parameter} WHERE ${own} IN (${keys})`, ["1"]);
    },
  };
}

/** By the key or the time that is wished, else by what the table numbers itself, else by its times. */
function orderOf(shape: TableShape, wish: TableWish): { by: string; order: Order } {
  const { table, timeZone, flag } = wish;
  const named = (name: string | undefined): string | undefined => {
    if (name === undefined || shape.growing === name) return name;
    return shape.columns.find((column) => column.toLowerCase() === name.toLowerCase());
  };
  for (const name of [wish.key, wish.time, flag]) {
    if (name === undefined || named(name) !== undefined) continue;
    throw new Error(`the table ${table} has no column ${name}`);
  }
  const key = named(wish.key) ?? (wish.time === undefined ? shape.growing : null);
  if (key !== null) return { by: key, order: BY_NUMBER };
  if (flag !== undefined) throw new Error(`${table} has no key by which ${flag} could be set`);
  const time = named(wish.time) ?? wish.times.map(named).find((name) => name !== undefined);
  if (time !== undefined) return { by: time, order: byTime(timeZone) };
  throw new Error(
    `the table ${table} has no column that numbers its rows by itself: set key, one of whole numbers that only grow, or time`,
  );
}

function rowOf(columns: Columns, { flag, table }: TableWish, order: Order): TableRow {
  const key = columns.get(PLACE) ?? "";
  if (order === BY_NUMBER && !isWholeKey(key)) {
    throw new Error(`a row of ${table} has the key ${key.slice(0, 40)}, which is no whole number`);
  }
  const own = new Map(columns);
  own.delete(PLACE);
  for (const name of own.keys()) if (name.toLowerCase() === flag?.toLowerCase()) own.delete(name);
  const hash = createHash("sha256").update(rowBytes(own)).digest("hex").slice(0, 24);
  return { key, hash, columns: own };
}

/** Digits alone are written into a statement. */
function asNumber(key: string): string {
  if (!isWholeKey(key)) throw new Error("a key is a whole number");
  return key;
}
