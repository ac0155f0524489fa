// Goal: a marked-up deck never sells below what its carriers charge, an exported plan is read again as it
// was, a price list says each change. Method: random tariffs; round trips through the readers.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { canonicalText, toScaled } from "../../src/money/scaled-decimal.ts";
import { dialectSchema } from "../../src/tables/dialect.ts";
import { readDeck } from "../../src/tariffs/decks/read.ts";
import { markedUpDeck } from "../../src/tariffs/derive/markup.ts";
import { planText } from "../../src/tariffs/derive/plan-text.ts";
import { priceCells, priceListRows } from "../../src/tariffs/derive/price-list.ts";
import { createFaultList } from "../../src/tariffs/fault-list.ts";
import type { MarkupRule, RateRow, Tariff } from "../../src/tariffs/tariff.ts";
import { randomFrom, randomTariff } from "../rating/random-tariff.ts";
import { carrierPlan, retailPlan, tariffOf } from "../rating/tariff-fixtures.ts";

const SEED = fc.integer({ min: 0, max: 2 ** 31 });
const AT = Date.parse("2026-03-11T12:00:00Z");

function read(
  text: string,
  tariff: Tariff,
  plan: string,
  dialect = null as Parameters<typeof planText>[2],
) {
  const own = [...tariff.retailPlans, ...tariff.carrierPlans].find(({ name }) => name === plan);
  const context = {
    timeZone: own?.rules.timeZone ?? "UTC",
    bandNames: new Set(tariff.bands.map(({ name }) => name)),
    bands: null,
    dialect,
  };
  const faults = createFaultList(10);
  const { deck } = readDeck("d.csv", text, context, faults);
  expect(faults.list().filter(({ severity }) => severity === "error")).toEqual([]);
  return deck.rows;
}
/** Money as the reader of decks writes it. */
function canonical(row: RateRow): RateRow {
  const money = (text: string) => canonicalText(toScaled(text, 12), 12);
  const limit = (text: string | null) => (text === null ? null : money(text));
  return {
    ...row,
    rate: money(row.rate),
    connectFee: money(row.connectFee),
    minimumAmount: limit(row.minimumAmount),
    maximumAmount: limit(row.maximumAmount),
  };
}

/** Without the rows that the check of a folder refuses: those that never hold. */
function soundTariff(seed: number): Tariff {
  const tariff = randomTariff(randomFrom(seed));
  const holds = ({ effectiveFromMs: from, effectiveToMs: to }: RateRow) =>
    from === null || to === null || to > from;
  for (const { deck } of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    deck.rows = deck.rows.filter(holds).map(canonical);
  }
  return tariff;
}

const facts = ({ line: _line, rate, ...row }: RateRow) => ({
  ...row,
  rate: row.status === "blocked" ? "" : rate,
});

test.prop([SEED], { numRuns: 100 })("a plan as a native deck is read as it was", (seed) => {
  const tariff = soundTariff(seed);
  for (const { name, deck } of [...tariff.retailPlans, ...tariff.carrierPlans]) {
    const made = planText(tariff, name, null);
    if (!made.ok) throw new Error(JSON.stringify(made));
    expect(read(made.text, tariff, name).map(facts)).toEqual(deck.rows.map(facts));
  }
});

describe("by a dialect", () => {
  const tariff = tariffOf({
    carrierPlans: [
      carrierPlan("alpha", [
        {
          prefix: "1204",
          destination: "Canada; Manitoba",
          rate: "0.0125",
          firstInterval: 60,
          nextInterval: 6,
        },
        { prefix: "1226", destination: "Canada", rate: "1", status: "open" },
      ]),
      carrierPlan("fees", [{ prefix: "1204", rate: "0.1", connectFee: "0.02" }]),
    ],
  });
  const dialect = dialectSchema.parse({
    delimiter: ";",
    firstLine: 3,
    map: { prefix: "Code", destination: "Name", rate: "Price", intervals: "Billing" },
    deck: { decimal: ",", add: "1", hyphen: "range" },
  });

  it("codes, decimal sign, increments and notices as its carrier has them", () => {
    const made = planText(tariff, "alpha", dialect);
    expect(made).toMatchObject({
      ok: true,
      text: '\n\nCode;Name;Price;Billing\n204;"Canada; Manitoba";0,0125;60/6\n226;Canada;1;1/1\n',
    });
  });

  it("what it cannot say is refused by the rate, and no file is made", () => {
    expect(planText(tariff, "fees", dialect)).toMatchObject({
      ok: false,
      path: "dialect",
      message: expect.stringContaining("the rate of 1204"),
    });
    expect(planText(tariff, "alpha", { ...dialect, encoding: "utf-16le" })).toMatchObject({
      ok: false,
      message: "it is in utf-16le, not in UTF-8",
    });
    expect(planText(tariff, "none", null)).toMatchObject({ ok: false, path: "plan" });
  });
});

const RULE: MarkupRule = {
  of: ["alpha", "beta"],
  take: "dearest",
  percent: "20",
  add: "0.001",
  atLeast: "0.02",
  rounding: { decimals: 4, mode: "up" },
};
const withRule = (rule: Partial<MarkupRule> = {}) =>
  tariffOf({
    retailPlans: [{ ...retailPlan("standard", []), markup: { ...RULE, ...rule } }],
    carrierPlans: [
      carrierPlan("alpha", [
        {
          prefix: "34",
          destination: "Spain",
          rate: "0.0211",
          connectFee: "0.05",
          firstInterval: 30,
          nextInterval: 6,
        },
        { prefix: "346", rate: "0.05", status: "blocked" },
        { prefix: "44", rate: "0.001" },
        { prefix: "47", rate: "0.3", callerPrefix: "47" },
      ]),
      carrierPlan("beta", [
        { prefix: "3", destination: "Europe", rate: "0.03" },
        { prefix: "346", rate: "0.0001", unitSeconds: 1, effectiveFromMs: AT },
        { prefix: "346", rate: "0.09", effectiveToMs: AT },
      ]),
    ],
  });
const marked = (rule: Partial<MarkupRule> = {}, atMs = AT) => {
  const made = markedUpDeck(withRule(rule), "standard", atMs);
  if (!made.ok) throw new Error(made.message);
  return made;
};

describe("a markup", () => {
  it("is of the dearest that takes the code, rounded up, not below the floor", () => {
    const { text, rates, leftOut } = marked();
    expect([rates, leftOut]).toEqual([4, 1]);
    expect(text.split("\n").slice(1, 5)).toEqual([
      // 0.03 × 1.2 + 0.001; for 34 Europe is dearer than Spain.
      "3,Europe,0.037,,1,1,,,",
      "34,Europe,0.037,,1,1,,,",
      // Alpha does not take it; 0.0001 a second is 0.006 a minute: the floor.
      "346,Somewhere,0.02,,1,1,,,",
      "44,Somewhere,0.02,,1,1,,,",
    ]);
    expect(marked({}, AT - 1).text).toContain("346,Somewhere,0.109");
  });

  it("of the cheapest has its terms and fees; a rounding of its own", () => {
    const { text } = marked({
      take: "cheapest",
      rounding: { decimals: 3, mode: "half-up" },
      atLeast: "0",
    });
    // 0.0211 × 1.2 + 0.001 = 0.02632
    expect(text).toContain("34,Spain,0.026,0.06,30,6,,,");
    expect(text).toContain("346,Somewhere,0.008,");
  });

  it("a code that nobody takes is blocked, and other currencies are refused", () => {
    expect(marked({ of: ["alpha"] }).text).toContain("346,,,,,,,,blocked");
    const other = withRule();
    const [alpha, beta] = other.carrierPlans;
    if (alpha === undefined || beta === undefined) throw new Error("two carriers");
    const mixed = {
      ...other,
      carrierPlans: [alpha, { ...beta, rules: { ...beta.rules, currency: "USD" } }],
    };
    expect(markedUpDeck(mixed, "standard", AT)).toMatchObject({ ok: false, path: "rule" });
    expect(markedUpDeck(tariffOf({ retailPlans: [retailPlan("a", [])] }), "a", AT)).toMatchObject({
      ok: false,
      message: "the plan a has no markup yet: give one",
    });
  });
});

it("a price list: what holds, what will, what each was, what is gone", () => {
  const later = AT + 86_400_000;
  const list = (rows: Partial<RateRow>[]) =>
    tariffOf({
      retailPlans: [
        retailPlan("first", rows),
        retailPlan("second", [
          { prefix: "34", rate: "9" },
          { prefix: "46", rate: "0.4" },
        ]),
      ],
      banPlans: { premium: ["44909"] },
    });
  const before = list([
    { prefix: "34", rate: "0.02" },
    { prefix: "44", rate: "0.03" },
    { prefix: "47", rate: "0.5" },
    { prefix: "48", rate: "0.1" },
  ]);
  const now = list([
    { prefix: "34", rate: "0.025" },
    { prefix: "34", rate: "0.01", effectiveFromMs: later },
    { prefix: "44", rate: "0.03", firstInterval: 60 },
    { prefix: "44909", rate: "2" },
    { prefix: "48", rate: "0.1" },
    { prefix: "49", rate: "0.1" },
  ]);
  const rows = priceListRows(
    { tariff: now, voipPlan: "gold" },
    { atMs: AT, before: { tariff: before, voipPlan: "gold" } },
  );
  expect(
    rows?.map(({ row, change, old }) => [row.prefix, change, row.rate, old?.rate ?? null]),
  ).toEqual([
    ["34", "up", "0.025", "0.02"],
    ["34", "down", "0.01", "0.025"],
    ["44", "terms", "0.03", "0.03"],
    ["46", "", "0.4", "0.4"],
    ["47", "closed", "0.5", "0.5"],
    ["48", "", "0.1", "0.1"],
    ["49", "new", "0.1", null],
  ]);
  expect(priceCells(rows?.[1] as NonNullable<typeof rows>[number])).toContain(
    "2026-03-12T13:00:00+01:00",
  );
  expect(priceListRows({ tariff: now, voipPlan: "none" }, { atMs: AT, before: null })).toBeNull();
});
