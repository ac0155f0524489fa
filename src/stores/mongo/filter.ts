// The filter language as a MongoDB query, and the index that bounds it.
import { Decimal128, type Document } from "mongodb";
import type { Json } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { CdrConditions, CdrFilter, Range, TimeRange } from "../../queries/cdr-query.ts";
import { leadingDigitsOfPrefixes } from "../leading-digits.ts";
import { millisecondsFrom } from "../usage-bound.ts";
import { withIds } from "./cdr-key.ts";
import { encodeName, jsonHash } from "./documents.ts";

/** One condition: a query document of its own, so that conditions never overwrite each other. */
type Condition = Document;

const NOTHING: Condition = { _id: { $in: [] } };
const MOST_DATE_MS = 8.64e15;

const LIST_FIELDS = {
  tenants: "tenant",
  accounts: "primary.account",
  subjects: "primary.subject",
  categories: "primary.category",
  countries: "rating.normalized.destination.country",
  outcomes: "rating.outcome",
  reasons: "rating.reason",
  sources: "source",
  batchIds: "batchId",
  disconnectCauses: "primary.disconnectCause",
  tariffVersions: "rating.tariffVersion",
  warnings: "warnings",
} as const;

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
  return { [NORMALIZED]: { $regex: `^${prefix.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}` } };
}

function memberConditions(conditions: CdrConditions): Condition[] {
  const { destinations, destinationPrefixes, carriers, extra = {} } = conditions;
  const found: Condition[] = [];
  if (conditions.ids !== undefined) found.push(withIds(conditions.ids));
  for (const [member, field] of Object.entries(LIST_FIELDS)) {
    const values = conditions[member as keyof typeof LIST_FIELDS];
    if (values !== undefined) found.push({ [field]: { $in: values } });
  }
  if (destinations !== undefined) {
    const among = { $in: destinations };
    found.push({ $or: [{ "primary.destination": among }, { [NORMALIZED]: among }] });
  }
  if (destinationPrefixes !== undefined) found.push(anyOf(destinationPrefixes.map(startsWith)));
  if (carriers !== undefined) {
    found.push({ "keys.carrier": { $in: carriers.map((carrier) => carrier.toLowerCase()) } });
  }
  return [
    ...found,
    ...timeRange("keys.callTime", conditions.callTime ?? {}),
    ...timeRange("primary.answerTime.at", conditions.answerTime ?? {}),
    ...timeRange("primary.setupTime.at", conditions.setupTime ?? {}),
    ...timeRange("receivedAt", conditions.receivedAt ?? {}),
    ...numberRange("rating.ratedAtMs", conditions.ratedAt ?? {}),
    ...usageRange(conditions.usage ?? {}),
    ...moneyRange("sell", conditions.sell ?? {}),
    ...moneyRange("buy", conditions.buy ?? {}),
    ...moneyRange("margin", conditions.margin ?? {}),
    ...Object.entries(extra).map(([name, wanted]) => extraField(name, wanted)),
  ];
}

function leadingDigitsAmong(prefixes: string[] | undefined): Condition[] {
  const leading = leadingDigitsOfPrefixes(prefixes);
  return leading === undefined ? [] : [{ "keys.leadingDigits": { $in: leading } }];
}

/**
 * The whole filter; what follows from it for indexed fields is said in so many words. Voided CDRs
 * are left out unless something asks for them.
 */
export function filterQuery(filter: CdrFilter, everyOutcome = false): Document {
  const all = [
    ...memberConditions(filter),
    ...timeRange("keys.callTime", filter.answerTime ?? {}),
    ...leadingDigitsAmong(filter.destinationPrefixes),
    ...memberConditions(filter.not ?? {}).map((condition) => ({ $nor: [condition] })),
  ];
  if (filter.outcomes === undefined && !everyOutcome)
    all.push({ "rating.outcome": { $ne: "voided" } });
  return all.length === 0 ? {} : { $and: all };
}

/** Index names: each is the fields named, then call time and id. */
export const CDR_INDEXES = {
  time: [],
  tenant: ["tenant"],
  account: ["tenant", "primary.account"],
  leadingDigits: ["tenant", "keys.leadingDigits"],
  outcome: ["tenant", "rating.outcome"],
  batch: ["tenant", "batchId"],
} as const;

export type CdrIndex = keyof typeof CDR_INDEXES;

export function extraIndexName(name: string): string {
  return `extra ${encodeName(name)}`;
}

/** Name of the index that a read by call time is to use; undefined: by id. */
export function chooseHint(filter: CdrFilter, indexedExtraFields: string[]): string | undefined {
  if (filter.ids !== undefined) return undefined;
  const named = (index: CdrIndex): string => index;
  if (filter.tenants === undefined) return named("time");
  if (filter.batchIds !== undefined) return named("batch");
  if (filter.accounts !== undefined) return named("account");
  const { extra: wanted = {} } = filter;
  const extra = indexedExtraFields.find((name) => Object.hasOwn(wanted, name));
  if (extra !== undefined) return extraIndexName(extra);
  if (leadingDigitsOfPrefixes(filter.destinationPrefixes) !== undefined)
    return named("leadingDigits");
  return named(filter.outcomes === undefined ? "tenant" : "outcome");
}
