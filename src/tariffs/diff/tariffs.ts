// What changes from one tariff to another, plan by plan.
import { changedGates, type Gates } from "../gates.ts";
import type { PricingRules, RateRow, Tariff } from "../tariff.ts";
import { CHANGES, compareDecks, type RateChange, type RateDifference } from "./compare.ts";
import { latestStart } from "./in-force.ts";
import { withdrawnRows } from "./withdrawn.ts";

export type Side = "sell" | "buy";

export interface PlanDifference {
  plan: string;
  side: Side;
  /** Null: the tariff has no such plan. */
  old: PricingRules | null;
  new: PricingRules | null;
  rows: RateDifference[];
  /** Rows of the old side that begin after then, and that the new side does not have. */
  withdrawn: RateRow[];
}

export interface TariffDifference {
  /** When the rows are compared. */
  atMs: number;
  plans: PlanDifference[];
  /** What a version must pass, where that changes; null: it does not. */
  gates: { old: Gates; new: Gates } | null;
}

interface PlanDeck {
  plan: string;
  side: Side;
  rules: PricingRules;
  rows: readonly RateRow[];
}

export interface DifferenceChoice {
  /** Absent: the latest day from which a row of the new side holds; without any, `nowMs`. */
  atMs: number | null;
  nowMs: number;
  plan: string | null;
  sides: readonly Side[];
}

function plansOf(tariff: Tariff, { plan, sides }: DifferenceChoice): PlanDeck[] {
  const of = (
    side: Side,
    plans: readonly { name: string; rules: PricingRules; deck: { rows: RateRow[] } }[],
  ) =>
    sides.includes(side)
      ? plans.map(({ name, rules, deck }) => ({ plan: name, side, rules, rows: deck.rows }))
      : [];
  const all = [...of("sell", tariff.retailPlans), ...of("buy", tariff.carrierPlans)];
  return plan === null ? all : all.filter((one) => one.plan === plan);
}

/** Names of plans that a choice leaves, on either side. */
export function diffTariffs(from: Tariff, to: Tariff, choice: DifferenceChoice): TariffDifference {
  const [old, fresh] = [plansOf(from, choice), plansOf(to, choice)];
  const atMs = choice.atMs ?? latestStart(fresh.map(({ rows }) => rows)) ?? choice.nowMs;
  const names = new Map([...old, ...fresh].map((one) => [`${one.side} ${one.plan}`, one] as const));
  const plans = [...names.values()].map(({ plan, side }) => {
    const own = (one: PlanDeck) => one.plan === plan && one.side === side;
    const [was, is] = [old.find(own), fresh.find(own)];
    const [before, after] = [was?.rows ?? [], is?.rows ?? []];
    const rows = compareDecks({ old: before, new: after, conflicts: [], atMs });
    const withdrawn = withdrawnRows(before, after, atMs);
    return { plan, side, old: was?.rules ?? null, new: is?.rules ?? null, rows, withdrawn };
  });
  return { atMs, plans, gates: changedGates(from.gates, to.gates) };
}

/** One plan with another deck; null: the tariff has no such plan on these sides. */
export function diffDeck(
  from: Tariff,
  deck: { rows: readonly RateRow[]; conflicts: readonly RateRow[] },
  choice: DifferenceChoice & { plan: string },
): TariffDifference | null {
  const [own] = plansOf(from, choice);
  if (own === undefined) return null;
  const atMs = choice.atMs ?? latestStart([deck.rows]) ?? choice.nowMs;
  const rows = compareDecks({ old: own.rows, new: deck.rows, conflicts: deck.conflicts, atMs });
  const { plan, side, rules } = own;
  const withdrawn = withdrawnRows(own.rows, deck.rows, atMs);
  return { atMs, plans: [{ plan, side, old: rules, new: rules, rows, withdrawn }], gates: null };
}

export type ChangeCounts = Record<RateChange, number>;

export function countChanges(rows: readonly RateDifference[]): ChangeCounts {
  const counts = Object.fromEntries(CHANGES.map((change) => [change, 0])) as ChangeCounts;
  for (const { change } of rows) counts[change] += 1;
  return counts;
}
