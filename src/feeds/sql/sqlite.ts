// A SQLite file of somebody else: opened read-only, while its owner writes.
import type { Columns } from "../../formats/sql/columns.ts";
import { decodeRecord } from "../../formats/utf8-text.ts";
import type { Connection, ConnectParts, Dialect } from "./connection.ts";

/** The owner's lock is waited for here so long at most, since the whole process waits. */
const LOCK_MS = 50;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** As bytes: text that is not UTF-8 is kept as it is, and numbers are written out. */
function dialectFor(encoding: string): Dialect {
  const type = encoding === "UTF-8" ? "BLOB" : "TEXT";
  return {
    quoted,
    asText: (column) => `CAST(${column} AS TEXT)`,
    selected: (columns) =>
      columns.map((name) => `CAST(t.${quoted(name)} AS ${type}) AS ${quoted(name)}`).join(", "),
    parameter: () => "?",
  };
}

export async function connectSqlite({ url, isWriting }: ConnectParts): Promise<Connection> {
  if (url.kind !== "sqlite") throw new Error("a URL of another kind");
  const { default: Sqlite } = await import("better-sqlite3");
  const options = { readonly: !isWriting, fileMustExist: true, timeout: LOCK_MS };
  const database = new Sqlite(url.path, options);
  let encoding: string;
  try {
    encoding = String(database.pragma("encoding", { simple: true }));
  } catch (cause) {
    database.close();
    throw cause;
  }
  return {
    dialect: dialectFor(encoding),
    isOfFile: true,
    async shapeOf(table) {
      const list = "SELECT type, wr FROM pragma_table_list WHERE lower(name) = lower(?)";
      const found = database.prepare<[string], { type: string; wr: number }>(list).get(table);
      if (found === undefined) return null;
      const info = "SELECT name FROM pragma_table_info(?)";
      const columns = database.prepare<[string], { name: string }>(info).all(table);
      const names = columns.map(({ name }) => name);
      const hasRowId = found.type === "table" && found.wr === 0;
      return { columns: names, growing: hasRowId ? rowIdOf(names) : null };
    },
    async query(sql, parameters) {
      const statement = database.prepare<string[], Record<string, unknown>>(sql);
      if (statement.reader) return statement.all(...parameters).map(textsOf);
      statement.run(...parameters);
      return [];
    },
    close: () => void database.close(),
  };
}

/** What SQLite itself numbers rows by; a column may have taken a name of it. */
function rowIdOf(columns: readonly string[]): string | null {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name)) ?? null;
}

function textsOf(row: Record<string, unknown>): Columns {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(row)) {
    if (value === null) continue;
    // What is no text at all is kept byte by byte.
    const text = Buffer.isBuffer(value) ? (decodeRecord(value) ?? value.toString("latin1")) : null;
    texts.set(name, text ?? String(value));
  }
  return texts;
}
