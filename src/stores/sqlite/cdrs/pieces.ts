// Long reads in bounded pieces: each runs over one stretch of an index, then lets others have the
// event loop. Pieces grow and shrink with the time they take, so that none holds it for 20 ms.

import type { Database } from "better-sqlite3";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { compareTexts, type PagePosition } from "../../sort-keys.ts";
import { idBytes } from "../rows.ts";
import { filterCondition, type SqlCondition, type SqlValue } from "./filter.ts";
import { chooseIndex, type IndexPath } from "./index-path.ts";

/** FROM and WHERE of one piece. */
export interface Piece {
  from: string;
  where: SqlCondition;
}

interface Key {
  ms: number;
  id: Uint8Array;
  tenant: string;
}

const PLACE = "(call_ms, id, tenant)";

function valuesOf({ ms, id, tenant }: Key): SqlValue[] {
  return [ms, id, tenant];
}

const FIRST_PIECE_ROWS = 500;
const FEWEST_PIECE_ROWS = 50;
/** Also the number of amounts whose integer sum provably stays below 64 bits. */
const MOST_PIECE_ROWS = 20_000;
/** What a piece is to take: rows differ, and some take three times as long as those before them. */
const PIECE_MS = 6;

/** As many as take that long, at most twice as many as before. */
function nextPieceRows(rows: number, tookMs: number): number {
  const fitting = Math.floor(rows * Math.min(2, PIECE_MS / Math.max(tookMs, 0.1)));
  return Math.min(MOST_PIECE_ROWS, Math.max(FEWEST_PIECE_ROWS, fitting));
}

/** Walks one index path in the order of call time and id. */
function walkIndex(database: Database, path: IndexPath, descending: boolean) {
  const from = `cdr INDEXED BY ${path.index}`;
  const [beyond, before, until, order] = descending
    ? ["<", ">=", ">=", "DESC"]
    : [">", "<", "<=", "ASC"];
  const limitMs = descending ? path.fromMs : path.toMs;
  const bounded = `${PLACE} ${beyond} (?, ?, ?) AND call_ms ${before} ?`;
  const only = path.only === undefined ? [] : [path.only];
  const held = [...path.columns.map((column) => `${column} = ?`), ...only];
  const borderStatement = database.prepare<SqlValue[], Key>(
    `SELECT call_ms AS ms, id, tenant FROM ${from} WHERE ${[...held, bounded].join(" AND ")}
     ORDER BY call_ms ${order}, id ${order}, tenant ${order} LIMIT 1 OFFSET ?`,
  );
  const compare = (left: Key, right: Key): number =>
    (left.ms - right.ms ||
      Buffer.compare(left.id, right.id) ||
      compareTexts(left.tenant, right.tenant)) * (descending ? -1 : 1);

  /** The nearest key at which any combination has `rows` rows behind it; null: the end. */
  function border(start: Key, rows: number): Key | null {
    const each = Math.max(1, Math.ceil(rows / path.combinations.length)) - 1;
    let nearest: Key | null = null;
    for (const combination of path.combinations) {
      const found = borderStatement.get(...combination, ...valuesOf(start), limitMs, each);
      if (found !== undefined && (nearest === null || compare(found, nearest) < 0)) nearest = found;
    }
    return nearest;
  }

  /** SQLite takes one upper bound into the index, so a piece that has a border names only that. */
  function piece(start: Key, end: Key | null): Piece {
    const isBefore = end === null ? `call_ms ${before} ?` : `${PLACE} ${until} (?, ?, ?)`;
    const sql = [`${PLACE} ${beyond} (?, ?, ?)`, isBefore, ...only];
    const values: SqlValue[] = [...valuesOf(start), ...(end ? valuesOf(end) : [limitMs])];
    path.columns.forEach((column, position) => {
      const allowed = [...new Set(path.combinations.map((combination) => combination[position]))];
      sql.push(`${column} IN (${allowed.map(() => "?").join(", ")})`);
      values.push(...allowed.filter((value) => value !== undefined));
    });
    return { from, where: { sql: sql.join(" AND "), values } };
  }
  return { border, piece };
}

function idPieces(ids: string[]): Piece[] {
  const known = [...new Set(ids)].filter((id) => idBytes(id) !== null);
  const pieces: Piece[] = [];
  for (let start = 0; start < known.length; start += FIRST_PIECE_ROWS) {
    const some = JSON.stringify(known.slice(start, start + FIRST_PIECE_ROWS));
    const sql = "id IN (SELECT unhex(value) FROM json_each(?))";
    pieces.push({ from: "cdr", where: { sql, values: [some] } });
  }
  return pieces;
}

export interface PieceWalk {
  filter: CdrFilter;
  descending: boolean;
  /** Begin after this key of call time, id and tenant. */
  after?: PagePosition;
  /** Also what is voided, and what has an outcome that is none. */
  everyOutcome?: boolean;
  /** Looked at before each piece. */
  signal?: AbortSignal | undefined;
  /** An index that the filter does not lead to, where it names no ids. */
  path?: IndexPath;
}

/** Before the first row of a walk. */
function firstKey({ after, descending }: PieceWalk, { fromMs, toMs }: IndexPath): Key {
  return {
    ms: after?.key ?? (descending ? toMs : fromMs),
    id: (after && idBytes(after.id)) ?? Buffer.alloc(0),
    tenant: after?.tenant ?? "",
  };
}

/**
 * Calls `run` for one piece after another until it answers false or nothing is left. Every row
 * that is there throughout is in exactly one piece; pieces come in the order of call time, id, tenant,
 * except where the filter names ids: those come in any order.
 */
export async function forEachPiece(
  database: Database,
  indexedExtraFields: string[],
  walk: PieceWalk,
  run: (piece: Piece) => boolean,
): Promise<void> {
  const condition = filterCondition(walk.filter, walk.everyOutcome);
  const combine = (piece: Piece): Piece => ({
    from: piece.from,
    where: {
      sql: `${piece.where.sql} AND ${condition.sql}`,
      values: [...piece.where.values, ...condition.values],
    },
  });
  if (walk.filter.ids !== undefined) {
    for (const piece of idPieces(walk.filter.ids)) {
      if (isTurnOver()) await ownTurn();
      walk.signal?.throwIfAborted();
      if (!run(combine(piece))) return;
    }
    return;
  }
  const path = walk.path ?? chooseIndex(walk.filter, indexedExtraFields);
  if (path.combinations.length === 0) return;
  const { border, piece } = walkIndex(database, path, walk.descending);
  let start = firstKey(walk, path);
  let rows = FIRST_PIECE_ROWS;
  if (isTurnOver()) await ownTurn();
  for (;;) {
    walk.signal?.throwIfAborted();
    const startedAt = performance.now();
    const end = border(start, rows);
    const wantsMore = run(combine(piece(start, end)));
    if (!wantsMore || end === null) return;
    start = end;
    rows = nextPieceRows(rows, performance.now() - startedAt);
    await ownTurn();
  }
}
