// Goal: a price list has what calls are priced by, and nothing that is banned, blocked or out of force.
// Method: random tariffs; the list against a plain reading of the decks, single numbers against priceCall.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { type ListChoice, priceList } from "../../src/rating/price-list/list.ts";
import { ratesOfNumber } from "../../src/rating/price-list/number.ts";
import { rateView } from "../../src/rating/price-list/view.ts";
import { buildDigitTrie, keysFrom } from "../../src/rating/snapshot/digit-trie.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "../../src/rating/snapshot/native.ts";
import type { RateRow, Tariff } from "../../src/tariffs/tariff.ts";
import { randomCall, randomFrom, randomTariff } from "./random-tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const SEED = fc.integer({ min: 0, max: 2 ** 31 });

function listOf(snapshot: NativeSnapshot, choice: Partial<ListChoice> = {}): string[] {
  const plan = snapshot.voipPlans.get("gold") as CompiledVoipPlan;
  const asked: ListChoice = { side: "sell", start: "", atMs: 0, ...choice };
  return [...priceList(snapshot, plan, asked)].flatMap(({ rows }) =>
    rows.map((row) => {
      const line = snapshot.decks[row.plan.deck]?.lines[row.row];
      return `${row.prefix}|${row.plan.name}|${line}`;
    }),
  );
}

/** The same from the rows of the decks, one after the other. */
function plainList({ retailPlans, banPlans }: Tariff, atMs: number): string[] {
  const bans = Object.values(banPlans).flat();
  const held = (rows: RateRow[], row: RateRow) =>
    (row.effectiveFromMs ?? -Infinity) <= atMs &&
    (row.effectiveToMs ?? Infinity) > atMs &&
    !rows.some(
      (other) =>
        other.prefix === row.prefix &&
        other.tor === row.tor &&
        other.callerPrefix === row.callerPrefix &&
        (other.effectiveFromMs ?? -Infinity) <= atMs &&
        (other.effectiveToMs ?? Infinity) > atMs &&
        (other.effectiveFromMs ?? -Infinity) > (row.effectiveFromMs ?? -Infinity),
    );
  const covers = (a: string, b: string) =>
    a === "" || a === b || (a !== "invalid" && b !== "invalid" && b.startsWith(a));
  const before: RateRow[] = [];
  const found: string[] = [];
  for (const { name, deck } of retailPlans) {
    const own = deck.rows.filter((row) => held(deck.rows, row));
    for (const row of own) {
      const isHidden = before.some(
        (other) =>
          other.prefix === row.prefix &&
          other.tor === row.tor &&
          covers(other.callerPrefix, row.callerPrefix),
      );
      const isBanned = bans.some((ban) => row.prefix.startsWith(ban));
      if (!isHidden && !isBanned && row.status === "open") {
        found.push(`${row.prefix}|${name}|${row.line}`);
      }
    }
    before.push(...own);
  }
  return found;
}

test.prop([SEED], { numRuns: 100 })("a list is what the decks say", (seed) => {
  const random = randomFrom(seed);
  const tariff = randomTariff(random);
  const snapshot = compileTariff(tariff, "v");
  const atMs = randomCall(random).callTime?.atMs ?? 0;
  const whole = listOf(snapshot, { atMs });
  expect(whole.toSorted()).toEqual(plainList(tariff, atMs).toSorted());
  const start = random.pick(["1", "2", "12", "31"]);
  expect(listOf(snapshot, { atMs, start })).toEqual(whole.filter((one) => one.startsWith(start)));
  const from = random.pick(["1", "2", "12", "33"]);
  expect(listOf(snapshot, { atMs, from })).toEqual(
    whole.filter((one) => (one.split("|")[0] ?? "") >= from),
  );
});

test.prop([SEED], { numRuns: 300 })("a number's rates are those that price it", (seed) => {
  const random = randomFrom(seed);
  const snapshot = compileTariff(randomTariff(random), "v");
  const call = { ...randomCall(random), usage: 60_000, billedSides: "sell" as const };
  const priced = priceCall(call, snapshot);
  const { rows, reason } = ratesOfNumber(call, snapshot, "sell");
  const used = (priced.basis["sell"] as JsonObject | undefined)?.["rows"] as JsonObject[];
  const figures = rows.map((row) => rateView(snapshot, row, "sell"));
  if (priced.sell?.amount === null || priced.sell === null) {
    // A row of a band that does not hold now, or one of an amount out of range, is a rate all the same.
    const isOfRows = ["no-rate-in-band", "amount-out-of-range"].includes(priced.sell?.reason ?? "");
    if (!isOfRows && priced.sell?.reason !== "blocked")
      expect(reason).toBe(priced.sell?.reason ?? reason);
    return;
  }
  expect(figures.map(({ prefix }) => prefix)).toContain(priced.sell.prefix);
  const { line: _line, ...first } = used[0] ?? {};
  expect(figures).toContainEqual(expect.objectContaining(first));
});

test.prop([fc.uniqueArray(fc.stringMatching(/^[0-9]{0,5}$/), { maxLength: 40 })], { numRuns: 300 })(
  "keys from one on are the sorted ones",
  (keys) => {
    const sorted = keys.toSorted();
    const trie = buildDigitTrie(sorted, [...sorted.keys(), sorted.length]);
    for (const from of ["", "0", "12", "7", "99999"]) {
      expect([...keysFrom(trie, "", from)].map(({ key }) => key)).toEqual(
        sorted.filter((key) => key >= from),
      );
      expect([...keysFrom(trie, from)].map(({ key }) => key)).toEqual(
        sorted.filter((key) => key.startsWith(from)),
      );
    }
  },
);

describe("by example", () => {
  const tariff = tariffOf({
    retailPlans: [
      retailPlan("first", [
        { prefix: "34", rate: "0.02" },
        { prefix: "346", rate: "0.05", status: "blocked" },
        { prefix: "44909", rate: "1" },
      ]),
      retailPlan("second", [
        { prefix: "34", rate: "0.01" },
        { prefix: "346", rate: "0.03" },
        { prefix: "44", rate: "0.04" },
      ]),
    ],
    carrierPlans: [carrierPlan("alpha", [{ prefix: "34", rate: "0.008" }])],
    banPlans: { premium: ["44909"] },
  });
  const snapshot = compileTariff(tariff, "v");

  it("the first plan that has a prefix decides, also that it is not sold", () => {
    expect(listOf(snapshot)).toEqual(["34|first|2", "44|second|4"]);
    expect(listOf(snapshot, { everyPlan: true })).toEqual([
      ...["34|first|2", "34|second|2", "346|second|3", "44|second|4"],
    ]);
    expect(listOf(snapshot, { side: "buy" })).toEqual(["34|alpha|2"]);
  });

  it("a number that is banned, blocked or unknown has no rates, and the reason", () => {
    const of = (destination: string) => ratesOfNumber(callOf({ destination }), snapshot, "sell");
    expect(of("4490912345")).toMatchObject({ rows: [], reason: "banned" });
    expect(of("34650123456")).toMatchObject({ rows: [], reason: "blocked" });
    expect(of("99123456789")).toMatchObject({ rows: [], reason: "no-rate" });
    expect(of("34912345678")).toMatchObject({
      normalized: "34912345678",
      rows: [{ prefix: "34" }],
    });
  });
});
