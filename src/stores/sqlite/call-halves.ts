// Halves of calls that wait for the other one, in SQLite.
import type { Database } from "better-sqlite3";
import type { CallHalf, CallHalfStore } from "../ports/call-halves.ts";

export interface CallHalfRow {
  id: string;
  feed: string;
  side: string;
  bytes: Buffer;
  since_ms: number;
  is_paired: number;
}

function toRow({ id, feed, side, bytes, sinceMs, isPaired }: CallHalf): CallHalfRow {
  return {
    ...{ id, feed, side },
    bytes: Buffer.from(bytes),
    since_ms: sinceMs,
    is_paired: Number(isPaired),
  };
}

export function toHalf(row: CallHalfRow): CallHalf {
  return {
    id: row.id,
    feed: row.feed,
    side: row.side === "begin" ? "begin" : "end",
    bytes: new Uint8Array(row.bytes),
    sinceMs: row.since_ms,
    isPaired: row.is_paired === 1,
  };
}

type OlderQuery = Parameters<CallHalfStore["older"]>[0];
type PageQuery = Parameters<CallHalfStore["page"]>[0];

export function callHalfTable(database: Database) {
  const insert = database.prepare<[CallHalfRow]>(
    `INSERT INTO call_half (id, feed, side, bytes, since_ms, is_paired)
     VALUES (@id, @feed, @side, @bytes, @since_ms, @is_paired) ON CONFLICT (id) DO NOTHING`,
  );
  const named = "id IN (SELECT value FROM json_each(?))";
  const select = database.prepare<[string], CallHalfRow>(`SELECT * FROM call_half WHERE ${named}`);
  const pair = database.prepare<[string]>(`UPDATE call_half SET is_paired = 1 WHERE ${named}`);
  const remove = database.prepare<[string]>(`DELETE FROM call_half WHERE ${named}`);
  const older = database.prepare<[string, number, number, number], CallHalfRow>(
    `SELECT * FROM call_half WHERE feed = ? AND is_paired = ? AND since_ms < ?
     ORDER BY since_ms, id LIMIT ?`,
  );
  const page = database.prepare<[string, number], CallHalfRow>(
    "SELECT * FROM call_half WHERE id > ? ORDER BY id LIMIT ?",
  );
  const put = database.transaction((halves: readonly CallHalf[]): void => {
    for (const one of halves) insert.run(toRow(one));
  });
  return {
    put: (halves: readonly CallHalf[]): void => put.immediate(halves),
    getFor: (ids: readonly string[]): CallHalf[] => select.all(JSON.stringify(ids)).map(toHalf),
    pair: (ids: readonly string[]): void => {
      pair.run(JSON.stringify(ids));
    },
    older: ({ feed, isPaired, beforeMs, limit }: OlderQuery): CallHalf[] =>
      older.all(feed, Number(isPaired), beforeMs, limit).map(toHalf),
    page: ({ after, limit }: PageQuery): CallHalf[] => page.all(after, limit).map(toHalf),
    remove: (ids: readonly string[]): void => {
      remove.run(JSON.stringify(ids));
    },
  };
}
