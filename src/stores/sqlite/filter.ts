// The filter language as SQL conditions with bound parameters, and the index that bounds a query.
import type { Database } from "better-sqlite3";
import type { Json } from "../../cdr/json.ts";
import { compareDecimals, parseDecimal } from "../../money/decimal.ts";
import type { CdrConditions, CdrFilter, Range, TimeRange } from "../../queries/cdr-query.ts";
import { splitBound } from "../amount-parts.ts";
import { leadingDigitsOfPrefixes } from "../leading-digits.ts";
import { millisecondsFrom } from "../usage-bound.ts";
import { idBytes } from "./rows.ts";
import { extraExpression, extraIndexName, LEADING_DIGITS, memberPath } from "./schema.ts";

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

/** One condition for each length that a prefix has. */
function hasWarning(wanted: readonly string[]): SqlCondition {
  return {
    sql: "EXISTS (SELECT 1 FROM json_each(warnings) WHERE value IN (SELECT value FROM json_each(?)))",
    values: [JSON.stringify(wanted)],
  };
}

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

function destination(numbers: string[]): SqlCondition {
  return anyOf([oneOf("destination", numbers), oneOf("normalized", numbers)]);
}

const LIST_COLUMNS = {
  tenants: "tenant",
  accounts: "account",
  subjects: "subject",
  categories: "category",
  countries: "country",
  outcomes: "outcome",
  reasons: "reason",
  sources: "source",
  batchIds: "batch_id",
  disconnectCauses: "disconnect_cause",
  tariffVersions: "tariff_version",
} as const;

/** One condition per member that is there, each true for the rows that the member matches. */
function memberConditions(conditions: CdrConditions): SqlCondition[] {
  const found: SqlCondition[] = [];
  if (conditions.ids !== undefined) {
    const known = conditions.ids.filter((id) => idBytes(id) !== null);
    found.push({
      sql: "id IN (SELECT unhex(value) FROM json_each(?))",
      values: [JSON.stringify(known)],
    });
  }
  for (const [member, column] of Object.entries(LIST_COLUMNS)) {
    const values = conditions[member as keyof typeof LIST_COLUMNS];
    if (values !== undefined) found.push(oneOf(column, values));
  }
  if (conditions.destinations !== undefined) found.push(destination(conditions.destinations));
  if (conditions.destinationPrefixes !== undefined) {
    found.push(startsWithOneOf(conditions.destinationPrefixes));
  }
  if (conditions.carriers !== undefined) {
    found.push(
      oneOf(
        "carrier_key",
        conditions.carriers.map((carrier) => carrier.toLowerCase()),
      ),
    );
  }
  if (conditions.warnings !== undefined) found.push(hasWarning(conditions.warnings));
  return [...found, ...rangeConditions(conditions)];
}

function rangeConditions(conditions: CdrConditions): SqlCondition[] {
  const { extra = {} } = conditions;
  return [
    ...timeRange("call_ms", conditions.callTime ?? {}),
    ...timeRange("answer_ms", conditions.answerTime ?? {}),
    ...timeRange("setup_ms", conditions.setupTime ?? {}),
    ...timeRange("received_ms", conditions.receivedAt ?? {}),
    ...timeRange("(rating ->> '$.ratedAtMs')", conditions.ratedAt ?? {}),
    ...usageRange(conditions.usage ?? {}),
    ...moneyRange("sell", conditions.sell ?? {}),
    ...moneyRange("buy", conditions.buy ?? {}),
    ...moneyRange("margin", conditions.margin ?? {}),
    ...Object.entries(extra).map(([name, wanted]) => extraField(name, wanted)),
  ];
}

/** The whole filter as one condition; voided CDRs are left out unless something asks for them. */
export function filterCondition(filter: CdrFilter, everyOutcome = false): SqlCondition {
  const all = memberConditions(filter);
  if (filter.outcomes === undefined && !everyOutcome)
    all.push({ sql: "outcome <> 'voided'", values: [] });
  for (const negated of memberConditions(filter.not ?? {})) {
    all.push({ sql: `(${negated.sql}) IS NOT TRUE`, values: negated.values });
  }
  return {
    sql: all.length === 0 ? "TRUE" : all.map((condition) => condition.sql).join(" AND "),
    values: all.flatMap((condition) => condition.values),
  };
}

/** An index whose leading columns are held to values, and which then runs by call time and id. */
export interface IndexPath {
  index: string;
  /** SQL of the leading columns. */
  columns: string[];
  /** Every combination of values that the filter allows there; at least one. */
  combinations: string[][];
  /** Bounds of the call time that follow from the filter. */
  fromMs: number;
  toMs: number;
}

/** More ranges of an index than this are not read side by side. */
const MOST_COMBINATIONS = 20;

interface Candidate {
  index: string;
  column: string;
  values: string[] | undefined;
}

function extraCandidates(filter: CdrFilter, indexedExtraFields: string[]): Candidate[] {
  return indexedExtraFields.map((name) => {
    const wanted = Object.hasOwn(filter.extra ?? {}, name) ? filter.extra?.[name] : undefined;
    const values = wanted === undefined ? [] : Array.isArray(wanted) ? wanted : [wanted];
    const usable = wanted !== undefined && values.every((v) => v === null || typeof v !== "object");
    return {
      index: extraIndexName(name),
      column: extraExpression(name),
      values: usable ? values.map((value) => JSON.stringify(value)) : undefined,
    };
  });
}

/** The narrowest index that the filter's members allow; the whole time line when none does. */
export function chooseIndex(filter: CdrFilter, indexedExtraFields: string[]): IndexPath {
  // A call that was answered has its answer time as its call time.
  const ranges = [filter.callTime ?? {}, filter.answerTime ?? {}];
  const bounds = {
    fromMs: Math.max(...ranges.map(({ fromMs = Number.MIN_SAFE_INTEGER }) => fromMs)),
    toMs: Math.min(...ranges.map(({ toMs = Number.MAX_SAFE_INTEGER }) => toMs)),
  };
  const tenants = [...new Set(filter.tenants ?? [])];
  if (filter.tenants === undefined || tenants.length > MOST_COMBINATIONS) {
    return { index: "cdr_by_time", columns: [], combinations: [[]], ...bounds };
  }
  const candidates: Candidate[] = [
    { index: "cdr_by_batch", column: "batch_id", values: filter.batchIds },
    { index: "cdr_by_account", column: "account", values: filter.accounts },
    ...extraCandidates(filter, indexedExtraFields),
    {
      index: "cdr_by_leading_digits",
      column: LEADING_DIGITS,
      values: leadingDigitsOfPrefixes(filter.destinationPrefixes),
    },
    { index: "cdr_by_outcome", column: "outcome", values: filter.outcomes },
  ];
  for (const { index, column, values } of candidates) {
    const distinct = values === undefined ? undefined : [...new Set(values)];
    if (distinct === undefined || distinct.length * tenants.length > MOST_COMBINATIONS) continue;
    const combinations = tenants.flatMap((tenant) => distinct.map((value) => [tenant, value]));
    return { index, columns: ["tenant", column], combinations, ...bounds };
  }
  const combinations = tenants.map((tenant) => [tenant]);
  return { index: "cdr_by_tenant", columns: ["tenant"], combinations, ...bounds };
}
