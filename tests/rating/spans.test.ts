// The spans of a call: which row prices which of its seconds, and where intervals end.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import type { Call } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Band, RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const HOUR = 60;
/** Nine to six; nights; every hour of every day. */
const BANDS: Band[] = [
  { name: "day", fromMinute: 9 * HOUR, toMinute: 18 * HOUR, timeZone: "UTC" },
  { name: "night", fromMinute: 18 * HOUR, toMinute: 9 * HOUR, timeZone: "UTC" },
  { name: "always", fromMinute: 0, toMinute: 24 * HOUR, timeZone: "UTC" },
];

function sellOf(rows: Partial<RateRow>[], call: Partial<Call> & { at?: string }) {
  const prefixed = rows.map((row) => ({ prefix: "", ...row }));
  const tariff = tariffOf({ bands: BANDS, retailPlans: [retailPlan("r", prefixed)] });
  const { sell, basis } = priceCall(callOf(call), compileTariff(tariff, "v"));
  const spans = ((basis["sell"] as JsonObject)["spans"] ?? []) as JsonObject[];
  return {
    amount: sell?.amount,
    reason: sell?.reason,
    billed: sell?.billedSeconds,
    spans: spans.map(({ line, fromSecond, seconds }) => [line, fromSecond, seconds]),
  };
}

const day = { band: "day", rate: "0.60" };
const night = { band: "night", rate: "0.06" };

describe("a change of the row in force", () => {
  it("starts a span at its second", () => {
    const call = { at: "2026-03-11T17:59:30Z", usage: 90_000 };
    expect(sellOf([day, night], call)).toEqual({
      amount: "0.3600",
      billed: 90,
      spans: [
        [2, 0, 30],
        [3, 30, 60],
      ],
    });
  });

  it("inside an interval splits its seconds, and not the interval", () => {
    const rows = [
      { ...day, firstInterval: 120 },
      { ...night, firstInterval: 120, nextInterval: 120 },
    ];
    const call = { at: "2026-03-11T17:59:30Z", usage: 1000 };
    expect(sellOf(rows, call)).toMatchObject({
      billed: 120,
      spans: [
        [2, 0, 30],
        [3, 30, 90],
      ],
    });
    // The next interval is laid behind the first one, which reaches beyond the change.
    expect(sellOf(rows, { ...call, usage: 121_000 })).toMatchObject({
      billed: 240,
      spans: [
        [2, 0, 30],
        [3, 30, 210],
      ],
    });
  });

  it("takes the interval of the row in force where the interval starts", () => {
    const rows = [
      { ...day, firstInterval: 10, nextInterval: 10 },
      { ...night, firstInterval: 7, nextInterval: 7 },
    ];
    expect(sellOf(rows, { at: "2026-03-11T17:59:35Z", usage: 31_000 })).toMatchObject({
      billed: 37,
      spans: [
        [2, 0, 25],
        [3, 25, 12],
      ],
    });
  });

  it("that brings no other row goes on with one span, over midnight and over the hour of a step", () => {
    const always = { band: "always", rate: "0.06" };
    const call = { at: "2026-03-11T23:59:00Z", usage: 120_000 };
    expect(sellOf([always], call)).toMatchObject({ amount: "0.1200", spans: [[2, 0, 120]] });
    expect(sellOf([always, { ...always, fromSecond: 30 }], call)).toMatchObject({
      spans: [
        [2, 0, 30],
        [3, 30, 90],
      ],
    });
  });

  it("and back is three spans", () => {
    const lunch = { at: "2026-03-11T08:59:50Z", usage: 32_500_000 };
    expect(sellOf([day, night], lunch)).toMatchObject({
      billed: 32_500,
      spans: [
        [3, 0, 10],
        [2, 10, 32_400],
        [3, 32_410, 90],
      ],
    });
  });
});

describe("where no row is in force", () => {
  it("the call has no price from that second on", () => {
    const call = { at: "2026-03-11T17:59:00Z", usage: 61_000 };
    expect(sellOf([day], call)).toEqual({
      amount: null,
      reason: "no-rate-in-band",
      billed: 0,
      spans: [],
    });
  });

  it("a call that ends with the band, its last interval too, is priced", () => {
    const call = { at: "2026-03-11T17:59:00Z", usage: 60_000 };
    expect(sellOf([day], call)).toMatchObject({ amount: "0.6000", spans: [[2, 0, 60]] });
    const minute = { ...day, firstInterval: 60 };
    expect(sellOf([minute], call)).toMatchObject({ amount: "0.6000", spans: [[2, 0, 60]] });
    expect(sellOf([minute], { ...call, at: "2026-03-11T17:59:01Z" })).toMatchObject({
      reason: "no-rate-in-band",
    });
  });
});

describe("the usual call of one row", () => {
  it.each<[string, Partial<RateRow>, number, number]>([
    ["its first interval", { firstInterval: 30, nextInterval: 6 }, 1, 30],
    ["its first interval, to the second", { firstInterval: 30, nextInterval: 6 }, 30, 30],
    ["one more interval", { firstInterval: 30, nextInterval: 6 }, 31, 36],
    ["its minimum in whole intervals", { nextInterval: 6, minimumSeconds: 10 }, 2, 13],
    ["a free first stretch of no length", { firstInterval: 0, nextInterval: 60 }, 61, 120],
  ])("is billed %s", (_what, row, seconds, billed) => {
    expect(sellOf([row], { usage: seconds * 1000 })).toMatchObject({
      billed,
      spans: [[2, 0, billed]],
    });
  });

  it("up to its grace costs nothing, and is billed whole beyond it", () => {
    const row = { graceSeconds: 5, connectFee: "1" };
    expect(sellOf([row], { usage: 5000 })).toMatchObject({ amount: "0.0000", billed: 0 });
    expect(sellOf([row], { usage: 5001 })).toMatchObject({ amount: "1.0060", billed: 6 });
  });
});

describe("more units than a Number counts", () => {
  const data = { tor: "*data", unitSeconds: 1, rate: "0" };
  const most = { tor: "*data", usage: Number.MAX_SAFE_INTEGER };

  it("are refused when whole intervals go beyond, in one row and through several", () => {
    const tens = { ...data, firstInterval: 10, nextInterval: 10 };
    expect(sellOf([tens], most)).toMatchObject({ amount: null, reason: "amount-out-of-range" });
    expect(sellOf([tens, { ...tens, fromSecond: 10 }], most)).toMatchObject({
      amount: null,
      reason: "amount-out-of-range",
    });
  });

  it("are billed up to the last one", () => {
    const billed = Number.MAX_SAFE_INTEGER;
    expect(sellOf([data], most)).toMatchObject({ amount: "0.0000", billed });
    expect(sellOf([data, { ...data, fromSecond: 10 }], most)).toMatchObject({
      amount: "0.0000",
      billed,
    });
  });
});
