// Goal: a difference between decks names every rate that changes, once, and by how much. Method: decks
// drawn at random, held against themselves and each other, and each kind of change by hand.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callPrices } from "../../src/tariffs/diff/call-prices.ts";
import { compareDecks, type RateDifference } from "../../src/tariffs/diff/compare.ts";
import { diffSummary } from "../../src/tariffs/diff/summary.ts";
import { DIFF_COLUMNS, diffTable } from "../../src/tariffs/diff/table.ts";
import { diffTariffs } from "../../src/tariffs/diff/tariffs.ts";
import { readTariff } from "../../src/tariffs/read-folder.ts";
import type { RateRow, Tariff } from "../../src/tariffs/tariff.ts";

const AT = Date.parse("2026-06-01T00:00:00Z");
const DAY = 86_400_000;

function row(prefix: string, rate: string, more: Partial<RateRow> = {}): RateRow {
  return {
    line: 2,
    prefix,
    destination: "",
    rate,
    connectFee: "0",
    firstInterval: 1,
    nextInterval: 1,
    intervalPrice: null,
    minimumSeconds: 0,
    graceSeconds: 0,
    fromSecond: 0,
    band: null,
    effectiveFromMs: null,
    effectiveToMs: null,
    status: "open",
    minimumAmount: null,
    maximumAmount: null,
    callerPrefix: "",
    tor: "*voice",
    unitSeconds: 60,
    ...more,
  };
}

const compare = (old: RateRow[], fresh: RateRow[], conflicts: RateRow[] = []) =>
  compareDecks({ old, new: fresh, conflicts, atMs: AT });
const told = (found: RateDifference[]) =>
  found.map((one) => `${(one.new ?? one.old)?.prefix} ${one.change} ${one.percent}`);

describe("changes", () => {
  it.each<[string, RateRow[], RateRow[], string[]]>([
    [
      "a rate up and one down",
      [row("34", "0.02"), row("35", "0.03")],
      [row("34", "0.03"), row("35", "0.02")],
      ["34 up 50", "35 down -33.3333"],
    ],
    [
      "the same in another unit",
      [row("34", "0.6")],
      [row("34", "0.01", { unitSeconds: 1 })],
      ["34 same 0"],
    ],
    [
      "a new code, and one that is gone",
      [row("34", "1")],
      [row("35", "1")],
      ["34 closed null", "35 new null"],
    ],
    ["from nothing", [row("34", "0")], [row("34", "1")], ["34 up null"]],
    ["another interval", [row("34", "1")], [row("34", "1", { firstInterval: 60 })], ["34 terms 0"]],
    [
      "another name is no change",
      [row("34", "1")],
      [row("34", "1", { destination: "Spain" })],
      ["34 same 0"],
    ],
    [
      "blocked from now on",
      [row("34", "1")],
      [row("34", "0", { status: "blocked" })],
      ["34 closed null"],
    ],
    ["no more blocked", [row("34", "0", { status: "blocked" })], [row("34", "1")], ["34 new null"]],
    [
      "blocked before and after",
      [row("34", "0", { status: "blocked" })],
      [row("34", "0", { status: "blocked" })],
      ["34 same null"],
    ],
    [
      "a band of its own",
      [row("34", "1")],
      [row("34", "1"), row("34", "2", { band: "peak" })],
      ["34 same 0", "34 new null"],
    ],
    [
      "not yet in force",
      [row("34", "1")],
      [row("34", "1"), row("34", "2", { effectiveFromMs: AT + 1 })],
      ["34 same 0"],
    ],
    [
      "the newer window replaces the older one",
      [row("34", "1")],
      [row("34", "1"), row("34", "2", { effectiveFromMs: AT })],
      ["34 up 100"],
    ],
    ["ended", [row("34", "1")], [row("34", "1", { effectiveToMs: AT })], ["34 closed null"]],
    [
      "for some callers",
      [row("34", "1")],
      [row("34", "1"), row("34", "2", { callerPrefix: "1" })],
      ["34 same 0", "34 new null"],
    ],
  ])("%s", (_what, old, fresh, expected) => {
    expect(told(compare(old, fresh))).toEqual(expected);
  });

  it("rows that contradict each other are shown beside what holds", () => {
    const found = compare([row("39", "1")], [], [row("39", "2"), row("39", "3")]);
    expect(found.map(({ change, old, new: is }) => [change, old?.rate, is?.rate])).toEqual([
      ["conflict", "1", "2"],
      ["conflict", "1", "3"],
    ]);
  });
});

const rates = fc.record({
  prefix: fc.integer({ min: 1, max: 60 }).map(String),
  rate: fc.integer({ min: 0, max: 300 }).map((value) => String(value / 100)),
  firstInterval: fc.constantFrom(1, 60),
  connectFee: fc.constantFrom("0", "0.05"),
  effectiveFromMs: fc.constantFrom(null, AT - DAY, AT, AT + DAY),
});
const deck = fc
  .uniqueArray(rates, { maxLength: 40, selector: (one) => `${one.prefix} ${one.effectiveFromMs}` })
  .map((all) => all.map((one) => row(one.prefix, one.rate, one)));

describe("any two decks", () => {
  it("a deck and itself: all the same", () => {
    fc.assert(
      fc.property(deck, (one) => {
        expect(compare(one, one).every(({ change }) => change === "same")).toBe(true);
      }),
    );
  });

  it("the other way round up is down, new is closed, and each rate is told once", () => {
    const back: Record<string, string> = { up: "down", down: "up", new: "closed", closed: "new" };
    fc.assert(
      fc.property(deck, deck, (one, other) => {
        const [there, again] = [compare(one, other), compare(other, one)];
        expect(again.map(({ change }) => change)).toEqual(
          there.map(({ change }) => back[change] ?? change),
        );
        const keys = there.map(({ old, new: is }) => (is ?? old)?.prefix);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  it("what is not the same is what a call of that time would be priced by otherwise", () => {
    const priced = (rows: RateRow[], prefix: string) => {
      const held = rows.filter((one) => one.prefix === prefix && (one.effectiveFromMs ?? 0) <= AT);
      return held.toSorted((a, b) => (b.effectiveFromMs ?? 0) - (a.effectiveFromMs ?? 0))[0];
    };
    const terms = (one: RateRow | undefined) =>
      one === undefined ? "" : `${Number(one.rate)} ${one.connectFee} ${one.firstInterval}`;
    fc.assert(
      fc.property(deck, deck, (one, other) => {
        const changed = new Set(
          compare(one, other).flatMap(({ change, old, new: is }) =>
            change === "same" ? [] : [(is ?? old)?.prefix],
          ),
        );
        for (const { prefix } of [...one, ...other]) {
          const isOther = terms(priced(one, prefix)) !== terms(priced(other, prefix));
          expect([prefix, changed.has(prefix)]).toEqual([prefix, isOther]);
        }
      }),
    );
  });
});

describe("prices of calls", () => {
  it.each([
    [row("34", "0.3", { firstInterval: 60, nextInterval: 1 }), ["0.3", "0.3", "0.905"]],
    [row("34", "0.3", { connectFee: "0.05", minimumSeconds: 90 }), ["0.5", "0.5", "0.955"]],
    [row("34", "0.3", { graceSeconds: 30, maximumAmount: "0.4" }), ["0", "0.3", "0.4"]],
    [row("34", "0.01", { unitSeconds: 1, minimumAmount: "0.5" }), ["0.5", "0.6", "1.81"]],
  ])("%#", (one, expected) => {
    const prices = callPrices(one, { decimals: 4, mode: "half-up" });
    expect([prices["30"], prices["60"], prices["181"]]).toEqual(expected);
  });

  it.each([
    ["half-up", "0.01"],
    ["half-down", "0"],
    ["half-even", "0"],
    ["up", "0.01"],
    ["down", "0"],
  ] as const)("a tie by %s is %s", (mode, expected) => {
    expect(callPrices(row("34", "0.01"), { decimals: 2, mode })["30"]).toBe(expected);
  });
});

function tariff(decks: Record<string, string>): Tariff {
  const read = readTariff({
    "tariff.yaml": [
      "tenant: example.com",
      "currency: EUR",
      "retailPlans: { standard: { deck: standard.csv } }",
      "carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv, currency: USD } }",
      "voipPlans: { gold: { retail: [standard], carriers: [alpha] } }",
      "exchange: exchange.csv",
    ].join("\n"),
    "exchange.csv": "from,to,rate\nUSD,EUR,0.9\n",
    ...decks,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.tariff;
}

describe("tariffs", () => {
  const before = tariff({
    "standard.csv": "prefix,destination,rate\n34,Spain,0.02\n35,Portugal,0.03\n",
    "alpha.csv": "prefix,rate\n34,0.01\n",
  });
  const after = tariff({
    "standard.csv":
      "prefix,destination,rate,effective_from\n34,Spain,0.03,2026-07-01\n34,Spain,0.02,\n35,Portugal,0.03,\n",
    "alpha.csv": "prefix,rate\n34,0.01\n36,0.05\n",
  });
  const choice = { atMs: null, nowMs: AT, plan: null, sides: ["sell", "buy"] as const };

  it("compares at the latest day of the new one, or now, or when it is said", () => {
    expect(diffTariffs(before, after, choice).atMs).toBe(Date.parse("2026-07-01"));
    expect(diffTariffs(after, before, choice).atMs).toBe(AT);
    expect(
      diffTariffs(before, after, { ...choice, atMs: AT }).plans[0]?.rows.map(
        ({ change }) => change,
      ),
    ).toEqual(["same", "same"]);
  });

  it("what the old one announced for later, and the new one does not have, is told apart", () => {
    const [plan] = diffTariffs(after, before, choice).plans;
    expect(plan?.withdrawn.map(({ prefix, rate }) => [prefix, rate])).toEqual([["34", "0.03"]]);
    expect(diffSummary(diffTariffs(after, before, choice))).toContain(
      "  withdrawn: 34 from 2026-07-01: 0.03",
    );
    expect(diffTariffs(after, after, { ...choice, atMs: AT }).plans[0]?.withdrawn).toEqual([]);
  });

  it("the buy side is left out where it is not asked for", () => {
    const found = diffTariffs(before, after, { ...choice, sides: ["sell"] });
    expect(found.plans.map(({ plan }) => plan)).toEqual(["standard"]);
  });

  it("a summary that a mail takes, and a table", () => {
    const found = diffTariffs(before, after, choice);
    expect(diffSummary(found)).toBe(
      [
        "Rates in force at 2026-07-01T00:00:00Z",
        "standard (sell): 1 up, 1 same",
        "  up: 34 Spain: 0.02 → 0.03 (+50 %)",
        "alpha (buy): 1 new, 1 same",
        "  new: 36: none → 0.05",
      ].join("\n"),
    );
    const table = [...diffTable(found.plans, new Set(["up", "new"]))];
    expect(table.map((cells) => cells.slice(0, 8))).toEqual([
      ["standard", "sell", "34", "Spain", "up", "50", "0.02", "0.03"],
      ["alpha", "buy", "36", "", "new", "", "", "0.05"],
    ]);
    expect(table.every((cells) => cells.length === DIFF_COLUMNS.length)).toBe(true);
  });
});
