// The call time of the n-th CDR of a filter: where work over many CDRs is cut into stretches.
import type { Database } from "better-sqlite3";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { forEachPiece, type Piece } from "./pieces.ts";

export function nthCallTime(database: Database, indexedExtraFields: string[]) {
  const count = ({ from, where }: Piece): number =>
    database
      .prepare<unknown[], number>(`SELECT count(*) FROM ${from} WHERE ${where.sql}`)
      .pluck()
      .get(...where.values) ?? 0;
  const times = (
    { from, where }: Piece,
    { limit, offset, descending }: { limit: number; offset: number; descending: boolean },
  ): number[] =>
    database
      .prepare<unknown[], number>(
        `SELECT call_ms FROM ${from} WHERE ${where.sql}
         ORDER BY call_ms ${descending ? "DESC" : "ASC"} LIMIT ? OFFSET ?`,
      )
      .pluck()
      .all(...where.values, limit, offset);

  return async (
    filter: CdrFilter,
    nth: number,
    descending: boolean,
    signal?: AbortSignal,
  ): Promise<number | null> => {
    let left = nth;
    let found: number | undefined;
    // Pieces of ids come in no order of time.
    const ofIds: number[] = [];
    await forEachPiece(database, indexedExtraFields, { filter, descending, signal }, (piece) => {
      if (filter.ids !== undefined) {
        ofIds.push(...times(piece, { limit: nth, offset: 0, descending }));
        return true;
      }
      const here = count(piece);
      if (here < left) {
        left -= here;
        return true;
      }
      [found] = times(piece, { limit: 1, offset: left - 1, descending });
      return false;
    });
    return found ?? ofIds.sort((a, b) => (descending ? b - a : a - b))[nth - 1] ?? null;
  };
}
