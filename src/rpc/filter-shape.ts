// The filter as params: every member checked, then the query type of the stores.

import { z } from "zod";
import { isSeenField, isSeenMember, type Seen } from "../access/views.ts";
import { CALL_DIRECTIONS, CDR_WARNINGS } from "../cdr/cdr.ts";
import { OUTCOMES } from "../cdr/rating.ts";
import type { CdrConditions, CdrFilter, Range, TimeRange } from "../queries/cdr-query.ts";
import { narrowing } from "./request/seen-params.ts";
import { cdrId, decimalText, instant, json, MOST_IN_LIST, name, usageNumber } from "./shapes.ts";

const names = z.array(name).min(1).max(MOST_IN_LIST);
/** Each is looked for in every number of the range. */
const MOST_PARTS = 100;
export const numberParts = z.array(z.string().min(1).max(64)).min(1).max(MOST_PARTS);
/** Extra fields that one filter names; each with a list of values of its own. */
const MOST_EXTRA_FIELDS = 32;

const timeRange = z
  .strictObject({ from: instant.optional(), to: instant.optional() })
  .meta({ id: "TimeRange" });
const moneyRange = z
  .strictObject({ min: decimalText.optional(), max: decimalText.optional() })
  .meta({ id: "MoneyRange" });

const usageRange = z
  .strictObject({ min: usageNumber.optional(), max: usageNumber.optional() })
  .meta({ id: "UsageRange" });

const extraValue = json.refine((value) => !Array.isArray(value) || value.length <= MOST_IN_LIST, {
  error: `at most ${MOST_IN_LIST} values`,
});

const extraFields = z
  .record(name, extraValue)
  .refine((extra) => Object.keys(extra).length <= MOST_EXTRA_FIELDS, {
    error: `at most ${MOST_EXTRA_FIELDS} extra fields`,
  })
  .meta({ maxProperties: MOST_EXTRA_FIELDS })
  .describe(`a value or up to ${MOST_IN_LIST} alternatives for each of the fields`);

/** How each member is written; one that is not here does not compile. */
const MEMBERS = {
  ids: z.array(cdrId).min(1).max(MOST_IN_LIST).optional(),
  tenants: names.optional(),
  accounts: names.optional(),
  subjects: names.optional(),
  categories: names.optional(),
  destinations: names.optional(),
  destinationPrefixes: z
    .array(z.string().regex(/^\d{1,15}$/, "digits without +"))
    .min(1)
    .max(MOST_IN_LIST)
    .optional(),
  carriers: names.optional(),
  countries: names.optional(),
  outcomes: z.array(z.enum(OUTCOMES)).min(1).max(MOST_IN_LIST).optional(),
  reasons: names.optional(),
  sources: names.optional(),
  batchIds: names.optional(),
  disconnectCauses: names.optional(),
  directions: z
    .array(z.enum(CALL_DIRECTIONS))
    .min(1)
    .max(MOST_IN_LIST)
    .optional()
    .describe("of `callDirection`"),
  callerNumbers: names.optional().describe("as sent"),
  callerNumberParts: numberParts
    .optional()
    .describe("the calling number holds one of these, as sent"),
  callerNumberPrefixes: numberParts
    .optional()
    .describe("the calling number begins with one of these, as sent"),
  callerNumberEndings: numberParts
    .optional()
    .describe("the calling number ends with one of these, as sent"),
  destinationParts: numberParts
    .optional()
    .describe("the called number holds one of these, as dialled or normalised"),
  destinationEndings: numberParts
    .optional()
    .describe("the called number ends with one of these, as dialled or normalised"),
  accountParts: numberParts.optional().describe("the account's name holds one of these"),
  accountPrefixes: numberParts.optional().describe("the account's name begins with one of these"),
  accountEndings: numberParts.optional().describe("the account's name ends with one of these"),
  queues: names.optional(),
  agents: names.optional(),
  trunks: names.optional(),
  callTime: timeRange
    .optional()
    .describe("answer time, else setup time, else end − usage, else end, else receipt"),
  answerTime: timeRange.optional().describe("leaves out what was not answered"),
  setupTime: timeRange.optional(),
  receivedAt: timeRange.optional(),
  ratedAt: timeRange.optional().describe("when its current revision was made"),
  /** Seconds for voice, units otherwise. */
  usage: usageRange.optional(),
  duration: usageRange
    .optional()
    .describe("seconds with the ringing; leaves out what has no duration"),
  sell: moneyRange.optional(),
  buy: moneyRange.optional(),
  margin: moneyRange.optional(),
  tariffVersions: names.optional(),
  warnings: z
    .array(z.enum(CDR_WARNINGS))
    .min(1)
    .max(MOST_IN_LIST)
    .optional()
    .describe("what was doubtful about the record"),
  extra: extraFields.optional(),
} satisfies { [Member in keyof Required<CdrConditions>]: z.ZodType };

/** What of the members there is for who sees a part only. */
function seenShape(shape: z.core.$ZodLooseShape, seen: Seen): z.core.$ZodLooseShape {
  const members = Object.entries(shape).filter(
    ([name]) => name === "not" || isSeenMember(seen, name as keyof CdrConditions),
  );
  const left = Object.fromEntries(members);
  if (left["not"] !== undefined) left["not"] = z.strictObject(seenShape(MEMBERS, seen)).optional();
  if (left["extra"] === undefined) return left;
  const fields = z.enum(seen.fields.filter((field) => isSeenField(seen, field)));
  return { ...left, extra: z.partialRecord(fields, extraValue).optional() };
}

/** A filter, of which who sees a part only has the members that there are for him. */
export function seenFilter<Filter extends z.ZodObject>(filter: Filter): Filter {
  return narrowing(filter, (seen) => z.strictObject(seenShape(filter.shape, seen)));
}

const conditions = z.strictObject(MEMBERS).meta({ id: "Conditions" });

export const filterParameter = seenFilter(
  conditions.extend({ not: conditions.optional() }).meta({ id: "Filter" }),
);

type Conditions = z.output<typeof conditions>;

/** The members that are there. */
function given<Members extends object>(members: Members) {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };
}

function timesOf(range: z.output<typeof timeRange> | undefined): TimeRange | undefined {
  return range && given({ fromMs: range.from, toMs: range.to });
}

function boundsOf<T>(range: { min?: T | undefined; max?: T | undefined } | undefined) {
  return range && (given({ min: range.min, max: range.max }) as Range<T>);
}

/** RFC 3339 of the API → milliseconds of the stores. */
function toConditions(params: Conditions): CdrConditions {
  const { callTime, answerTime, setupTime, receivedAt, ratedAt, ...others } = params;
  const { usage, duration, sell, buy, margin, ...same } = others;
  return given({
    ...same,
    callTime: timesOf(callTime),
    answerTime: timesOf(answerTime),
    setupTime: timesOf(setupTime),
    receivedAt: timesOf(receivedAt),
    ratedAt: timesOf(ratedAt),
    usage: boundsOf(usage),
    duration: boundsOf(duration),
    sell: boundsOf(sell),
    buy: boundsOf(buy),
    margin: boundsOf(margin),
  });
}

/** The filter of the stores; the use case puts the caller's scope into it. */
export function toFilter(params: z.output<typeof filterParameter> | undefined): CdrFilter {
  const { not, ...positive } = params ?? {};
  const filter: CdrFilter = toConditions(positive);
  if (not !== undefined) filter.not = toConditions(not);
  return filter;
}
