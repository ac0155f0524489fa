// Random filters over the values that sample CDRs have.
import fc from "fast-check";
import {
  type CdrConditions,
  type CdrFilter,
  NUMBER_MATCHES,
  type NumberMatch,
  SEARCHED_NUMBERS,
  type TimeRange,
} from "../../../src/queries/cdr-query.ts";
import { EXTRA_NAMES, sampleAmount, sampleExtraValue, sampleId } from "./sample-cdrs.ts";

const HOUR_MS = 3_600_000;

function some<T>(...values: T[]): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { maxLength: 3 });
}

const instant = fc
  .integer({ min: -4, max: 100 })
  .map((hours) => Date.UTC(2026, 2, 27) + hours * HOUR_MS);

const timeRange: fc.Arbitrary<TimeRange> = fc.record(
  { fromMs: instant, toMs: instant },
  { requiredKeys: [] },
);

const moneyRange = fc.record({ min: sampleAmount, max: sampleAmount }, { requiredKeys: [] });
const usage = fc.constantFrom(0, 0.5, 1, 1.001, 60, 1_000, 1_001, 4_000_000);

const extra = fc
  .array(
    fc.tuple(
      fc.constantFrom(...EXTRA_NAMES, "missing"),
      fc.oneof(sampleExtraValue, fc.array(sampleExtraValue, { maxLength: 3 })),
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((entries) => Object.fromEntries(entries));

/** Every member of the filter language, each with values that are met and values that are not. */
export function memberArbitraries(name: string, seed: number, count: number) {
  const ids = Array.from({ length: count }, (_, index) => sampleId(`${name}-${seed}-${index}`));
  return {
    ids: fc.uniqueArray(fc.constantFrom(...ids, "0".repeat(40), "not-an-id"), { maxLength: 60 }),
    tenants: some("example.com", "other.org", "nobody.net"),
    accounts: some("1001", "1002", "1'003", "9"),
    subjects: some("1001", "s", "t"),
    categories: some("call", "sms"),
    destinations: some("+441632960000", "4420", "", "34911"),
    destinationPrefixes: some("", "4", "44", "441", "44163", "349", "00", "9", "(.*"),
    carriers: some("north", "NORTH", "south", "ÜNDER", "nobody"),
    countries: some("GB", "ES", "001", "FR"),
    outcomes: some("rated", "partial", "unrated", "voided") as fc.Arbitrary<
      NonNullable<CdrConditions["outcomes"]>
    >,
    reasons: some("no-rate", "banned", "unanswered", "account-unknown", "other-side-without-rate"),
    sources: some("default", "edge", "x"),
    batchIds: some("b1", "b2", "b3"),
    disconnectCauses: some("NORMAL_CLEARING", "16", "17"),
    directions: some("inbound", "outbound", "internal", "external") as fc.Arbitrary<
      NonNullable<CdrConditions["directions"]>
    >,
    callerNumbers: some("+34911000001", "201", "Ünder", "202"),
    callerNumberParts: some("911", "+34", "2", "Ü", ".*", "x"),
    callerNumberPrefixes: some("+34", "2", "Ü", "nder", "^2", "201x"),
    callerNumberEndings: some("001", "1", "ünder", "r", "Ünder", "1$", "00+34911000001"),
    destinationParts: some("632", "+44", "911000", "0", "^4", "nobody"),
    destinationEndings: some("0", "960000", "+441632960000", "441632960000", "9$", "x"),
    accountParts: some("00", "'", "1001", ".", "x"),
    accountPrefixes: some("1", "100", "9", "'", "^1"),
    accountEndings: some("1", "'003", "003", "9", "1001", "$"),
    queues: some("sales", "Sales", "support"),
    agents: some("201", "202", "anna"),
    trunks: some("telekom", "north east", "none"),
    callTime: timeRange,
    answerTime: timeRange,
    setupTime: timeRange,
    receivedAt: timeRange,
    ratedAt: timeRange,
    usage: fc.record({ min: usage, max: usage }, { requiredKeys: [] }),
    duration: fc.record({ min: usage, max: usage }, { requiredKeys: [] }),
    sell: moneyRange,
    buy: moneyRange,
    margin: moneyRange,
    tariffVersions: some("v1", "v2", "v3"),
    warnings: some("ambiguous-local-time") as fc.Arbitrary<NonNullable<CdrConditions["warnings"]>>,
    extra,
  } satisfies { [Member in keyof CdrConditions]-?: fc.Arbitrary<unknown> };
}

const anyNumber: fc.Arbitrary<NumberMatch> = fc.record({
  how: fc.constantFrom(...NUMBER_MATCHES),
  texts: some("1", "10", "001", "+34", "Ü", "x."),
  of: fc.subarray([...SEARCHED_NUMBERS], { minLength: 1 }),
});

/** A few members, and a few under `not`. */
export function sampleFilter(name: string, seed: number, count: number): fc.Arbitrary<CdrFilter> {
  const members = Object.entries(memberArbitraries(name, seed, count));
  const conditions = fc
    .subarray(members, { maxLength: 3 })
    .chain((chosen) => fc.record(Object.fromEntries(chosen))) as fc.Arbitrary<CdrConditions>;
  return fc
    .tuple(
      conditions,
      fc.option(conditions, { nil: undefined }),
      fc.option(anyNumber, { nil: undefined, freq: 4 }),
    )
    .map(([held, not, number]) => ({
      ...held,
      ...(not && { not }),
      ...(number && { anyNumber: number }),
    }));
}
