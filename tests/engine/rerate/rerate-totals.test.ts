// Goal: totals of a rerate are exact, add up by every key, go on after a crash, and stay small.
// Method: thousands of changes with amounts of any scale, against plain sums of integers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Side } from "../../../src/cdr/rating.ts";
import {
  createRerateTotals,
  DIMENSIONS,
  type MoneyChange,
} from "../../../src/engine/rerate/rerate-totals.ts";

const side = (amount: string | null, more: Partial<Side> = {}): Side => ({
  amount,
  currency: "EUR",
  plan: "p",
  prefix: "34",
  destination: null,
  billedSeconds: 1,
  ...more,
});

function change(account: string, before: string | null, after: string | null): MoneyChange {
  const part = (amount: string | null) => ({
    outcome: amount === null ? ("unrated" as const) : ("rated" as const),
    sell: side(amount),
    buy: null,
    margin: null,
  });
  return { account, day: "2026-03-04", cause: "tariff", old: part(before), new: part(after) };
}

const text = (tenThousandths: number) => (tenThousandths / 10_000).toFixed(4);
const units = (amount: string | null) => Math.round(Number(amount) * 10_000);

describe("totals of a rerate", () => {
  it("are the exact sums of their lines, whole and by every key, also after a checkpoint", () => {
    const amount = fc.option(fc.nat(1_000_000));
    const lines = fc.array(fc.tuple(fc.nat(3), amount, amount), { maxLength: 60 });
    fc.assert(
      fc.property(lines, fc.nat(60), (changes, pause) => {
        let totals = createRerateTotals();
        for (const [index, [account, before, after]] of changes.entries()) {
          if (index === pause) {
            totals = createRerateTotals(JSON.parse(JSON.stringify(totals.state())));
          }
          const amountOf = (value: number | null) => (value === null ? null : text(value));
          totals.add(change(`${account}`, amountOf(before), amountOf(after)));
        }
        const view = totals.view(100);
        const sum = (pick: 1 | 2) => changes.reduce((all, line) => all + (line[pick] ?? 0), 0);
        expect(view.totals).toMatchObject({ cdrs: 100, changed: changes.length });
        expect(units(view.totals.sell.old)).toBe(sum(1));
        expect(units(view.totals.sell.new)).toBe(sum(2));
        expect(units(view.totals.sell.difference)).toBe(sum(2) - sum(1));
        for (const dimension of DIMENSIONS) {
          const rows = view.by[dimension];
          expect(rows.reduce((all, row) => all + units(row.sell.new), 0)).toBe(sum(2));
          const moved = rows.map((row) => Math.abs(units(row.sell.difference)));
          expect(moved).toEqual([...moved].sort((a, b) => b - a));
        }
        const counted = view.reasons.reduce((all, row) => all + row.cdrs, 0);
        expect(counted).toBe(changes.length);
      }),
    );
  });

  it("keep the largest movers of any number of accounts, and the sum of the others", () => {
    const totals = createRerateTotals();
    const count = 10_000;
    for (let n = 1; n <= count; n += 1) totals.add(change(`account-${n}`, "0", text(n)));
    const { by, totals: whole } = totals.view(count);
    expect(whole.sell.new).toBe(String((count * (count + 1)) / 2 / 10_000));
    expect(
      by.account
        .slice(0, 2)
        .map((row) => row.account)
        .sort(),
    ).toEqual(["*others", "account-10000"]);
    expect(by.account.length).toBeLessThanOrEqual(51);
    const kept = totals.state().by.account;
    expect(kept.length).toBeLessThanOrEqual(2001);
    const again = kept.reduce((all, [, , , sellNew]) => all + units(sellNew ?? "0"), 0);
    expect(again).toBe((count * (count + 1)) / 2);
  });

  it("give the old money to the old carrier and the new money to the new one", () => {
    const totals = createRerateTotals();
    const buy = (carrier: string, amount: string) => ({
      outcome: "rated" as const,
      sell: null,
      buy: side(amount, { carrier, currency: "USD" }),
      margin: null,
    });
    const moved = { old: buy("Alpha", "0.3"), new: buy("Beta", "0.2") };
    totals.add({ account: "1", day: "2026-03-04", cause: "tariff", ...moved });
    totals.add(change("1", "1", "2"));
    const { by, totals: whole } = totals.view(2);
    expect(by.carrier).toMatchObject([
      { carrier: null, currency: "EUR" },
      { carrier: "Alpha", currency: "USD", buy: { old: "0.3", new: "0", difference: "-0.3" } },
      { carrier: "Beta", currency: "USD", buy: { old: "0", new: "0.2", difference: "0.2" } },
    ]);
    expect(whole.sell).toMatchObject({ currency: "EUR", difference: "1" });
    expect(whole.buy).toMatchObject({ currency: "USD", difference: "-0.1" });
    expect(whole.currencies.map(({ currency }) => currency)).toEqual(["USD", "EUR"]);
  });

  it("say no sum where currencies cannot be added", () => {
    const totals = createRerateTotals();
    totals.add(change("1", "1", "2"));
    const dollars = change("1", "1", "2");
    dollars.new.sell = side("3", { currency: "USD" });
    totals.add(dollars);
    const { sell, currencies } = totals.view(2).totals;
    expect(sell).toEqual({ currency: null, old: null, new: null, difference: null });
    expect(currencies).toMatchObject([
      { currency: "EUR", sell: { old: "2", new: "2", difference: "0" } },
      { currency: "USD", sell: { old: "0", new: "3", difference: "3" } },
    ]);
  });
});
