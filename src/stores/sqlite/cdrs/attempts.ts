// Attempts and calls beside the sums of records: what of it is SQL. Of a call with a callId the first
// attempt looks for the others by the index of callIds, so that no call is kept in memory.
import {
  type AttemptSums,
  type AttemptTerms,
  DESTINATION_CHANNEL,
  UNBILLED_LEG,
} from "../../../queries/attempts.ts";
import { memberPath } from "../schema.ts";
import type { SqlCondition } from "./filter.ts";
import type { Piece } from "./pieces.ts";

export const IS_VOICE = `is_timed = 1 AND outcome <> 'voided' AND reason IS NOT '${UNBILLED_LEG}'`;
/** The name is looked for in the text first: that costs less than to read the JSON. */
export const LACKS_CHANNEL = `(instr(extra, '"${DESTINATION_CHANNEL}":') > 0
  AND ((extra -> '${memberPath(DESTINATION_CHANNEL)}') = '""') IS TRUE)`;
/** Without a callId or with one. */
export const IS_ATTEMPT = `(${IS_VOICE} AND NOT ${LACKS_CHANNEL})`;
const HAS_CALL = "coalesce(call_id, '') <> ''";

function literals(texts: readonly string[]): string {
  return texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ");
}

/** Columns of a group; calls are those of one attempt alone, without a callId. */
export function attemptColumns({ effectiveCauses, congestionCauses }: AttemptTerms): string {
  const isEffective = `usage > 0 OR disconnect_cause IN (${literals(effectiveCauses)})`;
  const isBid = `NOT ${LACKS_CHANNEL} OR disconnect_cause IN (${literals(congestionCauses)})`;
  return `sum(${IS_ATTEMPT}) AS attempts,
    sum(${IS_ATTEMPT} AND usage > 0) AS attempts_answered,
    sum(iif(${IS_ATTEMPT}, usage, 0)) AS talk_ms,
    max(iif(${IS_ATTEMPT}, usage, 0)) AS longest_ms,
    sum(${IS_ATTEMPT} AND ((${isEffective}) IS TRUE)) AS effective,
    sum(${IS_VOICE} AND ((${isBid}) IS TRUE)) AS bids,
    sum(${IS_ATTEMPT} AND NOT ${HAS_CALL}) AS lone_calls,
    sum(${IS_ATTEMPT} AND NOT ${HAS_CALL} AND usage > 0) AS lone_answered,
    sum(iif(${IS_ATTEMPT} AND NOT ${HAS_CALL}, usage, 0)) AS lone_talk_ms,
    max(${HAS_CALL}) AS has_calls`;
}

/** One row for each group that the first attempt of a call with a callId is in. */
export function callsQuery(
  {
    columns,
    names,
    exceptCalls,
  }: { columns: string; names: string; exceptCalls: readonly string[] },
  { from, where }: Piece,
  filter: SqlCondition,
): SqlCondition {
  const siblings = `FROM cdr AS sibling INDEXED BY cdr_by_call
    WHERE sibling.call_id = cdr.call_id AND sibling.tenant = cdr.tenant
    AND sibling.source = cdr.source AND ${IS_ATTEMPT} AND (${filter.sql})`;
  const others = exceptCalls.length === 0 ? undefined : JSON.stringify(exceptCalls);
  const isOther = "AND call_id NOT IN (SELECT value FROM json_each(?))";
  const sql = `WITH firsts AS MATERIALIZED (
      SELECT ${columns}, (SELECT sum(sibling.usage) ${siblings}) AS talk_ms
      FROM ${from} WHERE ${where.sql} AND ${IS_ATTEMPT} AND ${HAS_CALL}
      ${others === undefined ? "" : isOther}
      AND NOT EXISTS (SELECT 1 ${siblings}
        AND (sibling.call_ms, sibling.id) < (cdr.call_ms, cdr.id))
    )
    SELECT ${names}, count(*) AS calls, sum(talk_ms > 0) AS answered_calls,
      sum(talk_ms) AS call_talk_ms
    FROM firsts GROUP BY ${names}`;
  const except = others === undefined ? [] : [others];
  return { sql, values: [...filter.values, ...where.values, ...except, ...filter.values] };
}

type SumsRow = Record<string, string | bigint | null>;

function addAttemptColumns(sums: AttemptSums, row: SumsRow): void {
  sums.attempts += Number(row["attempts"]);
  sums.answered += Number(row["attempts_answered"]);
  sums.talkMs += Number(row["talk_ms"]);
  sums.longestMs = Math.max(sums.longestMs, Number(row["longest_ms"]));
  sums.effective += Number(row["effective"]);
  sums.bids += Number(row["bids"]);
  sums.calls += Number(row["lone_calls"]);
  sums.answeredCalls += Number(row["lone_answered"]);
  sums.callTalkMs += Number(row["lone_talk_ms"]);
}

export function addCalls(sums: AttemptSums, row: SumsRow): void {
  sums.calls += Number(row["calls"]);
  sums.answeredCalls += Number(row["answered_calls"]);
  sums.callTalkMs += Number(row["call_talk_ms"]);
}

/** The rows of a piece, and those of its calls where it has any with a callId. */
export function addAllAttempts(
  rows: readonly SumsRow[],
  attemptsOf: (row: SumsRow) => AttemptSums,
  readCalls: () => SumsRow[],
): void {
  for (const row of rows) addAttemptColumns(attemptsOf(row), row);
  if (!rows.some((row) => row["has_calls"] === 1n)) return;
  for (const row of readCalls()) addCalls(attemptsOf(row), row);
}
