// The CDRs of a quarter hour as rollups count them: the columns that they need, in one pass.
import type { Database } from "better-sqlite3";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { AttemptTerms } from "../../../queries/attempts.ts";
import { placesOf, type StoredKeyName } from "../../../queries/group-keys.ts";
import type { CountedRecord } from "../../../rollups/counted.ts";
import { DIMENSIONS, type Dimension } from "../../../rollups/kinds.ts";
import { stretchOf } from "../../../rollups/pieces.ts";
import { countingTerms, countQuarter, type QuarterCount } from "../../../rollups/quarter.ts";
import { shelveAll } from "../../../rollups/shelves.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import { IS_VOICE, LACKS_CHANNEL } from "../cdrs/attempts.ts";
import { billedMsOfRating } from "../schema.ts";

/** What is made of a quarter hour, to be written where nothing changed meanwhile. */
export interface QuarterBytes {
  /** In the order of the shelves. */
  bytes: Uint8Array[];
  /** Quarter hours of calls that are in several ones, this one among them. */
  crossing: { quarter: number; callId: string }[];
}

/** The currency of the sell side stands in its column where there is no other side. */
const SELL_CURRENCY = `iif(buy_currency IS NULL OR sell_units IS NOT NULL, currency,
  rating ->> '$.sell.currency')`;
const CURRENCIES: Partial<Record<Dimension, string>> = {
  sellCurrency: SELL_CURRENCY,
  buyCurrency: "buy_currency",
};

function longAmount(name: "sell" | "buy" | "margin"): string {
  return `iif(has_long_amount AND ${name}_units IS NULL, rating ->> '$.${name}.amount', NULL)`;
}

const FIGURES = {
  isTimed: "is_timed",
  usage: "usage",
  pddMs: "pdd_ms",
  billedMs: `coalesce(billed_ms, ${billedMsOfRating("sell")})`,
  buyBilledMs: `coalesce(buy_billed_ms, ${billedMsOfRating("buy")})`,
  isVoice: `(${IS_VOICE})`,
  lacksChannel: LACKS_CHANNEL,
  callId: "call_id",
  sellUnits: "sell_units",
  sellParts: "sell_parts",
  buyUnits: "buy_units",
  buyParts: "buy_parts",
  marginUnits: "margin_units",
  marginParts: "margin_parts",
  longSell: longAmount("sell"),
  longBuy: longAmount("buy"),
  longMargin: longAmount("margin"),
} satisfies Record<Exclude<keyof CountedRecord, Dimension>, string>;

const KEYS = DIMENSIONS.map(
  (name) => CURRENCIES[name] ?? placesOf(name as StoredKeyName, undefined).sql,
);
const NAMES = [...DIMENSIONS, ...Object.keys(FIGURES)] as (keyof CountedRecord)[];
const COLUMNS = [...KEYS, ...Object.values(FIGURES), "seq"].join(", ");

/** What a `CountedRecord` is read from, each under its name. */
export const COUNTED_COLUMNS = [...KEYS, ...Object.values(FIGURES)]
  .map((sql, index) => `${sql} AS "${NAMES[index]}"`)
  .join(", ");

/** A row as a list: an object of each row costs more than all the rest of reading it. */
type RawRow = (string | number | null)[];

/** A place in the index: call time, id, tenant. */
type Place = [number, Uint8Array, string];

/** Rows of one read: some milliseconds. */
const ROWS_AT_ONCE = 500;

/** CallIds that one statement looks up. */
const MOST_CALLS = 500;

export function quarterScan(database: Database) {
  const selectKnown = database
    .prepare<[number], string>("SELECT call_id FROM rollup_crossing WHERE quarter = ?")
    .pluck();
  const selectOutside = database
    .prepare<[string, number, number], string>(
      `SELECT DISTINCT call_id FROM cdr INDEXED BY cdr_by_call
       WHERE call_id IN (SELECT value FROM json_each(?)) AND (call_ms < ? OR call_ms >= ?)`,
    )
    .pluck();
  const selectQuarters = database.prepare<[string], { quarter: number; callId: string }>(
    `SELECT DISTINCT call_ms / 900000 AS quarter, call_id AS callId
     FROM cdr INDEXED BY cdr_by_call WHERE call_id IN (SELECT value FROM json_each(?))`,
  );

  const selectPage = database
    .prepare<[...Place, number, number], RawRow>(
      `SELECT ${COLUMNS} FROM cdr INDEXED BY cdr_by_time
       WHERE (call_ms, id, tenant) > (?, ?, ?) AND call_ms < ?
       ORDER BY call_ms, id, tenant LIMIT ?`,
    )
    .raw();
  const selectPlace = database
    .prepare<[unknown], Place>("SELECT call_ms, id, tenant FROM cdr WHERE seq = ?")
    .raw();

  async function countEach(quarter: number, count: QuarterCount, signal: AbortSignal | undefined) {
    const { fromMs, toMs } = stretchOf(quarter, 1);
    const record: Partial<Record<keyof CountedRecord, RawRow[number]>> = {};
    let place: Place = [fromMs, Buffer.alloc(0), ""];
    for (;;) {
      if (isTurnOver()) await ownTurn();
      signal?.throwIfAborted();
      const rows = selectPage.all(...place, toMs, ROWS_AT_ONCE);
      for (const row of rows) {
        for (let index = 0; index < NAMES.length; index += 1) {
          record[NAMES[index] as keyof CountedRecord] = row[index] ?? null;
        }
        count.add(record as CountedRecord);
      }
      const next = rows.length < ROWS_AT_ONCE ? undefined : selectPlace.get(rows.at(-1)?.at(-1));
      // Also where that one is gone: then it was marked, and what is counted here is not written.
      if (next === undefined) return;
      place = next;
    }
  }

  return async (
    quarter: number,
    terms: AttemptTerms,
    { signal }: ReadOptions,
  ): Promise<QuarterBytes> => {
    const { fromMs, toMs } = stretchOf(quarter, 1);
    const count = countQuarter(countingTerms(terms));
    await countEach(quarter, count, signal);
    const known = new Set(selectKnown.all(quarter));
    const others = count.callIds().filter((callId) => !known.has(callId));
    const crossing: QuarterBytes["crossing"] = [];
    for (let start = 0; start < others.length; start += MOST_CALLS) {
      const some = JSON.stringify(others.slice(start, start + MOST_CALLS));
      const found = selectOutside.all(some, fromMs, toMs);
      if (found.length > 0) crossing.push(...selectQuarters.all(JSON.stringify(found)));
      if (isTurnOver()) await ownTurn();
    }
    const all = new Set([...known, ...crossing.map(({ callId }) => callId)]);
    return { bytes: shelveAll(count.end(all).sums), crossing };
  };
}
