// Suspense in SQLite, with what became of each record, as a copy reads and writes it.
import type { Database } from "better-sqlite3";
import type { CopyTable } from "../../ports/copy.ts";
import type { SuspenseRecord } from "../../ports/suspense.ts";
import {
  type ClosingColumns,
  recordToRow,
  rowToRecord,
  SELECT_SUSPENSE,
  type SuspenseRow,
} from "../suspense.ts";
import { pageOf, type Walk } from "./paged.ts";

function suspenseWalk(database: Database): Walk<SuspenseRow & ClosingColumns, SuspenseRecord> {
  const select = database.prepare<[string, number], SuspenseRow & ClosingColumns>(
    `${SELECT_SUSPENSE} WHERE suspense.id > ? ORDER BY suspense.id LIMIT ?`,
  );
  return {
    rows: (after, limit) => select.iterate(after ?? "", limit),
    placeOf: ({ id }) => id,
    bytesOf: ({ bytes }) => bytes.length,
    read: rowToRecord,
  };
}

export function suspenseCopyTable(database: Database): CopyTable<SuspenseRecord> {
  const walk = suspenseWalk(database);
  const count = database.prepare<[], number>("SELECT count(*) FROM suspense").pluck();
  const insert = database.prepare(
    `INSERT INTO suspense (id, source, state, reason, detail, format, content_type, query, bytes,
       received_ms, tenant, cdr_id, batch_id, batch_line, masked_ms)
     VALUES (@id, @source, @state, @reason, @detail, @format, @content_type, @query, @bytes,
       @received_ms, @tenant, @cdr_id, @batch_id, @batch_line, @masked_ms)
     ON CONFLICT (id) DO NOTHING`,
  );
  const insertOwner = database.prepare("INSERT INTO suspense_owner (id, tenant) VALUES (?, ?)");
  const insertClosing = database.prepare(
    `INSERT INTO suspense_closing
       (id, retried_tenant, retried_as, discarded_by, discarded_ms, reopened)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );

  const put = database.transaction((records: readonly SuspenseRecord[]) => {
    for (const record of records) {
      if (insert.run(recordToRow(record)).changes === 0) continue;
      for (const tenant of record.owners ?? []) insertOwner.run(record.id, tenant);
      const { retriedAs, discardedBy, discardedAtMs, reopened } = record;
      const closing = [retriedAs?.tenant, retriedAs?.id, discardedBy, discardedAtMs, reopened];
      if (closing.every((value) => value === undefined)) continue;
      insertClosing.run(record.id, ...closing.slice(0, -1).map((v) => v ?? null), reopened ?? 0);
    }
  });
  return {
    count: async () => count.get() ?? 0,
    page: async (after, limits) => pageOf(walk, after, limits),
    put: async (records) => put.immediate(records),
  };
}
