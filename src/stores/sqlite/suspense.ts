// Suspense records in SQLite: raw bytes with the reason why they are no CDR yet.
import type { Database } from "better-sqlite3";
import { addToPage, emptyPage, PAGE_BYTES } from "../page-bytes.ts";
import type { SuspenseQuery, SuspenseRecord } from "../ports/suspense.ts";
import { decodeListCursor, encodeListCursor } from "../sort-keys.ts";

interface SuspenseRow {
  id: string;
  source: string;
  state: SuspenseRecord["state"];
  reason: string;
  detail: string;
  format: string;
  content_type: string | null;
  query: string | null;
  bytes: Buffer;
  received_ms: number;
  tenant: string | null;
  cdr_id: string | null;
  batch_id: string | null;
  batch_line: number | null;
}

function recordToRow(record: SuspenseRecord): SuspenseRow {
  return {
    id: record.id,
    source: record.source,
    state: record.state,
    reason: record.reason,
    detail: record.detail,
    format: record.format,
    content_type: record.contentType ?? null,
    query: record.query ?? null,
    bytes: Buffer.from(record.bytes),
    received_ms: record.receivedAtMs,
    tenant: record.tenant ?? null,
    cdr_id: record.cdrId ?? null,
    batch_id: record.batchId ?? null,
    batch_line: record.batchLine ?? null,
  };
}

function rowToRecord(row: SuspenseRow): SuspenseRecord {
  return {
    id: row.id,
    source: row.source,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    format: row.format,
    ...(row.content_type !== null && { contentType: row.content_type }),
    ...(row.query !== null && { query: row.query }),
    bytes: new Uint8Array(row.bytes),
    receivedAtMs: row.received_ms,
    ...(row.tenant !== null && { tenant: row.tenant }),
    ...(row.cdr_id !== null && { cdrId: row.cdr_id }),
    ...(row.batch_id !== null && { batchId: row.batch_id }),
    ...(row.batch_line !== null && { batchLine: row.batch_line }),
  };
}

/** SQL of the members of a query that are there, with their values. */
function conditionsOf(query: SuspenseQuery): { sql: string; values: unknown[] } {
  const lists = [
    ["state", query.states],
    ["reason", query.reasons],
    ["source", query.sources],
    ["tenant", query.tenants],
  ] as const;
  const parts = lists
    .filter(([, values]) => values !== undefined)
    .map(([column, values]) => ({
      sql: `${column} IN (SELECT value FROM json_each(?))`,
      values: [JSON.stringify(values)] as unknown[],
    }));
  const { fromMs, toMs } = query.receivedAt ?? {};
  if (fromMs !== undefined) parts.push({ sql: "received_ms >= ?", values: [fromMs] });
  if (toMs !== undefined) parts.push({ sql: "received_ms < ?", values: [toMs] });
  if (query.cursor !== undefined) {
    parts.push({
      sql: "(received_ms, id) > (?, ?)",
      values: decodeListCursor(query.cursor, 1),
    });
  }
  return {
    sql: parts.length === 0 ? "TRUE" : parts.map((part) => part.sql).join(" AND "),
    values: parts.flatMap((part) => part.values),
  };
}

export function suspenseTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO suspense VALUES (@id, @source, @state, @reason, @detail, @format, @content_type,
       @query, @bytes, @received_ms, @tenant, @cdr_id, @batch_id, @batch_line)
     ON CONFLICT (id) DO NOTHING`,
  );
  const select = database.prepare<[string], SuspenseRow>("SELECT * FROM suspense WHERE id = ?");

  const close = database.prepare(
    "UPDATE suspense SET state = @state WHERE id = @id AND state = 'open'",
  );

  function get(id: string): SuspenseRecord | null {
    const row = select.get(id);
    return row === undefined ? null : rowToRecord(row);
  }

  /** Oldest first. */
  function find(query: SuspenseQuery) {
    const { sql, values } = conditionsOf(query);
    const rows = database
      .prepare<unknown[], SuspenseRow>(
        `SELECT * FROM suspense WHERE ${sql} ORDER BY received_ms, id LIMIT ?`,
      )
      .iterate(...values, query.limit + 1);
    const page = emptyPage<SuspenseRecord>();
    const limits = { rows: query.limit, bytes: PAGE_BYTES };
    for (const row of rows) {
      if (!addToPage(page, { row: rowToRecord(row), bytes: row.bytes.length }, limits)) break;
    }
    const { rows: records, isMore } = page;
    const last = records.at(-1);
    if (!isMore || last === undefined) return { records };
    return { records, nextCursor: encodeListCursor(last.receivedAtMs, [last.id]) };
  }

  return {
    /** False when the id is there already. */
    add: (record: SuspenseRecord): boolean => insert.run(recordToRow(record)).changes === 1,
    get,
    close: (id: string, state: SuspenseRecord["state"]): boolean =>
      close.run({ id, state }).changes === 1,
    find,
  };
}
