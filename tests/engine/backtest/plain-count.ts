// What a back-test says of its calls, counted plainly from calls that were priced one by one.
import type { RatedCall } from "../../../src/engine/pricing/rate-batch.ts";
import { parseDecimal } from "../../../src/money/decimal.ts";
import { sumOf } from "../../../src/money/sum.ts";
import type { backtestView } from "../../../src/rpc/methods/backtest/view.ts";

type Priced = RatedCall["priced"];

export interface MovedCall {
  isAnswered: boolean;
  old: Priced;
  new: Priced;
}

const WHEN = ["old", "new"] as const;
const SIDES = ["sell", "buy", "margin"] as const;

/** The same figures out of the answer of a back-test. */
export function shiftedFacts(found: ReturnType<typeof backtestView>) {
  const totals = SIDES.map((name) => [
    found.totals[name].old ?? "0",
    found.totals[name].new ?? "0",
  ]);
  return {
    totals,
    answered: found.answered,
    losing: found.losing,
    lossy: found.lossyPrefixes.rows
      .map(({ prefix, calls, losing, margin }) =>
        [prefix, calls, losing.old, losing.new, margin.old, margin.new].join(" "),
      )
      .sort(),
    unpriced: {
      calls: found.newlyUnpriced.calls,
      rows: found.newlyUnpriced.rows
        .map(({ side, reason, calls, amount }) => [side, reason, calls, amount].join(" "))
        .sort(),
    },
    carriers: found.carriers.rows
      .map(({ carrier, calls, seconds, buy }) =>
        [carrier, calls.old, calls.new, seconds.old, seconds.new, buy.old, buy.new].join(" "),
      )
      .sort(),
  };
}

export function plainFacts(calls: readonly MovedCall[]): ReturnType<typeof shiftedFacts> {
  const answered = calls.filter(({ isAnswered }) => isAnswered);
  const amounts = (name: (typeof SIDES)[number], when: "old" | "new") =>
    sumOf(...calls.flatMap((call) => call[when][name]?.amount ?? []));
  const isLoss = (priced: Priced) => isBelowZero(priced.margin?.amount);
  const losing = (when: "old" | "new", of = calls) =>
    of.filter((call) => isLoss(call[when])).length;
  return {
    totals: SIDES.map((name) => WHEN.map((when) => amounts(name, when))),
    answered: answered.length,
    losing: { old: losing("old"), new: losing("new") },
    lossy: lossyRows(calls, losing),
    unpriced: unpricedRows(answered),
    carriers: carrierRows(answered),
  };
}

function isBelowZero(amount: string | null | undefined): boolean {
  return amount !== null && amount !== undefined && parseDecimal(amount).digits < 0n;
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string | null) {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups];
}

function lossyRows(
  calls: readonly MovedCall[],
  losing: (when: "old" | "new", of: readonly MovedCall[]) => number,
): string[] {
  const margined = calls.filter((call) => (call.new.margin?.amount ?? null) !== null);
  return groupBy(margined, (call) => (call.new.sell ?? call.new.buy)?.prefix ?? null)
    .flatMap(([prefix, own]) => {
      const margins = WHEN.map((when) =>
        sumOf(...own.flatMap((call) => call[when].margin?.amount ?? [])),
      );
      const isLossy = isBelowZero(margins[1]) && !isBelowZero(margins[0]);
      const counts = WHEN.map((when) => losing(when, own));
      return isLossy ? [[prefix, own.length, ...counts, ...margins].join(" ")] : [];
    })
    .sort();
}

function unpricedRows(answered: readonly MovedCall[]) {
  const lost = answered.flatMap((call) =>
    (["sell", "buy"] as const).flatMap((side) => {
      const amount = call.old[side]?.amount ?? null;
      if (amount === null || (call.new[side]?.amount ?? null) !== null) return [];
      const reason = call.new[side]?.reason ?? call.new.reason ?? "no-side";
      return [{ call, key: `${side} ${reason}`, amount }];
    }),
  );
  return {
    calls: new Set(lost.map(({ call }) => call)).size,
    rows: groupBy(lost, ({ key }) => key)
      .map(([key, own]) => [key, own.length, sumOf(...own.map((one) => one.amount))].join(" "))
      .sort(),
  };
}

function carrierRows(answered: readonly MovedCall[]): string[] {
  const routed = answered.flatMap((call) =>
    WHEN.flatMap((when) => {
      const { buy } = call[when];
      const isRouted = buy?.basis === "routed" && buy.amount !== null;
      return isRouted ? [{ when, buy, carrier: buy.carrier ?? "" }] : [];
    }),
  );
  return groupBy(routed, ({ carrier }) => carrier)
    .map(([carrier, own]) => {
      const of = WHEN.map((when) => own.filter((one) => one.when === when));
      const seconds = of.map((some) => some.reduce((sum, { buy }) => sum + buy.billedSeconds, 0));
      const amounts = of.map((some) => sumOf(...some.flatMap(({ buy }) => buy.amount ?? [])));
      return [carrier, ...of.map(({ length }) => length), ...seconds, ...amounts].join(" ");
    })
    .sort();
}
