// What an SQLite file keeps of sums: the state of each quarter hour, which triggers on the table of CDRs
// mark in the transaction of each write, and the sums themselves.
import type { Database } from "better-sqlite3";
import type { TimeRange } from "../../../queries/cdr-query.ts";
import {
  ALL_TIMES,
  dayOf,
  type Level,
  type Piece,
  type Quarter,
  touchedQuarters,
} from "../../../rollups/pieces.ts";
import { SHELVES } from "../../../rollups/shelves.ts";
import type { JoinedPiece, RollupState, UnjoinedPage } from "../../ports/cdrs.ts";
import type { JoinedSums } from "../../rollups/join.ts";
import { type Look, type LookedFor, PAGE } from "../../rollups/look.ts";
import { quarterForgetter } from "./forget.ts";
import type { QuarterBytes } from "./scan.ts";

/** Of another edition is as never built. */
const BUILT = "iif(edition = @edition, built, 0)";

export function rollupWriter(database: Database) {
  const selectMarked = database
    .prepare<[number], number>("SELECT marked FROM rollup_quarter WHERE quarter = ?")
    .pluck();
  const insertCrossing = database.prepare(
    "INSERT INTO rollup_crossing (quarter, call_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const mark = database.prepare("UPDATE rollup_quarter SET marked = marked + 1 WHERE quarter = ?");
  const putPiece = database.prepare(
    `INSERT INTO rollup_piece (rollup, level, quarter, version, edition, bytes)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (rollup, level, quarter) DO UPDATE
     SET version = excluded.version, edition = excluded.edition, bytes = excluded.bytes`,
  );
  const setBuilt = database.prepare(
    "UPDATE rollup_quarter SET built = ?, edition = ? WHERE quarter = ?",
  );
  const selectVersion = database.prepare<
    { first: number; end: number; edition: string },
    { version: number | null; dirty: number | null }
  >(
    `SELECT sum(marked) AS version, sum(marked <> ${BUILT}) AS dirty FROM rollup_quarter
     WHERE quarter >= @first AND quarter < @end`,
  );

  function putAll(
    bytes: readonly Uint8Array[],
    piece: { level: Level; quarter: number; version: number; edition: string },
  ): void {
    const { level, quarter, version, edition } = piece;
    for (const [index, { name }] of SHELVES.entries()) {
      putPiece.run(name, level, quarter, version, edition, bytes[index]);
    }
  }

  const putQuarter = database.transaction(
    ({ quarter, marked }: Quarter, edition: string, { bytes, crossing }: QuarterBytes): boolean => {
      if (selectMarked.get(quarter) !== marked) return false;
      for (const { quarter: other, callId } of crossing) {
        const { changes } = insertCrossing.run(other, callId);
        // Its sums may count the call as one that is whole there.
        if (changes === 1 && other !== quarter) mark.run(other);
      }
      putAll(bytes, { level: 1, quarter, version: marked, edition });
      setBuilt.run(marked, edition, quarter);
      return true;
    },
  );
  const putJoined = database.transaction(
    ({ quarter, level }: JoinedPiece, edition: string, { version, bytes }: JoinedSums): boolean => {
      const now = selectVersion.get({ first: quarter, end: quarter + level, edition });
      if (now?.version !== version || now.dirty !== 0) return false;
      putAll(bytes, { level, quarter, version, edition });
      return true;
    },
  );
  return {
    /** False, and nothing is written, where the quarter hour was marked since. */
    putQuarter: putQuarter.immediate,
    putJoined: putJoined.immediate,
    forget: quarterForgetter(database),
  };
}

export function rollupReader(database: Database) {
  const selectQuarters = database.prepare<{ first: number; end: number; edition: string }, Quarter>(
    `SELECT quarter, marked, ${BUILT} AS built FROM rollup_quarter
     WHERE quarter >= @first AND quarter < @end ORDER BY quarter LIMIT ${PAGE}`,
  );
  const selectCrossing = database
    .prepare<[number, number], string>(
      "SELECT DISTINCT call_id FROM rollup_crossing WHERE quarter >= ? AND quarter < ?",
    )
    .pluck();
  const selectBytes = database
    .prepare<[string, number, number, number, string], Uint8Array>(
      `SELECT bytes FROM rollup_piece
       WHERE rollup = ? AND level = ? AND quarter = ? AND version = ? AND edition = ?`,
    )
    .pluck();
  const selectSiblings = database
    .prepare<[number, number, string, number, number], number>(
      `WITH calls AS MATERIALIZED (
         SELECT DISTINCT call_id FROM cdr INDEXED BY cdr_by_time
         WHERE call_ms >= ? AND call_ms < ? AND call_id <> ''
         AND call_id NOT IN (SELECT value FROM json_each(?)))
       SELECT DISTINCT cdr.call_ms / 900000 FROM calls
       JOIN cdr INDEXED BY cdr_by_call ON cdr.call_id = calls.call_id
       WHERE cdr.call_ms < ? OR cdr.call_ms >= ?`,
    )
    .pluck();
  const selectDirty = database.prepare<{ edition: string; limit: number }, Quarter>(
    `SELECT quarter, marked, ${BUILT} AS built FROM rollup_quarter
     WHERE quarter >= 0 AND marked <> ${BUILT} ORDER BY quarter DESC LIMIT @limit`,
  );
  const selectDirtyIn = database.prepare<
    { edition: string; limit: number; first: number; end: number },
    Quarter
  >(
    `SELECT quarter, marked, ${BUILT} AS built FROM rollup_quarter
     WHERE quarter >= @first AND quarter < @end AND marked <> ${BUILT}
     ORDER BY quarter LIMIT @limit`,
  );
  // The level is a part of the text: numbers that are bound are no integers, and divide otherwise.
  const selectUnjoined = ([4, 96] as const).map((level) =>
    database.prepare<{ edition: string; first: number; end: number }, JoinedPiece>(
      `SELECT ${level} AS level, begin AS quarter FROM (
         SELECT quarter / ${level} * ${level} AS begin, sum(marked) AS version
         FROM rollup_quarter WHERE quarter >= @first AND quarter < @end
         GROUP BY begin HAVING sum(marked <> ${BUILT}) = 0) AS whole
       WHERE NOT EXISTS (SELECT 1 FROM rollup_piece AS piece WHERE piece.rollup = '${SHELVES[0]?.name}'
         AND piece.level = ${level} AND piece.quarter = whole.begin
         AND piece.version = whole.version AND piece.edition = @edition)
       ORDER BY begin DESC`,
    ),
  );
  const selectBefore = database.prepare<[number], { quarters: number; least: number | null }>(
    `SELECT count(*) AS quarters, min(quarter) AS least FROM (SELECT quarter FROM rollup_quarter
     WHERE quarter >= 0 AND quarter < ? ORDER BY quarter DESC LIMIT ${PAGE})`,
  );
  const selectState = database.prepare<
    { edition: string; first: number; end: number },
    RollupState
  >(
    `SELECT count(*) AS quarters, coalesce(sum(marked <> ${BUILT}), 0) AS dirty
     FROM rollup_quarter WHERE quarter >= @first AND quarter < @end`,
  );

  const look = database.transaction(({ edition, first, end }: LookedFor): Look => {
    const bound = Math.min(end, Number.MAX_SAFE_INTEGER);
    const quarters = selectQuarters.all({ first, end: bound, edition });
    const last = quarters.length < PAGE ? undefined : quarters.at(-1);
    const next = last === undefined ? null : last.quarter + 1;
    return { quarters, crossing: selectCrossing.all(first, next ?? bound), next };
  });
  return {
    look,
    bytes: (
      { shelf, edition }: { shelf: string; edition: string },
      { level, quarter, version }: Piece,
    ) => selectBytes.get(shelf, level, quarter, version, edition) ?? null,
    siblings(quarter: number, exceptCalls: readonly string[]): number[] {
      const [fromMs, toMs] = [quarter * 900_000, (quarter + 1) * 900_000];
      return selectSiblings.all(fromMs, toMs, JSON.stringify(exceptCalls), fromMs, toMs);
    },
    dirty: (edition: string, limit: number, range?: Required<TimeRange>): Quarter[] =>
      range === undefined
        ? selectDirty.all({ edition, limit })
        : selectDirtyIn.all({ edition, limit, ...touchedQuarters(range) }),
    unjoined(edition: string, end: number = Number.MAX_SAFE_INTEGER): UnjoinedPage {
      const { quarters = 0, least = null } = selectBefore.get(end) ?? {};
      if (least === null) return { pieces: [], before: null };
      const first = dayOf(least);
      const pieces = selectUnjoined.flatMap((select) => select.all({ edition, first, end }));
      return { pieces, before: quarters < PAGE ? null : first };
    },
    state: (edition: string, range: Required<TimeRange> = ALL_TIMES): RollupState =>
      selectState.get({ edition, ...touchedQuarters(range) }) ?? { quarters: 0, dirty: 0 },
  };
}
