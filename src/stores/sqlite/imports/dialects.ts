// Dialects of foreign tables by name, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { NamedDialect } from "../../ports/imports/dialects.ts";

export interface DialectRow {
  name: string;
  dialect: string;
  tenants: string | null;
  set_ms: number;
  set_by: string;
}

export function toDialect(row: DialectRow): NamedDialect {
  return {
    name: row.name,
    dialect: JSON.parse(row.dialect) as JsonObject,
    tenants: row.tenants === null ? null : (JSON.parse(row.tenants) as string[]),
    setAtMs: row.set_ms,
    by: row.set_by,
  };
}

export function dialectTable(database: Database) {
  return {
    set({ name, dialect, tenants, setAtMs, by }: NamedDialect): void {
      database
        .prepare(
          `INSERT INTO dialect (name, dialect, tenants, set_ms, set_by) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET dialect = excluded.dialect, tenants = excluded.tenants,
             set_ms = excluded.set_ms, set_by = excluded.set_by`,
        )
        .run(
          name,
          JSON.stringify(dialect),
          tenants === null ? null : JSON.stringify(tenants),
          setAtMs,
          by,
        );
    },
    get(name: string): NamedDialect | null {
      const row = database
        .prepare<[string], DialectRow>("SELECT * FROM dialect WHERE name = ?")
        .get(name);
      return row === undefined ? null : toDialect(row);
    },
    list: ({ limit, after = "" }: { limit: number; after?: string }): NamedDialect[] =>
      database
        .prepare<[string, number], DialectRow>(
          "SELECT * FROM dialect WHERE name > ? ORDER BY name LIMIT ?",
        )
        .all(after, limit)
        .map(toDialect),
  };
}
