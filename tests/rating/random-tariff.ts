// Random tariffs and calls from a seed: small alphabets, so that everything meets everything.
import type { Call } from "../../src/cdr/rating.ts";
import type { QualityFigures } from "../../src/rating/routing/strategies/quality.ts";
import type { Band, PricingRules, RateRow, Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, rateRow, retailPlan, tariffOf } from "./tariff-fixtures.ts";

export interface Random {
  /** 0 ≤ integer < limit. */
  below(limit: number): number;
  pick<Value>(values: readonly Value[]): Value;
  chance(probability: number): boolean;
}

/** mulberry32: the same numbers for the same seed, everywhere. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    pick: (values) => values[Math.floor(next() * values.length)]!,
    chance: (probability) => next() < probability,
  };
}

const ZONES = ["Europe/Madrid", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kathmandu"];
const CURRENCIES = ["EUR", "EUR", "USD", "GBP"];
const CHANGES = [
  // Clocks move, years end, February has a 29th.
  "2025-03-30T01:00:00Z",
  "2025-10-26T01:00:00Z",
  "2025-03-09T07:00:00Z",
  "2025-11-02T06:00:00Z",
  "2025-04-05T15:00:00Z",
  "2025-10-04T15:30:00Z",
  "2024-12-31T23:00:00Z",
  "2024-02-28T23:00:00Z",
  "2024-02-29T23:00:00Z",
].map((text) => Date.parse(text));
const DAY_MS = 86_400_000;
const DATES = ["2025-03-30", "2024-02-29", "12-31", "01-01", "02-29", "2025-10-26", "10-05"];

function randomBand(random: Random, name: string): Band {
  const some = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => index + from).filter(() => random.chance(0.6));
  const dates = () => DATES.filter(() => random.chance(0.4));
  return {
    name,
    fromMinute: random.pick([0, 0, 1, 60, 120, 150, 480, 1200, 1380, 1439]),
    toMinute: random.pick([0, 1, 60, 120, 180, 480, 1200, 1380, 1439, 1440]),
    timeZone: random.chance(0.3) ? random.pick(ZONES) : null,
    ...(random.chance(0.5) ? { days: some(7, 1) } : {}),
    ...(random.chance(0.15) ? { monthDays: some(31, 1) } : {}),
    ...(random.chance(0.15) ? { months: some(12, 1) } : {}),
    ...(random.chance(0.15) ? { dates: dates() } : {}),
    ...(random.chance(0.2) ? { exceptDates: dates() } : {}),
  };
}

function randomDigits(random: Random, lengthMax: number): string {
  const length = random.below(lengthMax + 1);
  return Array.from({ length }, () => random.pick(["1", "2", "3"])).join("");
}

function randomMoney(random: Random): string {
  if (random.chance(0.03))
    return `${random.below(1e9)}${random.below(1e3)}.${random.below(1e9) + 1}`;
  if (random.chance(0.1)) return "0";
  const decimals = random.below(6);
  const text = String(random.below(10 ** decimals)).padStart(decimals, "0");
  return decimals === 0 ? String(random.below(3)) : `${random.below(2)}.${text}`;
}

/** Both, one or none; the minimum is not above the maximum. */
function randomLimits(random: Random): Pick<RateRow, "minimumAmount" | "maximumAmount"> {
  const maximumAmount = random.chance(0.1) ? randomMoney(random) : null;
  const minimumAmount = random.chance(0.1) ? randomMoney(random) : null;
  return Number(minimumAmount) > Number(maximumAmount ?? Number.POSITIVE_INFINITY)
    ? { minimumAmount: maximumAmount, maximumAmount: minimumAmount }
    : { minimumAmount, maximumAmount };
}

function randomRow(random: Random, bands: string[]): RateRow {
  const firstInterval = random.pick([1, 1, 6, 30, 60, 90, 20, 10, 7]);
  const dated = random.chance(0.3);
  return rateRow({
    prefix: randomDigits(random, 4),
    rate: randomMoney(random),
    connectFee: random.chance(0.3) ? randomMoney(random) : "0",
    firstInterval,
    nextInterval: random.pick([1, 6, 60, 18, 30, firstInterval]),
    minimumSeconds: random.chance(0.1) ? random.below(100) : 0,
    graceSeconds: random.chance(0.2) ? random.below(30) : 0,
    fromSecond: random.chance(0.06) ? random.pick([1, 10, 30, 60, 61, 90]) : 0,
    band: bands.length > 0 && random.chance(0.12) ? random.pick(bands) : null,
    effectiveFromMs: dated ? random.pick(CHANGES) - random.pick([0, DAY_MS, 60_000]) : null,
    effectiveToMs: random.chance(0.1) ? random.pick(CHANGES) : null,
    status: random.chance(0.05) ? "blocked" : "open",
    ...randomLimits(random),
    callerPrefix: random.chance(0.2) ? random.pick([randomDigits(random, 2), "invalid"]) : "",
    tor: random.chance(0.1) ? "*data" : "*voice",
    unitSeconds: random.pick([60, 60, 60, 1, 7, 3600]),
    intervalPrice: random.pick([null, null, "start", "each-second"]),
  });
}

function randomRows(random: Random, bands: string[]): RateRow[] {
  const rows = Array.from({ length: 1 + random.below(14) }, () => randomRow(random, bands));
  // Half the rows have a twin in another band or from another second on.
  const twins = rows
    .filter(() => random.chance(0.5))
    .map((row) => ({
      ...row,
      rate: randomMoney(random),
      band: bands.length > 0 && random.chance(0.5) ? random.pick(bands) : null,
      fromSecond: random.pick([0, 0, 1, 15, 45, 60, 90]),
    }));
  // What `check` calls a fault is not in a tariff: rows that are equal in all that decides.
  const keyOf = (row: RateRow) =>
    [row.prefix, row.callerPrefix, row.tor, row.effectiveFromMs, row.band, row.fromSecond].join();
  return [...new Map([...rows, ...twins].map((row) => [keyOf(row), row])).values()];
}

function randomRules(random: Random): Partial<PricingRules> {
  return {
    currency: random.pick(CURRENCIES),
    timeZone: random.pick(ZONES),
    rounding: {
      decimals: random.pick([0, 2, 4, 4, 6, 10]),
      mode: random.pick(["half-up", "half-down", "half-even", "up", "down"]),
    },
    usageRounding: random.pick(["none", "none", "up", "half-up", "half-down", "down"]),
    intervalPrice: random.pick(["start", "each-second", "each-second"]),
  };
}

export function randomTariff(random: Random): Tariff {
  const bands = ["b1", "b2", "b3"].filter(() => random.chance(0.6));
  const rows = () => randomRows(random, bands);
  return tariffOf({
    bands: bands.map((name) => randomBand(random, name)),
    retailPlans: ["r1", "r2"].map((name) => retailPlan(name, rows(), randomRules(random))),
    carrierPlans: ["c1", "c2", "c3", "c4"].map((name) =>
      carrierPlan(name, rows(), {
        carrier: random.pick(["Alpha", "Beta", "Gamma"]),
        gateway: random.chance(0.5) ? `gw.${name}.example` : null,
        priority: random.pick([10, 100, 100]),
        rules: randomRules(random),
      }),
    ),
    banPlans: { premium: random.chance(0.5) ? ["33", "121"] : [] },
    exchange: [
      { line: 2, from: "USD", to: "EUR", rate: "0.91", effectiveFromMs: null },
      { line: 3, from: "USD", to: "EUR", rate: "0.8999", effectiveFromMs: CHANGES[0]! },
      { line: 4, from: "EUR", to: "USD", rate: "1.0871", effectiveFromMs: null },
      { line: 5, from: "GBP", to: "EUR", rate: "1.17", effectiveFromMs: CHANGES[1]! },
    ],
    voipPlan: { routing: random.pick(["lowest-cost", "lowest-cost", "priority", "quality"]) },
  });
}

export function randomFigures(random: Random): QualityFigures {
  const carriers = ["Alpha", "Beta", "Gamma"].filter(() => random.chance(0.7));
  const figures = () => ({
    calls: 1 + random.below(9),
    asr: random.below(3) / 4,
    acdSeconds: random.below(3) * 60,
    pddMs: random.below(3) * 500,
  });
  return {
    day: "2025-01-01",
    carriers: Object.fromEntries(carriers.map((name) => [name, figures()])),
  };
}

export function randomCall(random: Random): Call {
  const near = random.pick(CHANGES) + (random.below(400) - 200) * 1000;
  const anywhere = Date.UTC(2024, 0, 1) + random.below(730 * 86_400) * 1000;
  const at = (random.chance(0.5) ? near : anywhere) + random.pick([0, 0, 1, 500, 999]);
  const tor = random.chance(0.1) ? "*data" : "*voice";
  const seconds = random.chance(0.003) ? 1 + random.below(20_000) : 1 + random.below(100);
  const usage = tor === "*data" ? seconds : seconds * 1000 - random.pick([0, 0, 1, 400, 500, 999]);
  const destination = `${randomDigits(random, 4)}${random.pick(["1", "2", "3", "4"])}`;
  return callOf({
    at,
    tor,
    usage,
    destination,
    ...(random.chance(0.5) ? { callerNumber: `${randomDigits(random, 6)}2` } : {}),
    ...(random.chance(0.3)
      ? { supplier: random.pick(["ALPHA", "beta", "c1", "GW.c2.example", "no"]) }
      : {}),
  });
}
