// CDRs in SQLite: insert, revise, get, find and count.
import type { Database, Statement } from "better-sqlite3";
import type { HistoryEntry, StoredCdr } from "../../cdr/cdr.ts";
import { originOf } from "../../cdr/facts.ts";
import type { CdrFilter, CdrPageQuery, SortKey } from "../../queries/cdr-query.ts";
import { readAll } from "../key-faults.ts";
import type { FindOptions, InsertOutcome, NewCdr, ReviseOutcome, Revision } from "../ports/cdrs.ts";
import { decodeCdrCursor, encodeCdrCursor } from "../sort-keys.ts";
import { forEachPiece, type Piece } from "./pieces.ts";
import {
  type ColumnValues,
  cdrColumns,
  contentColumns,
  idBytes,
  originColumns,
  ratingColumns,
  rowContent,
  rowToCdr,
  STORED_COLUMNS,
  type StoredRow,
} from "./rows.ts";

const SORT_COLUMNS: Record<SortKey, string> = {
  callTime: "call_ms",
  setupTime: "setup_key_ms",
  receivedAt: "received_ms",
  usage: "usage",
};

type KeyedRow = StoredRow & { sort_key: number };

function insertSql(names: string[]): string {
  return `INSERT INTO cdr (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
    ON CONFLICT (id) DO NOTHING`;
}

function assignments(columns: ColumnValues): string {
  return Object.keys(columns)
    .map((name) => `${name} = @${name}`)
    .join(", ");
}

/** Writes; each call is one transaction. The caller holds the retry for a busy database. */
export function cdrWriter(database: Database) {
  const selectStored = database.prepare<[Uint8Array], StoredRow>(
    `SELECT ${STORED_COLUMNS} FROM cdr WHERE id = ?`,
  );
  const insertHistory = database.prepare(
    "INSERT INTO cdr_history (seq, revision, entry) VALUES (?, ?, ?)",
  );
  let insertRow: Statement<unknown[]> | undefined;

  function get(id: string): StoredCdr | null {
    const bytes = idBytes(id);
    const row = bytes === null ? undefined : selectStored.get(bytes);
    return row === undefined ? null : rowToCdr(row);
  }

  /** Rows of CDRs all have the same columns in the same order. */
  function insertOne(columns: ColumnValues, id: string): InsertOutcome {
    insertRow ??= database.prepare(insertSql(Object.keys(columns)));
    const { changes } = insertRow.run(Object.values(columns));
    if (changes === 1) return { outcome: "inserted" };
    const stored = get(id);
    if (stored === null) throw new Error(`CDR ${id} is neither new nor there`);
    return { outcome: "exists", stored };
  }

  function reviseOne(revision: Revision): ReviseOutcome {
    const bytes = idBytes(revision.id);
    const row = bytes === null ? undefined : selectStored.get(bytes);
    if (row === undefined) return "not-found";
    const stored = rowToCdr(row);
    const { rating } = stored;
    if (rating.revision !== revision.expectedRevision) return "changed-meanwhile";
    const entry: HistoryEntry = {
      rating,
      replacedAtMs: revision.atMs,
      ...(revision.content !== undefined && { content: rowContent(row) }),
      ...(revision.origin !== undefined && { origin: originOf(stored) }),
    };
    insertHistory.run(row.seq, rating.revision, JSON.stringify(entry));
    const columns = {
      ...ratingColumns(revision.rating),
      ...(revision.content !== undefined && contentColumns(revision.content, row.received_ms)),
      ...(revision.origin !== undefined && originColumns(revision.origin)),
    };
    const update = database.prepare(`UPDATE cdr SET ${assignments(columns)} WHERE seq = @seq`);
    update.run({ ...columns, seq: row.seq });
    return "revised";
  }

  const insertAll = database.transaction((rows: { columns: ColumnValues; id: string }[]) =>
    rows.map(({ columns, id }) => insertOne(columns, id)),
  );
  const reviseAll = database.transaction((revisions: Revision[]) => revisions.map(reviseOne));
  return {
    get,
    insert: (cdrs: NewCdr[]): InsertOutcome[] =>
      insertAll.immediate(cdrs.map((cdr) => ({ columns: cdrColumns(cdr), id: cdr.id }))),
    revise: (revisions: Revision[]): ReviseOutcome[] => reviseAll.immediate(revisions),
  };
}

/** Reads over many rows, in pieces. */
export function cdrReader(database: Database, indexedExtraFields: string[]) {
  /** Rows of one piece in the order of the query, at most `limit`, after its cursor and before
   * `worst`, the last one that still fits in the page. */
  function readPiece(
    piece: Piece,
    query: CdrPageQuery,
    limit: number,
    worst?: KeyedRow,
  ): KeyedRow[] {
    const column = SORT_COLUMNS[query.sort.by];
    const after = query.cursor && decodeCdrCursor(query.sort, query.cursor);
    const [beyond, order] = query.sort.descending ? ["<", "DESC"] : [">", "ASC"];
    const afterCursor = after ? `AND (${column}, id) ${beyond} (?, ?)` : "";
    const afterValues = after ? [after.key, idBytes(after.id) ?? Buffer.alloc(0)] : [];
    const beforeWorst = worst ? `AND (${column}, id) ${beyond === "<" ? ">" : "<"} (?, ?)` : "";
    const worstValues = worst ? [worst.sort_key, worst.id] : [];
    return database
      .prepare<unknown[], KeyedRow>(
        `SELECT ${STORED_COLUMNS}, ${column} AS sort_key FROM ${piece.from}
         WHERE ${piece.where.sql} ${afterCursor} ${beforeWorst}
         ORDER BY ${column} ${order}, id ${order} LIMIT ?`,
      )
      .all(...piece.where.values, ...afterValues, ...worstValues, limit);
  }

  function page(query: CdrPageQuery, rows: KeyedRow[], options?: FindOptions) {
    const kept = rows.slice(0, query.limit);
    const last = kept.at(-1);
    const cdrs = readAll(kept, rowToCdr, options);
    if (rows.length <= query.limit || last === undefined) return { cdrs };
    const position = { key: last.sort_key, id: last.id.toString("hex") };
    return { cdrs, nextCursor: encodeCdrCursor(query.sort, position) };
  }

  /** The index gives this order: read on until the page is full. */
  async function findInIndexOrder(query: CdrPageQuery, options?: FindOptions) {
    const after = query.cursor ? decodeCdrCursor(query.sort, query.cursor) : undefined;
    const { descending } = query.sort;
    const rows: KeyedRow[] = [];
    await forEachPiece(
      database,
      indexedExtraFields,
      { filter: query.filter, descending, ...(after && { after }), signal: options?.signal },
      (piece) => {
        const { cursor: _done, ...rest } = query;
        rows.push(...readPiece(piece, rest, query.limit + 1 - rows.length));
        return rows.length <= query.limit;
      },
    );
    return page(query, rows, options);
  }

  /** Another order: the first of every piece, merged. */
  async function findSorted(query: CdrPageQuery, options?: FindOptions) {
    const direction = query.sort.descending ? -1 : 1;
    let rows: KeyedRow[] = [];
    await forEachPiece(
      database,
      indexedExtraFields,
      { filter: query.filter, descending: false, signal: options?.signal },
      (piece) => {
        // A page that is full already is only bettered: few rows of a later piece are read whole.
        const worst = rows.length > query.limit ? rows.at(-1) : undefined;
        rows = [...rows, ...readPiece(piece, query, query.limit + 1, worst)]
          .sort((a, b) => (a.sort_key - b.sort_key || Buffer.compare(a.id, b.id)) * direction)
          .slice(0, query.limit + 1);
        return true;
      },
    );
    return page(query, rows, options);
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
    find: (query: CdrPageQuery, options?: FindOptions) =>
      query.sort.by === "callTime" && query.filter.ids === undefined
        ? findInIndexOrder(query, options)
        : findSorted(query, options),
    count,
  };
}
