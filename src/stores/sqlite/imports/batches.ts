// Batches, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { BatchQuery, BatchRecord } from "../../ports/imports/batches.ts";
import { decodeListCursor } from "../../sort-keys.ts";

export interface BatchRow {
  id: string;
  version: number;
  state: string;
  hash: string | null;
  tenants: string | null;
  created_ms: number;
  body: string;
}

function toRow({ createdAtMs, tenants, body, ...same }: BatchRecord): BatchRow {
  return {
    ...same,
    tenants: tenants === null ? null : JSON.stringify(tenants),
    created_ms: createdAtMs,
    body: JSON.stringify(body),
  };
}

export function toBatch({
  created_ms: createdAtMs,
  tenants,
  body,
  ...same
}: BatchRow): BatchRecord {
  return {
    ...same,
    tenants: tenants === null ? null : (JSON.parse(tenants) as string[]),
    createdAtMs,
    body: JSON.parse(body) as JsonObject,
  };
}

export function batchTable(database: Database) {
  function latest({ hash, states, cursor, limit }: Omit<BatchQuery, "isWanted">): BatchRecord[] {
    const conditions: string[] = [];
    const values: unknown[] = [];
    if (hash !== undefined) {
      conditions.push("hash = ?");
      values.push(hash);
    }
    if (states !== undefined) {
      conditions.push("state IN (SELECT value FROM json_each(?))");
      values.push(JSON.stringify(states));
    }
    if (cursor !== undefined) {
      conditions.push("(created_ms, id) < (?, ?)");
      values.push(...decodeListCursor(cursor, 1));
    }
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    return database
      .prepare<unknown[], BatchRow>(
        `SELECT * FROM batch ${where} ORDER BY created_ms DESC, id DESC LIMIT ?`,
      )
      .all(...values, limit)
      .map(toBatch);
  }
  return {
    put: (batch: BatchRecord): boolean =>
      database
        .prepare<[BatchRow]>(
          `INSERT INTO batch (id, version, state, hash, tenants, created_ms, body)
           VALUES (@id, @version, @state, @hash, @tenants, @created_ms, @body)
           ON CONFLICT (id) DO NOTHING`,
        )
        .run(toRow(batch)).changes === 1,
    get(id: string): BatchRecord | null {
      const row = database.prepare<[string], BatchRow>("SELECT * FROM batch WHERE id = ?").get(id);
      return row === undefined ? null : toBatch(row);
    },
    update: (batch: BatchRecord, expected: number): boolean =>
      database
        .prepare<[BatchRow & { expected: number }]>(
          `UPDATE batch SET version = @version, state = @state, body = @body
           WHERE id = @id AND version = @expected`,
        )
        .run({ ...toRow(batch), expected }).changes === 1,
    latest,
  };
}
