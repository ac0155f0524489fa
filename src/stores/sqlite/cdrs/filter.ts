// The filter language as SQL conditions with bound parameters.
import type { Database } from "better-sqlite3";
import type { Json } from "../../../cdr/json.ts";
import { compareDecimals, parseDecimal } from "../../../money/decimal.ts";
import type {
  AccountName,
  CdrFilter,
  NumberMatch,
  Range,
  SearchedNumber,
  TimeRange,
} from "../../../queries/cdr-query.ts";
import { conditionsOf, type MemberConditions } from "../../../queries/filter-members.ts";
import { CALLER_NUMBER } from "../../../queries/group-keys.ts";
import { SELL_OUTCOME, SELL_REASON } from "../../../queries/sell/judgement.ts";
import { splitBound } from "../../amount-parts.ts";
import { millisecondsFrom } from "../../usage-bound.ts";
import { idBytes } from "../rows.ts";
import { memberPath } from "../schema.ts";

export type SqlValue = string | number | Uint8Array;

export interface SqlCondition {
  sql: string;
  values: SqlValue[];
}

/** Functions that the conditions call; to be registered on every connection. */
export function registerFilterFunctions(database: Database): void {
  database.function("decimal_compare", { deterministic: true }, (left, right) =>
    left === null
      ? null
      : compareDecimals(parseDecimal(left as string), parseDecimal(right as string)),
  );
  database.function("canonical_json", { deterministic: true }, (text) =>
    text === null ? null : canonicalJson(JSON.parse(text as string)),
  );
}

/** The same text for the same JSON value, in whatever order the members of its objects are. */
function canonicalJson(value: Json): string {
  return JSON.stringify(value, (_name, member: Json) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  });
}

/** One condition whatever the length of the list: SQLite refuses expressions over 1000 deep. */
function oneOf(column: string, values: readonly string[]): SqlCondition {
  return {
    sql: `${column} IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(values)],
  };
}

function anyOf(conditions: SqlCondition[]): SqlCondition {
  if (conditions.length === 0) return { sql: "FALSE", values: [] };
  return {
    sql: `(${conditions.map((condition) => condition.sql).join(" OR ")})`,
    values: conditions.flatMap((condition) => condition.values),
  };
}

function timeRange(column: string, range: TimeRange): SqlCondition[] {
  return numberRange(column, {
    ...(range.fromMs !== undefined && { min: range.fromMs }),
    ...(range.toMs !== undefined && { max: range.toMs }),
  });
}

function numberRange(column: string, range: Range<number>): SqlCondition[] {
  const parts: SqlCondition[] = [];
  if (range.min !== undefined) parts.push({ sql: `${column} >= ?`, values: [range.min] });
  if (range.max !== undefined) parts.push({ sql: `${column} < ?`, values: [range.max] });
  return joined(parts);
}

function usageRange(range: Range<number>): SqlCondition[] {
  const bound = (limit: number, operator: string): SqlCondition => ({
    sql: `usage ${operator} iif(is_timed, ?, ?)`,
    values: [millisecondsFrom(limit), limit],
  });
  return joined([
    ...(range.min === undefined ? [] : [bound(range.min, ">=")]),
    ...(range.max === undefined ? [] : [bound(range.max, "<")]),
  ]);
}

function durationRange({ min, max }: Range<number>): SqlCondition[] {
  return numberRange("duration_ms", {
    ...(min !== undefined && { min: millisecondsFrom(min) }),
    ...(max !== undefined && { max: millisecondsFrom(max) }),
  });
}

function joined(parts: SqlCondition[]): SqlCondition[] {
  if (parts.length < 2) return parts;
  return [
    {
      sql: `(${parts.map((part) => part.sql).join(" AND ")})`,
      values: parts.flatMap((part) => part.values),
    },
  ];
}

/** Amounts that do not fit the two columns are compared by their text. */
function moneyRange(name: "sell" | "buy" | "margin", range: Range<string>): SqlCondition[] {
  const compare = (bound: string, operator: string): SqlCondition => {
    const { units, parts } = splitBound(bound);
    return {
      sql: `CASE
        WHEN ${name}_units IS NOT NULL THEN (${name}_units, ${name}_parts) ${operator} (?, ?)
        WHEN has_long_amount = 1
        THEN decimal_compare(rating ->> '$.${name}.amount', ?) ${operator} 0 END`,
      values: [units, parts, bound],
    };
  };
  return joined([
    ...(range.min === undefined ? [] : [compare(range.min, ">=")]),
    ...(range.max === undefined ? [] : [compare(range.max, "<")]),
  ]);
}

function isScalar(value: Json): boolean {
  return value === null || typeof value !== "object";
}

function extraField(name: string, wanted: Json | Json[]): SqlCondition {
  const alternatives = Array.isArray(wanted) ? wanted : [wanted];
  const scalars = alternatives.filter(isScalar).map((value) => JSON.stringify(value));
  const others = alternatives.filter((value) => !isScalar(value)).map(canonicalJson);
  const path = memberPath(name);
  const among = (sql: string, texts: string[]): SqlCondition[] =>
    texts.length === 0
      ? []
      : [
          {
            sql: `${sql} IN (SELECT value FROM json_each(?))`,
            values: [path, JSON.stringify(texts)],
          },
        ];
  return anyOf([...among("(extra -> ?)", scalars), ...among("canonical_json(extra -> ?)", others)]);
}

function hasWarning(wanted: readonly string[]): SqlCondition {
  return {
    sql: "EXISTS (SELECT 1 FROM json_each(warnings) WHERE value IN (SELECT value FROM json_each(?)))",
    values: [JSON.stringify(wanted)],
  };
}

/** One condition for each length that a prefix has. */
function startsWithOneOf(prefixes: readonly string[]): SqlCondition {
  const byLength = new Map<number, string[]>();
  for (const prefix of prefixes) {
    const length = Array.from(prefix).length;
    byLength.set(length, [...(byLength.get(length) ?? []), prefix]);
  }
  return anyOf(
    [...byLength].map(([length, some]) => oneOf(`substr(normalized, 1, ${length})`, some)),
  );
}

/** Whether `value` is in a column so; by bytes, which end with one text where the texts do. */
const MATCHES: Record<NumberMatch["how"], (column: string) => string> = {
  contains: (column) => `instr(${column}, value) > 0`,
  begins: (column) => `instr(${column}, value) = 1`,
  ends: (column) =>
    `substr(CAST(${column} AS BLOB), -length(CAST(value AS BLOB))) = CAST(value AS BLOB)`,
};

/** A column without a value holds nothing. */
function matchesOneOf(
  how: NumberMatch["how"],
  column: string,
  texts: readonly string[],
): SqlCondition {
  return {
    sql: `EXISTS (SELECT 1 FROM json_each(?) WHERE ${MATCHES[how](column)})`,
    values: [JSON.stringify(texts)],
  };
}

const SEARCHED_COLUMNS: Record<SearchedNumber, readonly string[]> = {
  caller: [CALLER_NUMBER],
  destination: ["destination", "normalized"],
  account: ["account"],
};

function anyNumber({ how, texts, of }: NumberMatch): SqlCondition {
  const columns = of.flatMap((number) => SEARCHED_COLUMNS[number]);
  return anyOf(columns.map((column) => matchesOneOf(how, column, texts)));
}

const numbered = (how: NumberMatch["how"], number: SearchedNumber) => (texts: string[]) => [
  anyNumber({ how, texts, of: [number] }),
];

function destination(numbers: string[]): SqlCondition {
  return anyOf([oneOf("destination", numbers), oneOf("normalized", numbers)]);
}

function carrierAmong(carriers: string[]): SqlCondition {
  return oneOf(
    "carrier_key",
    carriers.map((carrier) => carrier.toLowerCase()),
  );
}

function idAmong(ids: string[]): SqlCondition {
  const known = ids.filter((id) => idBytes(id) !== null);
  return { sql: "id IN (SELECT unhex(value) FROM json_each(?))", values: [JSON.stringify(known)] };
}

/** For the table of CDRs and for others that have a tenant and an account. */
export function ownedBy(owners: readonly AccountName[]): SqlCondition {
  const pairs = owners.map(({ tenant, account }) => [tenant, account]);
  return {
    sql: "(tenant, account) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
    values: [JSON.stringify(pairs)],
  };
}

const among = (column: string) => (values: readonly string[]) => [oneOf(column, values)];
const within = (column: string) => (range: TimeRange) => timeRange(column, range);

/** Each condition is true for the rows that the member matches. */
const MEMBERS = {
  ids: (ids) => [idAmong(ids)],
  tenants: among("tenant"),
  accounts: among("account"),
  subjects: among("subject"),
  categories: among("category"),
  countries: among("country"),
  outcomes: among("outcome"),
  reasons: among("reason"),
  sources: among("source"),
  batchIds: among("batch_id"),
  disconnectCauses: among("disconnect_cause"),
  directions: among("call_direction"),
  callerNumbers: among(CALLER_NUMBER),
  callerNumberParts: numbered("contains", "caller"),
  callerNumberPrefixes: numbered("begins", "caller"),
  callerNumberEndings: numbered("ends", "caller"),
  destinationParts: numbered("contains", "destination"),
  destinationEndings: numbered("ends", "destination"),
  accountParts: numbered("contains", "account"),
  accountPrefixes: numbered("begins", "account"),
  accountEndings: numbered("ends", "account"),
  queues: among("queue"),
  agents: among("agent"),
  trunks: among("trunk"),
  tariffVersions: among("tariff_version"),
  destinations: (numbers) => [destination(numbers)],
  destinationPrefixes: (prefixes) => [startsWithOneOf(prefixes)],
  carriers: (carriers) => [carrierAmong(carriers)],
  warnings: (warnings) => [hasWarning(warnings)],
  callTime: within("call_ms"),
  answerTime: within("answer_ms"),
  setupTime: within("setup_ms"),
  receivedAt: within("received_ms"),
  ratedAt: within("(rating ->> '$.ratedAtMs')"),
  usage: usageRange,
  duration: durationRange,
  sell: (range) => moneyRange("sell", range),
  buy: (range) => moneyRange("buy", range),
  margin: (range) => moneyRange("margin", range),
  extra: (fields) => Object.entries(fields).map(([name, wanted]) => extraField(name, wanted)),
} satisfies MemberConditions<SqlCondition>;

/** The same as the sell side alone judges. */
const SELL_MEMBERS: MemberConditions<SqlCondition> = {
  ...MEMBERS,
  outcomes: among(`(${SELL_OUTCOME.sql})`),
  reasons: among(`(${SELL_REASON.sql})`),
};

/** The whole filter as one condition; voided CDRs are left out unless something asks for them. */
export function filterCondition(filter: CdrFilter, everyOutcome = false): SqlCondition {
  const members = filter.side === "sell" ? SELL_MEMBERS : MEMBERS;
  const all = conditionsOf(members, filter);
  if (filter.outcomes === undefined && !everyOutcome)
    all.push({ sql: "outcome <> 'voided'", values: [] });
  if (filter.owners !== undefined) all.push(ownedBy(filter.owners));
  if (filter.anyNumber !== undefined) all.push(anyNumber(filter.anyNumber));
  for (const negated of conditionsOf(members, filter.not ?? {})) {
    all.push({ sql: `(${negated.sql}) IS NOT TRUE`, values: negated.values });
  }
  return {
    sql: all.length === 0 ? "TRUE" : all.map((condition) => condition.sql).join(" AND "),
    values: all.flatMap((condition) => condition.values),
  };
}
