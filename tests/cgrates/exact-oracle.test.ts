// `exact` semantics against an independent oracle: fractions, second by second, from the rows.
// Method: small random plans with whole-second increments; the oracle walks the call one increment
// at a time and looks everything up anew, without the compiled snapshot.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FolderRows, folderOf, price, snapshotOf } from "./pricing.ts";

interface TimingCase {
  weekDays: number[];
  months: number[];
  start: number;
}

interface SlotCase {
  cents: number;
  unit: number;
  increment: number;
  start: number;
}

interface BandCase {
  timing: number;
  weight: number;
  tag: number;
  rate: number;
  decimals: number;
  method: string;
  cap: number;
}

interface PlanCase {
  timings: TimingCase[];
  rates: { fee: number; slots: SlotCase[] }[];
  /** Bands of plan A and of plan B. */
  plans: BandCase[][];
  /** Seconds after the base at which plan B replaces plan A; null: never. */
  switchAt: number | null;
}

const TAGS = [
  ["T0", ["4", "44"]],
  ["T1", ["44"]],
  ["T2", ["449"]],
] as const;
/** Friday. */
const BASE = Date.UTC(2024, 2, 8) / 1000;

const timing = fc.record({
  weekDays: fc.subarray([1, 2, 3, 4, 5, 6, 0], { minLength: 1 }).chain((days) => {
    return fc.constantFrom(days, []);
  }),
  months: fc.constantFrom<number[]>([], [], [3], [4, 5]),
  start: fc.constantFrom(0, 0, 0, 8 * 3600, 20 * 3600, 86_399),
});

const rate = fc.record({
  fee: fc.constantFrom(0, 5, 123),
  slots: fc
    .uniqueArray(
      fc.record({
        cents: fc.integer({ min: 0, max: 300 }),
        unit: fc.constantFrom(1, 7, 60, 3600),
        increment: fc.constantFrom(1, 6, 7, 60, 3600),
        start: fc.constantFrom(0, 1, 30, 60, 90, 600),
      }),
      { selector: (slot) => slot.start, minLength: 1, maxLength: 3 },
    )
    .chain((slots) =>
      // One rate in three has no slot at 0: what comes before its first one is paid by the fee.
      fc.constantFrom(true, true, false).map((isWhole) => {
        const [first, ...others] = slots as [SlotCase, ...SlotCase[]];
        if (!isWhole) return slots;
        return [{ ...first, start: 0 }, ...others.filter(({ start }) => start > 0)];
      }),
    ),
});

const band = fc.record({
  timing: fc.nat(3),
  weight: fc.constantFrom(0, 10, 20),
  tag: fc.nat(2),
  rate: fc.nat(2),
  decimals: fc.constantFrom(0, 2, 4),
  method: fc.constantFrom("*up", "*middle", "*down", ""),
  cap: fc.constantFrom(0, 0, 3),
});

const planCase: fc.Arbitrary<PlanCase> = fc.record({
  timings: fc.array(timing, { minLength: 4, maxLength: 4 }),
  rates: fc.array(rate, { minLength: 3, maxLength: 3 }),
  plans: fc.array(fc.array(band, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 2 }),
  switchAt: fc.option(fc.integer({ min: 0, max: 90_000 })),
});

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(11, 19);
}

function rowsOf({ timings, rates, plans, switchAt }: PlanCase): FolderRows {
  const bands = plans.flatMap((list, p) => list.map((each, i) => ({ ...each, p, i })));
  const at = switchAt === null ? "" : new Date((BASE + switchAt) * 1000).toISOString().slice(0, 19);
  return {
    timings: timings.map(({ weekDays, months, start }, i) => {
      return `TM${i},*any,${months.join(";")},*any,${weekDays.join(";")},${clock(start)}`;
    }),
    destinations: TAGS.flatMap(([tag, prefixes]) => prefixes.map((prefix) => `${tag},${prefix}`)),
    rates: rates.flatMap(({ fee, slots }, i) =>
      slots.map(({ cents, unit, increment, start }) => {
        return `R${i},${money(fee)},${money(cents)},${unit}s,${increment}s,${start}s`;
      }),
    ),
    destinationRates: bands.map(({ p, i, tag, rate: r, method, decimals, cap }) => {
      return `DR${p}_${i},T${tag},R${r},${method},${decimals},${cap},*free`;
    }),
    plans: bands.map(({ p, i, timing: t, weight }) => `P${p},DR${p}_${i},TM${t},${weight}`),
    profiles: [
      "cgrates.org,call,1001,,P0,",
      ...(switchAt === null ? [] : [`cgrates.org,call,1001,${at}Z,P1,`]),
    ],
  };
}

function isActive(plan: PlanCase, { timing: number }: BandCase, second: number): boolean {
  const { weekDays, months, start } = plan.timings[number] as TimingCase;
  const date = new Date(second * 1000);
  const ofDay = second - Math.floor(second / 86_400) * 86_400;
  return (
    ofDay >= start &&
    (weekDays.length === 0 || weekDays.includes(date.getUTCDay())) &&
    (months.length === 0 || months.includes(date.getUTCMonth() + 1))
  );
}

/** Bands of the longest prefix of the number that has one active; tags in the order of the file. */
function destination(plan: PlanCase, bands: BandCase[], at: { number: string; second: number }) {
  for (let length = at.number.length; length > 0; length--) {
    const prefix = at.number.slice(0, length);
    const held = TAGS.flatMap(([, prefixes], tag) => {
      if (!(prefixes as readonly string[]).includes(prefix)) return [];
      return bands.filter((each) => each.tag === tag);
    });
    if (held.some((each) => isActive(plan, each, at.second))) return { prefix, held };
  }
  return null;
}

/** All units divide this, so that money counts in whole parts of 1 / (100 × 25,200). */
const UNITS = 25_200;
const WHOLE = 100n * BigInt(UNITS);

function round(parts: number, decimals: number, method: string): number {
  const scaled = BigInt(parts) * 10n ** BigInt(decimals);
  let units = method === "*middle" ? (2n * scaled + WHOLE) / (2n * WHOLE) : scaled / WHOLE;
  if (method === "*up" && scaled % WHOLE !== 0n) units += 1n;
  return Number(units) / 10 ** decimals;
}

/** The cost of a call that begins `start` seconds after the base, or the error. */
function oracle(plan: PlanCase, number: string, call: { start: number; seconds: number }) {
  const startSecond = BASE + call.start;
  const planAt = (second: number) => {
    const isSwitched = plan.switchAt !== null && second >= BASE + plan.switchAt;
    return { index: isSwitched ? 1 : 0, bands: plan.plans[isSwitched ? 1 : 0] as BandCase[] };
  };
  let inForce = planAt(startSecond);
  let found = destination(plan, inForce.bands, { number, second: startSecond });
  if (found === null) return "UNAUTHORIZED_DESTINATION";
  let total: number | null = null;
  let rounding = { decimals: 0, method: "" };
  for (let position = 0; position < call.seconds; ) {
    const second = startSecond + position;
    const now = planAt(second);
    if (now.index !== inForce.index) {
      inForce = now;
      const switched = BASE + (plan.switchAt as number);
      found = destination(plan, now.bands, { number, second: switched }) ?? found;
    }
    const active = found.held
      .filter((each) => isActive(plan, each, second))
      .sort((a, b) => {
        const starts = [a, b].map(({ timing: t }) => (plan.timings[t] as TimingCase).start);
        return b.weight - a.weight || (starts[1] as number) - (starts[0] as number);
      });
    const best = active[0];
    if (best === undefined) return "GAP_IN_TIMINGS";
    const { fee, slots } = plan.rates[best.rate] as PlanCase["rates"][number];
    const slot = slots
      .filter(({ start }) => start <= position)
      .sort((a, b) => b.start - a.start)[0];
    total ??= fee * UNITS;
    if (slot !== undefined) total += slot.cents * slot.increment * (UNITS / slot.unit);
    if (best.cap > 0) total = Math.min(total, best.cap * 100 * UNITS);
    if (best.decimals > rounding.decimals) rounding = best;
    position += slot?.increment ?? 1;
  }
  const named = rounding.decimals > 0 && rounding.method !== "";
  return named
    ? round(total ?? 0, rounding.decimals, rounding.method)
    : round(total ?? 0, 5, "*middle");
}

describe("exact semantics", () => {
  it("agree with an oracle that walks the call increment by increment", () => {
    let priced = 0;
    fc.assert(
      fc.property(
        planCase,
        fc.constantFrom("44", "4412", "4491", "41", "5"),
        fc.integer({ min: 0, max: 172_800 }),
        fc.constantFrom(1, 59, 61, 95, 599, 3600, 7201, 20_000),
        (plan, number, start, seconds) => {
          const snapshot = snapshotOf(folderOf(rowsOf(plan)), "exact");
          const at = new Date((BASE + start) * 1000).toISOString();
          const answer = price(snapshot, { at, usage: `${seconds}s`, destination: number });
          const actual = "error" in answer ? answer.error : Number(answer.cost);
          if (typeof actual === "number") priced++;
          expect(actual).toBe(oracle(plan, number, { start, seconds }));
        },
      ),
      { numRuns: 1500 },
    );
    // Most random plans leave gaps; enough must not, for the test to mean something.
    expect(priced).toBeGreaterThan(150);
  });
});
