// CDRs for tests of the stores: one plain CDR with changes, and seeded random ones.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { CALL_DIRECTIONS, type PrimaryFields } from "../../../src/cdr/cdr.ts";
import type { Json, JsonObject } from "../../../src/cdr/json.ts";
import type { Moment } from "../../../src/cdr/moment.ts";
import type { Rating, Side } from "../../../src/cdr/rating.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";

const MARCH_1 = Date.UTC(2026, 2, 1);
const HOUR_MS = 3_600_000;

export function sampleId(originId: string, originHost = ""): string {
  return createHash("sha1")
    .update(originId + originHost)
    .digest("hex");
}

export function sampleSide(changes: Partial<Side> = {}): Side {
  return {
    amount: "0.1420",
    currency: "EUR",
    plan: "retail",
    prefix: "44",
    destination: "United Kingdom",
    billedSeconds: 60,
    ...changes,
  };
}

export function sampleRating(changes: Partial<Rating> = {}): Rating {
  return {
    revision: 1,
    ratedAtMs: MARCH_1,
    outcome: "rated",
    tariffVersion: "v1",
    semantics: "native",
    assignment: { account: "1001", voipPlan: "standard", origin: "account.set", fromMs: 0 },
    normalized: {
      destination: {
        raw: "+441632960000",
        normalized: "441632960000",
        e164: "+441632960000",
        kind: "international",
        country: "GB",
      },
    },
    sell: sampleSide(),
    buy: sampleSide({ amount: "0.0800", plan: "north", carrier: "North", basis: "routed" }),
    margin: { amount: "0.0620", currency: "EUR" },
    basis: { "rows.used": [{ prefix: "44", $rate: "0.142" }], lost: [] },
    ...changes,
  };
}

export interface SampleChanges {
  primary?: Partial<PrimaryFields>;
  extra?: JsonObject;
  rating?: Partial<Rating>;
  cdr?: Partial<Omit<NewCdr, "primary" | "extra" | "rating">>;
}

/** A CDR that was rated on both sides, with whatever the test changes. */
export function sampleCdr(originId: string, changes: SampleChanges = {}): NewCdr {
  const answeredAt = { atMs: MARCH_1 + 10 * HOUR_MS, offsetMinutes: 60 };
  const primary: PrimaryFields = {
    originId,
    originHost: "",
    source: "",
    requestType: "*rated",
    direction: "*out",
    tenant: "example.com",
    category: "call",
    tor: "*voice",
    account: "1001",
    subject: "1001",
    destination: "+441632960000",
    answerTime: answeredAt,
    usage: 60_000,
    ...changes.primary,
  };
  return {
    id: sampleId(primary.originId, primary.originHost),
    tenant: primary.tenant,
    source: "default",
    receivedAtMs: MARCH_1 + 11 * HOUR_MS,
    primary,
    extra: changes.extra ?? {},
    contentHash: createHash("sha256").update(JSON.stringify(primary)).digest("hex"),
    rating: sampleRating(changes.rating),
    ...changes.cdr,
  };
}

const moment: fc.Arbitrary<Moment> = fc
  .record({
    // Few enough hours that times tie, around the change of clocks of 29 March 2026 in Europe.
    atMs: fc.integer({ min: 0, max: 96 * 4 }).map((n) => Date.UTC(2026, 2, 27) + n * (HOUR_MS / 4)),
    offsetMinutes: fc.constantFrom(0, 60, 120, -210),
  })
  .map((value) => ({ ...value }));

/** Money: plain, negative, with trailing zeros, with ten decimals, large; and beyond the columns. */
export const sampleAmount: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("0", "0.1420", "1.50", "-0.25", "12", "0.0000000001") },
  { weight: 4, arbitrary: fc.integer({ min: -1e9, max: 1e9 }).map((n) => scaled(n, 4)) },
  { weight: 4, arbitrary: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map((n) => scaled(n, 10)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "0.30000000000000004",
      "-0.00000000000000001",
      "99999999999999.9999999999",
      "123456789012345.5",
    ),
  },
);

function scaled(digits: number, decimals: number): string {
  const text = String(Math.abs(digits)).padStart(decimals + 1, "0");
  const sign = digits < 0 ? "-" : "";
  return `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

export const EXTRA_NAMES = ["trunk", "a.b", "$set", "", 'quo"te\\', "__proto__", "node", "größe"];
export const sampleExtraValue: fc.Arbitrary<Json> = fc.constantFrom<Json[]>(
  "x",
  "1",
  "",
  1,
  1.5,
  0,
  true,
  false,
  null,
  [1, "x"],
  [],
  { "deep.er": [1, { $a: null }], z: 1 },
  {},
);

const sampleExtra: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.constantFrom(...EXTRA_NAMES), sampleExtraValue), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

const optionalAmount = fc.option(sampleAmount, { freq: 4 });

const side = (carrier: boolean): fc.Arbitrary<Side | null> =>
  fc.option(
    fc
      .record({
        amount: optionalAmount,
        currency: fc.constantFrom("EUR", "USD"),
        prefix: fc.constantFrom("44", "441", "34", "*", null),
        destination: fc.constantFrom("United Kingdom", "Spain", null),
        reason: fc.constantFrom("no-rate", "other-side-without-rate", undefined),
        carrier: carrier
          ? fc.constantFrom("North", "SOUTH", "Ünder", undefined)
          : fc.constant(undefined),
      })
      .map(({ carrier: name, reason, ...fields }) =>
        sampleSide({
          ...fields,
          ...(name !== undefined && { carrier: name }),
          ...(reason !== undefined && fields.amount === null && { reason }),
        }),
      ),
    { freq: 5 },
  );

const rating: fc.Arbitrary<Partial<Rating>> = fc
  .record({
    outcome: fc.constantFrom("rated", "rated", "partial", "unrated", "voided"),
    reason: fc.constantFrom("no-rate", "banned", "unanswered", "account-unknown", undefined),
    tariffVersion: fc.constantFrom("v1", "v2", null),
    sell: side(false),
    buy: side(true),
    margin: optionalAmount,
    number: fc.constantFrom("441632960000", "4420", "44", "34911", "0034911", "4", ""),
    country: fc.constantFrom("GB", "ES", "001", null),
  })
  .map(({ reason, margin, number, country, ...fields }) => ({
    ...fields,
    ...(reason !== undefined && { reason }),
    margin: { amount: margin, currency: "EUR" },
    normalized: {
      destination: { raw: number, normalized: number, e164: null, kind: "digits", country },
    },
  })) as fc.Arbitrary<Partial<Rating>>;

const primary = fc
  .record({
    account: fc.constantFrom("1001", "1002", "1'003"),
    subject: fc.constantFrom("1001", "s"),
    category: fc.constantFrom("call", "sms"),
    tenant: fc.constantFrom("example.com", "example.com", "other.org"),
    tor: fc.constantFrom("*voice", "*data"),
    destination: fc.constantFrom("+441632960000", "4420", "0034911", ""),
    usage: fc.constantFrom(0, 0, 1_000, 1_001, 60_000, 3_600_000),
    disconnectCause: fc.constantFrom("NORMAL_CLEARING", "16", undefined),
    callerNumber: fc.constantFrom("+34911000001", "201", "Ünder", undefined),
    callDirection: fc.constantFrom(...CALL_DIRECTIONS, undefined),
    callerName: fc.constantFrom("Anna", undefined),
    queue: fc.constantFrom("sales", "Sales", undefined),
    agent: fc.constantFrom("201", "anna", undefined),
    trunk: fc.constantFrom("telekom", "north east", undefined),
    durationMs: fc.constantFrom(0, 999, 1_000, 1_001, 60_000, undefined),
    answerTime: fc.option(moment, { nil: undefined }),
    setupTime: fc.option(moment, { nil: undefined }),
    endTime: fc.option(moment, { nil: undefined }),
  })
  .map(
    (fields) =>
      Object.fromEntries(
        Object.entries(fields).filter(([, value]) => value !== undefined),
      ) as Partial<PrimaryFields>,
  );

/** Random CDRs that share few values, so that filters and groups meet several of them. */
export function sampleCdrs(count: number, seed: number, name = "call"): NewCdr[] {
  const parts = fc.record({
    primary,
    extra: sampleExtra,
    rating,
    receivedAtMs: moment.map((received) => received.atMs),
    source: fc.constantFrom("default", "edge"),
    batchId: fc.constantFrom("b1", "b2", undefined),
    leg: fc.constantFrom("a", "b", undefined),
  });
  return fc
    .sample(parts, { numRuns: count, seed })
    .map(({ receivedAtMs, source, batchId, leg, ...changes }, index) =>
      sampleCdr(`${name}-${seed}-${index}`, {
        ...changes,
        rating: { ...changes.rating, ratedAtMs: receivedAtMs + (index % 5) * HOUR_MS },
        cdr: {
          receivedAtMs,
          source,
          ...(batchId !== undefined && { batchId, batchLine: index }),
          ...(leg !== undefined && { leg: leg as "a" | "b" }),
          ...(index % 3 === 0 && { warnings: ["ambiguous-local-time"] }),
        },
      }),
    );
}
