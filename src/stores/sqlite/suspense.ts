// Suspense records in SQLite: raw bytes with the reason why they are no CDR yet.
import type { Database } from "better-sqlite3";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { addToPage, emptyPage, PAGE_BYTES } from "../page-bytes.ts";
import type {
  AddedSuspense,
  OldSuspense,
  OpenSuspense,
  SuspenseClosing,
  SuspenseQuery,
  SuspenseRecord,
} from "../ports/suspense.ts";
import { decodeListCursor, encodeListCursor } from "../sort-keys.ts";

export interface SuspenseRow {
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
  masked_ms: number | null;
}

/** The columns of the table of closings; null where the record has no row there. */
export interface ClosingColumns {
  retried_tenant: string | null;
  retried_as: string | null;
  discarded_by: string | null;
  discarded_ms: number | null;
  reopened: number | null;
  /** JSON; empty where it has none. */
  owners: string;
}

export const SELECT_SUSPENSE = `SELECT suspense.*, retried_tenant, retried_as, discarded_by, discarded_ms, reopened,
    (SELECT json_group_array(o.tenant ORDER BY o.tenant) FROM suspense_owner o
      WHERE o.id = suspense.id) AS owners
  FROM suspense LEFT JOIN suspense_closing USING (id)`;

export function recordToRow(record: SuspenseRecord): SuspenseRow {
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
    masked_ms: record.maskedAtMs ?? null,
  };
}

export function rowToRecord(row: SuspenseRow & ClosingColumns): SuspenseRecord {
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
    ...(row.owners !== "[]" && { owners: JSON.parse(row.owners) as string[] }),
    ...(row.cdr_id !== null && { cdrId: row.cdr_id }),
    ...(row.batch_id !== null && { batchId: row.batch_id }),
    ...(row.batch_line !== null && { batchLine: row.batch_line }),
    ...(row.retried_as !== null &&
      row.retried_tenant !== null && {
        retriedAs: { tenant: row.retried_tenant, id: row.retried_as },
      }),
    ...(row.discarded_by !== null && { discardedBy: row.discarded_by }),
    ...(row.discarded_ms !== null && { discardedAtMs: row.discarded_ms }),
    ...((row.reopened ?? 0) > 0 && { reopened: row.reopened ?? 0 }),
    ...(row.masked_ms !== null && { maskedAtMs: row.masked_ms }),
  };
}

/** SQL of the members of a query that are there, with their values. */
function conditionsOf(query: Omit<SuspenseQuery, "cursor">): { sql: string; values: unknown[] } {
  const lists = [
    ["state", query.states],
    ["reason", query.reasons],
    ["source", query.sources],
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
  if (query.tenants !== undefined) {
    const tenants = JSON.stringify(query.tenants);
    parts.push({
      sql: `(tenant IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM suspense_owner o
        WHERE o.id = suspense.id AND o.tenant IN (SELECT value FROM json_each(?))))`,
      values: [tenants, tenants],
    });
  }
  return {
    sql: parts.length === 0 ? "TRUE" : parts.map((part) => part.sql).join(" AND "),
    values: parts.flatMap((part) => part.values),
  };
}

const CLOSED = "state <> 'open' AND batch_id IS NULL";

/** Of one query: the bytes of a row stand behind what is counted, and are not read. */
export function oldSuspense(
  database: Database,
  { beforeMs, tenants }: { beforeMs: number; tenants?: readonly string[] },
): OldSuspense {
  const { sql, values } = conditionsOf({
    ...{ receivedAt: { toMs: beforeMs }, limit: 0 },
    ...(tenants && { tenants: [...tenants] }),
  });
  const counted = database
    .prepare<unknown[], OldSuspense>(
      `SELECT coalesce(sum(${CLOSED}), 0) AS closed, coalesce(sum(NOT (${CLOSED})), 0) AS others
       FROM suspense WHERE ${sql}`,
    )
    .get(...values);
  return counted ?? { closed: 0, others: 0 };
}

/** Where a walk in the order of time is: records after this time and id follow. */
type Place = [number, string];

/**
 * Rows of the first piece of a walk. Of a row with megabytes a filter may read all, so that a thousand
 * of them take seconds: pieces grow and shrink with the time they take.
 */
const FIRST_ROWS = 32;
const PIECE_MS = 6;
const MOST_ROWS = 4096;

function nextRows(rows: number, tookMs: number): number {
  return tookMs > PIECE_MS ? Math.ceil(rows / 2) : Math.min(MOST_ROWS, rows * 2);
}

function placeOf(cursor: string | undefined): Place {
  if (cursor === undefined) return [Number.MIN_SAFE_INTEGER, ""];
  const [ms, id] = decodeListCursor(cursor, 1);
  return [Number(ms), String(id)];
}

/** Records between two places; without an end all that follow. */
function readPiece(
  database: Database,
  wanted: Omit<SuspenseQuery, "cursor">,
  { after, until, limit }: { after: Place; until: Place | undefined; limit: number },
) {
  const { sql, values } = conditionsOf(wanted);
  const isBefore = until === undefined ? "" : "AND (received_ms, id) <= (?, ?)";
  return database
    .prepare<unknown[], SuspenseRow & ClosingColumns>(
      `${SELECT_SUSPENSE} WHERE (received_ms, id) > (?, ?) ${isBefore} AND ${sql}
       ORDER BY received_ms, id LIMIT ?`,
    )
    .iterate(...after, ...(until ?? []), ...values, limit);
}

export const COUNT_OPEN =
  "SELECT tenant, count(*) AS open FROM suspense WHERE state = 'open' GROUP BY tenant";

export function suspenseTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO suspense (id, source, state, reason, detail, format, content_type, query, bytes,
       received_ms, tenant, cdr_id, batch_id, batch_line, masked_ms)
     VALUES (@id, @source, @state, @reason, @detail, @format, @content_type,
       @query, @bytes, @received_ms, @tenant, @cdr_id, @batch_id, @batch_line, @masked_ms)
     ON CONFLICT (id) DO NOTHING`,
  );
  const select = database.prepare<[string], SuspenseRow & ClosingColumns>(
    `${SELECT_SUSPENSE} WHERE id = ?`,
  );
  const closeOpen = database.prepare(
    "UPDATE suspense SET state = @state WHERE id = @id AND state = 'open'",
  );
  const open = database.prepare(
    `UPDATE suspense SET state = 'open', masked_ms = NULL, bytes = @bytes, query = @query,
       detail = CASE WHEN masked_ms IS NULL THEN detail ELSE @detail END
     WHERE id = @id AND state = 'discarded'`,
  );
  const noteReopened = database.prepare(
    `INSERT INTO suspense_closing (id, reopened) VALUES (?, 1)
     ON CONFLICT (id) DO UPDATE SET reopened = reopened + 1`,
  );
  const noteRetried = database.prepare(
    `INSERT INTO suspense_closing (id, retried_tenant, retried_as) VALUES (@id, @tenant, @as)
     ON CONFLICT (id) DO UPDATE SET retried_tenant = @tenant, retried_as = @as`,
  );
  const noteDiscarded = database.prepare(
    `INSERT INTO suspense_closing (id, discarded_by, discarded_ms) VALUES (@id, @by, @atMs)
     ON CONFLICT (id) DO UPDATE SET discarded_by = @by, discarded_ms = @atMs`,
  );

  const noteOwner = database.prepare(
    "INSERT INTO suspense_owner (id, tenant) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );

  const add = database.transaction((record: SuspenseRecord): AddedSuspense => {
    const row = recordToRow(record);
    const isNew = insert.run(row).changes === 1;
    for (const tenant of record.owners ?? []) noteOwner.run(record.id, tenant);
    if (isNew) return { outcome: "new", record };
    const { id, bytes, query, detail } = row;
    const isReopened = open.run({ id, bytes, query, detail }).changes === 1;
    if (isReopened) noteReopened.run(record.id);
    const stored = get(record.id);
    if (stored === null) throw new Error(`the suspense record ${record.id} is there and is not`);
    return { outcome: isReopened ? "reopened" : "repeat", record: stored };
  });

  const close = database.transaction((id: string, closing: SuspenseClosing): boolean => {
    const { state } = closing;
    if (closeOpen.run({ id, state }).changes === 0) return false;
    if (closing.state === "discarded") {
      noteDiscarded.run({ id, by: closing.by, atMs: closing.atMs });
    } else if (closing.as !== undefined) {
      noteRetried.run({ id, tenant: closing.as.tenant, as: closing.as.id });
    }
    return true;
  });

  const drops = ["suspense_owner", "suspense_closing", "suspense"].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE id = ?`),
  );
  const selectOpen = database
    .prepare<[string], 0 | 1>("SELECT state = 'open' FROM suspense WHERE id = ?")
    .pluck();
  const remove = database.transaction((ids: readonly string[]): number => {
    const going = ids.filter((id) => selectOpen.get(id) === 0);
    for (const id of going) for (const drop of drops) drop.run(id);
    return going.length;
  });

  const maskClosed = database.prepare<[number, string]>(
    `UPDATE suspense SET bytes = x'', query = NULL, detail = '', masked_ms = ?
     WHERE id IN (SELECT value FROM json_each(?)) AND state <> 'open' AND masked_ms IS NULL`,
  );

  const countOpen = database.prepare<[], OpenSuspense>(COUNT_OPEN);

  function get(id: string): SuspenseRecord | null {
    const row = select.get(id);
    return row === undefined ? null : rowToRecord(row);
  }

  const openByTenant = (): OpenSuspense[] => countOpen.all();
  return {
    add: add.immediate,
    get,
    close: close.immediate,
    remove: remove.immediate,
    mask: (ids: readonly string[], atMs: number): number =>
      maskClosed.run(atMs, JSON.stringify(ids)).changes,
    openByTenant,
    find: suspenseFinder(database),
  };
}

/** Oldest first. */
function suspenseFinder(database: Database) {
  const border = database.prepare<
    [number, string, number],
    Pick<SuspenseRow, "received_ms" | "id">
  >(
    `SELECT received_ms, id FROM suspense WHERE (received_ms, id) > (?, ?)
     ORDER BY received_ms, id LIMIT 1 OFFSET ?`,
  );

  return async function find(query: SuspenseQuery) {
    const page = emptyPage<SuspenseRecord>();
    const limits = { rows: query.limit, bytes: PAGE_BYTES };
    const { cursor, ...wanted } = query;
    let [place, rows]: [Place, number] = [placeOf(cursor), FIRST_ROWS];
    for (let isWhole = false; !isWhole && !page.isMore; ) {
      await ownTurn();
      const startedAt = performance.now();
      const end = border.get(...place, rows - 1);
      const limit = query.limit + 1 - page.rows.length;
      let read: Place | undefined = end && [end.received_ms, end.id];
      isWhole = end === undefined;
      for (const row of readPiece(database, wanted, { after: place, until: read, limit })) {
        if (!addToPage(page, { row: rowToRecord(row), bytes: row.bytes.length }, limits)) break;
        if (!isTurnOver()) continue;
        [read, isWhole] = [[row.received_ms, row.id], false];
        break;
      }
      place = read ?? place;
      rows = nextRows(rows, performance.now() - startedAt);
    }
    const { rows: records, isMore } = page;
    const last = records.at(-1);
    if (!isMore || last === undefined) return { records };
    return { records, nextCursor: encodeListCursor(last.receivedAtMs, [last.id]) };
  };
}
