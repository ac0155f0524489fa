// CDRs in SQLite: insert, revise, get, find and count.

import type { Database, Statement } from "better-sqlite3";
import type { HistoryEntry, StoredCdr } from "../../../cdr/cdr.ts";
import { originOf } from "../../../cdr/facts.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter, CdrPageQuery, SortKey } from "../../../queries/cdr-query.ts";
import { addToPage, emptyPage, type FillingPage, PAGE_BYTES } from "../../page-bytes.ts";
import type { CdrKey, ReviseOutcome, Revision } from "../../ports/cdrs.ts";
import {
  compareTexts,
  decodeCdrCursor,
  encodeCdrCursor,
  type PagePosition,
  sortedFilter,
} from "../../sort-keys.ts";
import { maskOne } from "../erasures/mask.ts";
import { erasedKeyTable } from "../erasures/seals.ts";
import {
  bytesOf,
  type ColumnValues,
  contentColumns,
  idBytes,
  type NewRows,
  originColumns,
  ratingColumns,
  rowContent,
  rowToCdr,
  type SentRow,
  STORED_COLUMNS,
  type StoredRow,
  sentRow,
} from "../rows.ts";
import { changeCounter } from "./changes.ts";
import { forEachPiece, type Piece } from "./pieces.ts";

const SORT_COLUMNS: Record<SortKey, string> = {
  callTime: "call_ms",
  setupTime: "setup_key_ms",
  receivedAt: "received_ms",
  usage: "usage",
  duration: "duration_ms",
};

/** What a row is sorted and found by. */
type Key = Pick<StoredRow, "seq" | "id" | "tenant"> & { sort_key: number };
type KeyedRow = StoredRow & Key;

interface PieceQuery {
  query: CdrPageQuery;
  columns: string;
  limit: number;
  worst?: Key;
}

/** Bytes of rows that are read in one turn of the event loop; one row alone may have more. */
const SLICE_BYTES = 1_000_000;

function compareKeys(left: Key, right: Key): number {
  return (
    left.sort_key - right.sort_key ||
    Buffer.compare(left.id, right.id) ||
    compareTexts(left.tenant, right.tenant)
  );
}

function insertSql(names: string[]): string {
  return `INSERT INTO cdr (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
    ON CONFLICT (tenant, id) DO NOTHING`;
}

function assignments(columns: ColumnValues): string {
  return Object.keys(columns)
    .map((name) => `${name} = @${name}`)
    .join(", ");
}

/** Null: it was new; else what is there, or that one of its key was erased. */
export type InsertedRow = SentRow | "erased" | null;

/** Writes; each call is one transaction. The caller holds the retry for a busy database. */
export function cdrWriter(database: Database) {
  const selectStored = database.prepare<[Uint8Array, string], StoredRow>(
    `SELECT ${STORED_COLUMNS} FROM cdr WHERE id = ? AND tenant = ?`,
  );
  const insertHistory = database.prepare(
    "INSERT INTO cdr_history (seq, revision, entry) VALUES (?, ?, ?)",
  );
  const erased = erasedKeyTable(database);
  let insertRow: Statement<unknown[]> | undefined;

  function rowOf({ tenant, id }: CdrKey): StoredRow | undefined {
    const bytes = idBytes(id);
    return bytes === null ? undefined : selectStored.get(bytes, tenant);
  }

  function get(key: CdrKey): SentRow | null {
    const row = rowOf(key);
    return row === undefined ? null : sentRow(row);
  }

  /** Rows of CDRs all have the same columns in the same order. */
  function insertOne(
    names: string[],
    values: NewRows["rows"][number],
    change: number,
  ): InsertedRow {
    insertRow ??= database.prepare(insertSql([...names, "change"]));
    const [id, tenant, ...others] = values;
    const key = { id: id as string, tenant: tenant as string };
    const { changes } = insertRow.run(idBytes(key.id), tenant, ...others, change);
    if (changes === 1) return null;
    const stored = get(key);
    if (stored === null && erased.isErased(key)) return "erased";
    if (stored === null) throw new Error(`CDR ${key.id} is neither new nor there`);
    return stored;
  }

  function reviseOne(revision: Revision, change: number): ReviseOutcome {
    const row = rowOf(revision);
    if (row === undefined) return "not-found";
    const stored = rowToCdr(row);
    const { rating } = stored;
    if (rating.revision !== revision.expectedRevision) return "changed-meanwhile";
    if ((row.masked_ms !== null) !== (revision.isMasked ?? false)) return "changed-meanwhile";
    const entry: HistoryEntry = {
      rating,
      replacedAtMs: revision.atMs,
      ...(revision.content !== undefined && { content: rowContent(row) }),
      ...(revision.origin !== undefined && { origin: originOf(stored) }),
    };
    insertHistory.run(row.seq, rating.revision, JSON.stringify(entry));
    const columns = {
      change,
      ...ratingColumns(revision.rating),
      ...(revision.content !== undefined && contentColumns(revision.content, row.received_ms)),
      ...(revision.origin !== undefined && originColumns(revision.origin)),
    };
    const update = database.prepare(`UPDATE cdr SET ${assignments(columns)} WHERE seq = @seq`);
    update.run({ ...columns, seq: row.seq });
    return "revised";
  }

  const maskAll = database.transaction((cdrs: readonly StoredCdr[]) =>
    cdrs.map((cdr) => maskOne(database, cdr, rowOf(cdr))),
  );
  const takeNumbers = changeCounter(database);
  const insertAll = database.transaction(({ names, rows }: NewRows) => {
    let change = takeNumbers(rows.length);
    return rows.map((row) => insertOne(names, row, ++change));
  });
  const reviseAll = database.transaction((revisions: Revision[]) => {
    let change = takeNumbers(revisions.length);
    return revisions.map((revision) => reviseOne(revision, ++change));
  });
  return {
    get,
    insert: (cdrs: NewRows): InsertedRow[] => insertAll.immediate(cdrs),
    revise: (revisions: Revision[]): ReviseOutcome[] => reviseAll.immediate(revisions),
    mask: (cdrs: readonly StoredCdr[]): ReviseOutcome[] => maskAll.immediate(cdrs),
  };
}

/** Keys of one piece in the order of the query, at most `limit`, after its cursor and before
 * `worst`, the last one that still fits in the page; with the columns asked for beside them. */
function readPiece<Row extends Key>(
  database: Database,
  piece: Piece,
  { query, columns, limit, worst }: PieceQuery,
): IterableIterator<Row> {
  const column = SORT_COLUMNS[query.sort.by];
  const after = query.cursor && decodeCdrCursor(query.sort, query.cursor);
  const [beyond, order] = query.sort.descending ? ["<", "DESC"] : [">", "ASC"];
  const place = `(${column}, id, tenant)`;
  const afterCursor = after ? `AND ${place} ${beyond} (?, ?, ?)` : "";
  const afterValues = after ? [after.key, idBytes(after.id) ?? Buffer.alloc(0), after.tenant] : [];
  const beforeWorst = worst ? `AND ${place} ${beyond === "<" ? ">" : "<"} (?, ?, ?)` : "";
  const worstValues = worst ? [worst.sort_key, worst.id, worst.tenant] : [];
  return database
    .prepare<unknown[], Row>(
      `SELECT ${columns}, ${column} AS sort_key FROM ${piece.from}
       WHERE ${piece.where.sql} ${afterCursor} ${beforeWorst}
       ORDER BY ${column} ${order}, id ${order}, tenant ${order} LIMIT ?`,
    )
    .iterate(...piece.where.values, ...afterValues, ...worstValues, limit);
}

/** What of the options of a page is looked at where the rows are read. */
export interface RowOptions {
  pageBytes?: number | undefined;
}

/** A page of rows, of which the asking side makes CDRs. */
export interface RowPage {
  rows: SentRow[];
  nextCursor?: string;
}

const limitsOf = (query: CdrPageQuery, { pageBytes = PAGE_BYTES }: RowOptions) => ({
  rows: query.limit,
  bytes: pageBytes,
});

function answer({ sort }: CdrPageQuery, { rows, isMore }: FillingPage<KeyedRow>): RowPage {
  const last = rows.at(-1);
  const nextCursor =
    isMore && last !== undefined ? encodeCdrCursor(sort, positionOf(last)) : undefined;
  const sent = rows.map(sentRow);
  return nextCursor === undefined ? { rows: sent } : { rows: sent, nextCursor };
}

function positionOf({ sort_key, id, tenant }: Key): PagePosition {
  return { key: sort_key, id: id.toString("hex"), tenant };
}

/** The index gives this order: read on until the page is full. */
async function findInIndexOrder(
  { database, indexedExtraFields }: { database: Database; indexedExtraFields: string[] },
  query: CdrPageQuery,
  options: RowOptions,
  signal?: AbortSignal,
): Promise<RowPage> {
  let after = query.cursor ? decodeCdrCursor(query.sort, query.cursor) : undefined;
  const { descending } = query.sort;
  const page = emptyPage<KeyedRow>();
  const limits = limitsOf(query, options);
  const { cursor: _done, ...rest } = query;
  /** False: the slice is full, and the walk goes on after its last row in another turn. */
  const readSlice = (piece: Piece): boolean => {
    const limit = query.limit + 1 - page.rows.length;
    const wanted = { query: rest, columns: STORED_COLUMNS, limit };
    let bytes = 0;
    for (const row of readPiece<KeyedRow>(database, piece, wanted)) {
      if (!addToPage(page, { row, bytes: bytesOf(row) }, limits)) return false;
      bytes += bytesOf(row);
      if (bytes < SLICE_BYTES) continue;
      after = positionOf(row);
      return false;
    }
    return true;
  };
  for (let isWhole = false; !isWhole && !page.isMore; ) {
    isWhole = true;
    const walk = { filter: query.filter, descending, signal };
    await forEachPiece(database, indexedExtraFields, after ? { ...walk, after } : walk, (piece) => {
      isWhole = readSlice(piece);
      return isWhole;
    });
    if (!isWhole) await ownTurn();
  }
  return answer(query, page);
}

/** Reads over many rows, in pieces. */
export function cdrReader(database: Database, indexedExtraFields: string[]) {
  const selectRow = database.prepare<[number], StoredRow>(
    `SELECT ${STORED_COLUMNS} FROM cdr WHERE seq = ?`,
  );

  /** Another order: the keys of the first of every piece, merged; then their rows. */
  async function findSorted(
    query: CdrPageQuery,
    options: RowOptions,
    signal?: AbortSignal,
  ): Promise<RowPage> {
    const direction = query.sort.descending ? -1 : 1;
    const limit = query.limit + 1;
    let keys: Key[] = [];
    await forEachPiece(
      database,
      indexedExtraFields,
      { filter: query.filter, descending: false, signal },
      (piece) => {
        // A page that is full already is only bettered.
        const worst = keys.length === limit ? keys.at(-1) : undefined;
        const wanted = { query, columns: "seq, id, tenant", limit, ...(worst && { worst }) };
        keys = [...keys, ...readPiece<Key>(database, piece, wanted)]
          .sort((a, b) => compareKeys(a, b) * direction)
          .slice(0, limit);
        return true;
      },
    );
    const page = emptyPage<KeyedRow>();
    const limits = limitsOf(query, options);
    for (const { seq, sort_key } of keys) {
      if (isTurnOver()) await ownTurn();
      const stored = selectRow.get(seq);
      if (stored === undefined) continue;
      const row = { ...stored, sort_key };
      if (!addToPage(page, { row, bytes: bytesOf(row) }, limits)) break;
    }
    return answer(query, page);
  }

  async function count(filter: CdrFilter, signal?: AbortSignal): Promise<number> {
    let total = 0;
    const walk = { filter, descending: false, signal };
    await forEachPiece(database, indexedExtraFields, walk, (piece) => {
      total += database
        .prepare(`SELECT count(*) FROM ${piece.from} WHERE ${piece.where.sql}`)
        .pluck()
        .get(...piece.where.values) as number;
      return true;
    });
    return total;
  }

  return {
    find: (query: CdrPageQuery, options: RowOptions, signal?: AbortSignal) =>
      query.sort.by === "callTime" && query.filter.ids === undefined
        ? findInIndexOrder({ database, indexedExtraFields }, query, options, signal)
        : findSorted({ ...query, filter: sortedFilter(query) }, options, signal),
    count,
  };
}
