// The CDRs of a quarter hour as rollups count them: the columns that they need, in one pass.
import type { Database } from "better-sqlite3";
import { ownTurn } from "../../../event-loop.ts";
import type { AttemptTerms } from "../../../queries/attempts.ts";
import { placesOf, type StoredKeyName } from "../../../queries/group-keys.ts";
import { encodeSums } from "../../../rollups/codec.ts";
import type { CountedRecord } from "../../../rollups/counted.ts";
import { DIMENSIONS, type Dimension } from "../../../rollups/kinds.ts";
import { stretchOf } from "../../../rollups/pieces.ts";
import { countingTerms, countQuarter } from "../../../rollups/quarter.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import { IS_VOICE, LACKS_CHANNEL } from "../cdrs/attempts.ts";
import { forEachPiece } from "../cdrs/pieces.ts";
import { billedMsOfRating } from "../schema.ts";

/** What is made of a quarter hour, to be written where nothing changed meanwhile. */
export interface QuarterBytes {
  /** In the order of the rollups. */
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

const KEYS = DIMENSIONS.map((name) => {
  const sql = CURRENCIES[name] ?? placesOf(name as StoredKeyName, undefined).sql;
  return `${sql} AS "${name}"`;
});

function longAmount(name: "sell" | "buy" | "margin"): string {
  return `iif(has_long_amount AND ${name}_units IS NULL, rating ->> '$.${name}.amount', NULL)`;
}

const COLUMNS = `${KEYS.join(", ")},
  is_timed AS isTimed, usage, pdd_ms AS pddMs,
  coalesce(billed_ms, ${billedMsOfRating("sell")}) AS billedMs,
  coalesce(buy_billed_ms, ${billedMsOfRating("buy")}) AS buyBilledMs,
  (${IS_VOICE}) AS isVoice, ${LACKS_CHANNEL} AS lacksChannel, call_id AS callId,
  sell_units AS sellUnits, sell_parts AS sellParts, buy_units AS buyUnits, buy_parts AS buyParts,
  margin_units AS marginUnits, margin_parts AS marginParts,
  ${longAmount("sell")} AS longSell, ${longAmount("buy")} AS longBuy,
  ${longAmount("margin")} AS longMargin`;

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

  return async (
    quarter: number,
    terms: AttemptTerms,
    { signal }: ReadOptions,
  ): Promise<QuarterBytes> => {
    const { fromMs, toMs } = stretchOf(quarter, 1);
    const count = countQuarter(countingTerms(terms));
    const walk = { filter: { callTime: { fromMs, toMs } }, descending: false, signal };
    await forEachPiece(database, [], { ...walk, everyOutcome: true }, ({ from, where }) => {
      const select = database.prepare<unknown[], CountedRecord>(
        `SELECT ${COLUMNS} FROM ${from} WHERE ${where.sql} ORDER BY call_ms, id`,
      );
      for (const record of select.iterate(...where.values)) count.add(record);
      return true;
    });
    const known = new Set(selectKnown.all(quarter));
    const others = count.callIds().filter((callId) => !known.has(callId));
    const crossing: QuarterBytes["crossing"] = [];
    for (let start = 0; start < others.length; start += MOST_CALLS) {
      const some = JSON.stringify(others.slice(start, start + MOST_CALLS));
      const found = selectOutside.all(some, fromMs, toMs);
      if (found.length > 0) crossing.push(...selectQuarters.all(JSON.stringify(found)));
      await ownTurn();
    }
    const all = new Set([...known, ...crossing.map(({ callId }) => callId)]);
    return { bytes: count.end(all).sums.map(encodeSums), crossing };
  };
}
