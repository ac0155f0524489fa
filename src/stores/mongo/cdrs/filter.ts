// The filter language as a MongoDB query.
import { Decimal128, type Document } from "mongodb";
import type { Json } from "../../../cdr/json.ts";
import { engineError } from "../../../errors.ts";
import type {
  AccountName,
  CdrFilter,
  NumberMatch,
  Range,
  SearchedNumber,
  TimeRange,
} from "../../../queries/cdr-query.ts";
import { conditionsOf, type MemberConditions } from "../../../queries/filter-members.ts";
import { sellOutcomesAmong, sellReasonsAmong } from "../../../queries/sell/judgement.ts";
import { jsonHash } from "../../json-hash.ts";
import { LEADING_DIGIT_COUNT, leadingDigitsOfPrefixes } from "../../leading-digits.ts";
import { millisecondsFrom } from "../../usage-bound.ts";
import { encodeName } from "../names.ts";
import { type CdrKeying, withIds } from "./key.ts";

/** One condition: a query document of its own, so that conditions never overwrite each other. */
type Condition = Document;

const NOTHING: Condition = { _id: { $in: [] } };
const MOST_DATE_MS = 8.64e15;

const NORMALIZED = "rating.normalized.destination.normalized";

function anyOf(conditions: Condition[]): Condition {
  return conditions.length === 0 ? NOTHING : { $or: conditions };
}

function range<T>(field: string, { min, max }: Range<T>): Condition[] {
  if (min === undefined && max === undefined) return [];
  return [
    {
      [field]: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lt: max }) },
    },
  ];
}

function date(atMs: number): Date {
  return new Date(Math.max(-MOST_DATE_MS, Math.min(MOST_DATE_MS, atMs)));
}

function timeRange(field: string, { fromMs, toMs }: TimeRange): Condition[] {
  return range<Date>(field, {
    ...(fromMs !== undefined && { min: date(fromMs) }),
    ...(toMs !== undefined && { max: date(toMs) }),
  });
}

function numberRange(field: string, { fromMs, toMs }: TimeRange): Condition[] {
  return range<number>(field, {
    ...(fromMs !== undefined && { min: fromMs }),
    ...(toMs !== undefined && { max: toMs }),
  });
}

function decimalBound(member: string, text: string): Decimal128 {
  try {
    return Decimal128.fromString(text);
  } catch (cause) {
    throw engineError("invalid-params", `${text} is not an amount of at most 34 digits.`, {
      path: `filter.${member}`,
      cause,
    });
  }
}

/** Both bounds in what is stored: milliseconds of time calls, units of the rest. */
function usageRange({ min, max }: Range<number>): Condition[] {
  if (min === undefined && max === undefined) return [];
  const within = (bound: (limit: number) => number): Condition => ({
    ...(min !== undefined && { $gte: bound(min) }),
    ...(max !== undefined && { $lt: bound(max) }),
  });
  return [
    {
      $or: [
        { "primary.tor": "*voice", "primary.usage": within(millisecondsFrom) },
        { "primary.tor": { $ne: "*voice" }, "primary.usage": within((limit) => limit) },
      ],
    },
  ];
}

function durationRange({ min, max }: Range<number>): Condition[] {
  return range<number>("primary.durationMs", {
    ...(min !== undefined && { min: millisecondsFrom(min) }),
    ...(max !== undefined && { max: millisecondsFrom(max) }),
  });
}

function moneyRange(member: "sell" | "buy" | "margin", bounds: Range<string>): Condition[] {
  const { min, max } = bounds;
  return range<Decimal128>(`rating.${member}.amount`, {
    ...(min !== undefined && { min: decimalBound(member, min) }),
    ...(max !== undefined && { max: decimalBound(member, max) }),
  });
}

/**
 * Lists go into one condition each, so that the longest filter stays far below the 16 MB of a
 * command. A scalar condition on a field would also match arrays that contain the value.
 */
function extraField(name: string, wanted: Json | Json[]): Condition {
  const alternatives = Array.isArray(wanted) ? wanted : [wanted];
  const field = `extra.${encodeName(name)}`;
  const notArray = { $not: { $type: "array" } };
  const scalars = alternatives.filter((value) => value !== null && typeof value !== "object");
  const hashes = alternatives
    .filter((value) => value !== null && typeof value === "object")
    .map(jsonHash);
  return anyOf([
    ...(alternatives.includes(null) ? [{ [field]: { $type: "null", ...notArray } }] : []),
    ...(scalars.length === 0 ? [] : [{ [field]: { $in: scalars, ...notArray } }]),
    ...(hashes.length === 0 ? [] : [{ [`extraHashes.${encodeName(name)}`]: { $in: hashes } }]),
  ]);
}

function startsWith(prefix: string): Condition {
  return { [NORMALIZED]: { $regex: `^${literally(prefix)}` } };
}

/** An end is where nothing follows: `$` would also match before the last line feed. */
const PATTERNS: Record<NumberMatch["how"], (literal: string) => string> = {
  contains: (literal) => literal,
  begins: (literal) => `^${literal}`,
  ends: (literal) => `${literal}(?![\\s\\S])`,
};

const SEARCHED_FIELDS: Record<SearchedNumber, readonly string[]> = {
  caller: ["primary.callerNumber"],
  destination: ["primary.destination", NORMALIZED],
  account: ["primary.account"],
};

function anyNumber({ how, texts, of }: NumberMatch): Condition {
  const fields = of.flatMap((number) => SEARCHED_FIELDS[number]);
  const patterns = texts.map((text) => PATTERNS[how](literally(text)));
  return anyOf(fields.flatMap((field) => patterns.map(($regex) => ({ [field]: { $regex } }))));
}

const numbered = (how: NumberMatch["how"], number: SearchedNumber) => (texts: string[]) => [
  anyNumber({ how, texts, of: [number] }),
];

/** A text as a regular expression that matches it alone. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function destination(numbers: string[]): Condition {
  const oneOf = { $in: numbers };
  return { $or: [{ "primary.destination": oneOf }, { [NORMALIZED]: oneOf }] };
}

/** `account` is the field that has it, beside `tenant`. */
export function ownedBy(owners: readonly AccountName[], account: string): Condition {
  const byTenant = new Map<string, string[]>();
  for (const owner of owners) {
    byTenant.set(owner.tenant, [...(byTenant.get(owner.tenant) ?? []), owner.account]);
  }
  return anyOf([...byTenant].map(([tenant, names]) => ({ tenant, [account]: oneOf(names) })));
}

/** One value is asked for by itself: then every server sees that the index has the rest in order. */
function oneOf(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : { $in: values };
}

const among = (field: string) => (values: readonly string[]) => [{ [field]: oneOf(values) }];
const within = (field: string) => (times: TimeRange) => timeRange(field, times);

const MEMBERS = {
  tenants: among("tenant"),
  accounts: among("primary.account"),
  subjects: among("primary.subject"),
  categories: among("primary.category"),
  countries: among("rating.normalized.destination.country"),
  outcomes: among("rating.outcome"),
  reasons: among("rating.reason"),
  sources: among("source"),
  batchIds: among("batchId"),
  disconnectCauses: among("primary.disconnectCause"),
  directions: among("primary.callDirection"),
  callerNumbers: among("primary.callerNumber"),
  callerNumberParts: numbered("contains", "caller"),
  callerNumberPrefixes: numbered("begins", "caller"),
  callerNumberEndings: numbered("ends", "caller"),
  destinationParts: numbered("contains", "destination"),
  destinationEndings: numbered("ends", "destination"),
  accountParts: numbered("contains", "account"),
  accountPrefixes: numbered("begins", "account"),
  accountEndings: numbered("ends", "account"),
  queues: among("primary.queue"),
  agents: among("primary.agent"),
  trunks: among("primary.trunk"),
  tariffVersions: among("rating.tariffVersion"),
  warnings: among("warnings"),
  destinations: (numbers) => [destination(numbers)],
  destinationPrefixes: (prefixes) => [anyOf(prefixes.map(startsWith))],
  carriers: (carriers) => among("keys.carrier")(carriers.map((carrier) => carrier.toLowerCase())),
  callTime: within("keys.callTime"),
  answerTime: within("primary.answerTime.at"),
  setupTime: within("primary.setupTime.at"),
  receivedAt: within("receivedAt"),
  ratedAt: (times) => numberRange("rating.ratedAtMs", times),
  usage: usageRange,
  duration: durationRange,
  sell: (amounts) => moneyRange("sell", amounts),
  buy: (amounts) => moneyRange("buy", amounts),
  margin: (amounts) => moneyRange("margin", amounts),
  extra: (fields) => Object.entries(fields).map(([name, wanted]) => extraField(name, wanted)),
} satisfies Omit<MemberConditions<Condition>, "ids">;

/**
 * Said once, by the field that an index holds: call time is the answer time of every CDR that has one,
 * and the time of setup is the setup key.
 */
const BY_INDEX = {
  answerTime: (times) => keyedTime("keys.callTime", "primary.answerTime", times),
  setupTime: (times) => keyedTime("keys.setupTime", "primary.setupTime", times),
  destinationPrefixes: (prefixes) => {
    const leading = leadingDigitsOfPrefixes(prefixes);
    if (leading === undefined) return MEMBERS.destinationPrefixes(prefixes);
    const isExact = prefixes.every((prefix) => Array.from(prefix).length === LEADING_DIGIT_COUNT);
    const among: Condition = { "keys.leadingDigits": oneOf(leading) };
    return isExact ? [among] : [among, ...MEMBERS.destinationPrefixes(prefixes)];
  },
} satisfies Partial<MemberConditions<Condition>>;

const BY_FIELDS = { ...MEMBERS, ...BY_INDEX };

/** As the sell side alone judges. */
const BY_SELL = {
  outcomes: (outcomes) => [sellOutcomesAmong(outcomes)],
  reasons: (reasons) => [sellReasonsAmong(reasons)],
} satisfies Partial<MemberConditions<Condition>>;

function keyedTime(key: string, time: string, times: TimeRange): Condition[] {
  const conditions = timeRange(key, times);
  return conditions.length === 0 ? [] : [...conditions, { [time]: { $exists: true } }];
}

/**
 * The whole filter, each condition by a field of an index where one has it. Voided CDRs are left out
 * unless something asks for them.
 */
export function filterQuery(
  filter: CdrFilter,
  { keying, everyOutcome = false }: { keying: CdrKeying; everyOutcome?: boolean },
): Document {
  const { tenants } = filter;
  const bySide = filter.side === "sell" ? BY_SELL : {};
  const byKey = { ids: (ids: readonly string[]) => [withIds(ids, { keying, tenants })] };
  const all = [
    ...conditionsOf({ ...byKey, ...BY_FIELDS, ...bySide }, filter),
    ...(filter.owners === undefined ? [] : [ownedBy(filter.owners, "primary.account")]),
    ...(filter.anyNumber === undefined ? [] : [anyNumber(filter.anyNumber)]),
    ...conditionsOf({ ...byKey, ...MEMBERS, ...bySide }, filter.not ?? {}).map((condition) => ({
      $nor: [condition],
    })),
  ];
  if (filter.outcomes === undefined && !everyOutcome)
    all.push({ "rating.outcome": { $ne: "voided" } });
  return all.length === 0 ? {} : { $and: all };
}
