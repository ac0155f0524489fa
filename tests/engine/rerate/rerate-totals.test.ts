// Goal: totals of a rerate are exact, add up by every key, go on after a crash, and stay small.
// Method: thousands of changes with amounts of any scale, against plain sums of integers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Side } from "../../../src/cdr/rating.ts";
import {
  createRerateTotals,
  DIMENSIONS,
  type MoneyChange,
} from "../../../src/engine/rerate/totals.ts";

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
  const priced = { old: part(before), new: part(after) };
  return { tenant: "a.example", account, day: "2026-03-04", cause: "tariff", ...priced };
}

const TOP = 50;
const text = (tenThousandths: number) => (tenThousandths / 10_000).toFixed(4);
const units = (amount: string | null) => Math.round(Number(amount) * 10_000);

describe("totals of a rerate", () => {
  it("are the exact sums of their lines, whole and by every key, also after a checkpoint", () => {
    const amount = fc.option(fc.nat(1_000_000));
    const lines = fc.array(fc.tuple(fc.nat(3), amount, amount), { maxLength: 60 });
    fc.assert(
      fc.property(lines, fc.nat(60), fc.constantFrom(1, 2, TOP), (changes, pause, top) => {
        let totals = createRerateTotals();
        for (const [index, [account, before, after]] of changes.entries()) {
          if (index === pause) {
            totals = createRerateTotals(JSON.parse(JSON.stringify(totals.state())));
          }
          const amountOf = (value: number | null) => (value === null ? null : text(value));
          totals.add(change(`${account}`, amountOf(before), amountOf(after)));
        }
        const view = totals.view(100, top);
        const sum = (pick: 1 | 2) => changes.reduce((all, line) => all + (line[pick] ?? 0), 0);
        expect(view.totals).toMatchObject({ cdrs: 100, changed: changes.length });
        expect(units(view.totals.sell.old)).toBe(sum(1));
        expect(units(view.totals.sell.new)).toBe(sum(2));
        expect(units(view.totals.sell.difference)).toBe(sum(2) - sum(1));
        for (const dimension of DIMENSIONS) {
          const rows = view.by[dimension];
          expect(rows.reduce((all, row) => all + units(row.sell.new), 0)).toBe(sum(2));
          expect(rows.reduce((all, row) => all + units(row.sell.difference), 0)).toBe(
            sum(2) - sum(1),
          );
          const moved = rows.slice(0, top).map((row) => Math.abs(units(row.sell.difference)));
          expect(moved).toEqual([...moved].sort((a, b) => b - a));
        }
        const counted = view.reasons.reduce((all, row) => all + row.cdrs, 0);
        expect(counted).toBe(changes.length);
      }),
    );
  });

  it("have the sum of all others in a last row, however many accounts and rows there are", () => {
    for (const count of [120, 2_000, 10_000]) {
      const totals = createRerateTotals();
      for (let n = 1; n <= count; n += 1) totals.add(change(`account-${n}`, "0", text(n)));
      const whole = (count * (count + 1)) / 2;
      for (const top of [1, 10, TOP, 1000]) {
        const { by, totals: money, incomplete } = totals.view(count, top);
        expect(incomplete).toEqual(count > 2_000 ? ["account"] : []);
        expect(units(money.sell.new)).toBe(whole);
        expect(by.account.reduce((all, row) => all + units(row.sell.new), 0)).toBe(whole);
        expect(by.account.reduce((all, row) => all + row.cdrs, 0)).toBe(count);
        expect(by.account).toHaveLength(top < count ? top + 1 : count);
        expect(by.account[0]).toMatchObject({ account: `account-${count}`, tenant: "a.example" });
        if (top < count)
          expect(by.account.at(-1)).toMatchObject({ account: "*others", tenant: null });
      }
      const kept = totals.state().by.account;
      expect(kept.length).toBeLessThanOrEqual(2001);
      const again = kept.reduce((all, [, , , sellNew]) => all + units(sellNew ?? "0"), 0);
      expect(again).toBe(whole);
    }
  });

  it("have a row of others for each currency, apart from an account of that name", () => {
    const totals = createRerateTotals();
    const euros = { EUR: 0, USD: 0 };
    for (let n = 1; n <= 6; n += 1) {
      for (const currency of ["EUR", "USD"] as const) {
        const line = change(n === 6 ? "*others" : `${n}`, null, null);
        line.new.sell = side(text(n), { currency });
        euros[currency] += n;
        totals.add(line);
      }
    }
    const rows = totals.view(12, 3).by.account;
    expect(rows.map(({ account, tenant }) => [account, tenant])).toEqual([
      ["*others", "a.example"],
      ["*others", "a.example"],
      ["5", "a.example"],
      ["*others", null],
      ["*others", null],
    ]);
    for (const [currency, sum] of Object.entries(euros)) {
      const own = rows.filter((row) => row.currency === currency);
      expect(own.reduce((all, row) => all + units(row.sell.new), 0)).toBe(sum);
    }
  });

  it("keep accounts of one name apart where tenants have them, also after a checkpoint", () => {
    const before = createRerateTotals();
    const tenants = ["a.example", "c.example", "", "1:", "a:b@c*d e"];
    for (const [n, tenant] of tenants.entries()) {
      before.add({ ...change("1001", "0", text(n + 1)), tenant });
    }
    before.add({ ...change(":1001", "0", text(9)), tenant: "1" });
    const totals = createRerateTotals(JSON.parse(JSON.stringify(before.state())));
    const { by } = totals.view(6, TOP);
    expect(by.account.map((row) => [row.tenant, row.account, units(row.sell.new)])).toEqual([
      ["1", ":1001", 9],
      ...[...tenants].reverse().map((tenant, n) => [tenant, "1001", tenants.length - n]),
    ]);
    expect(by.prefix).toMatchObject([{ prefix: "34", cdrs: 6 }]);
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
    totals.add({ tenant: "a", account: "1", day: "2026-03-04", cause: "tariff", ...moved });
    totals.add(change("1", "1", "2"));
    const { by, totals: whole } = totals.view(2, TOP);
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
    const { sell, currencies } = totals.view(2, TOP).totals;
    expect(sell).toEqual({ currency: null, old: null, new: null, difference: null });
    expect(currencies).toMatchObject([
      { currency: "EUR", sell: { old: "2", new: "2", difference: "0" } },
      { currency: "USD", sell: { old: "0", new: "3", difference: "3" } },
    ]);
  });
});
