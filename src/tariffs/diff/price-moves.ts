// What a version does to prices from its activation on: the largest change of a rate, and rises that
// come with little notice.
import type { RateRow, Tariff } from "../tariff.ts";
import { codeKey, rowsByCode, rowsInForce } from "./in-force.ts";
import { compareRates, percentOf } from "./rates.ts";

const DAY_MS = 86_400_000;

interface MovedRate {
  plan: string;
  side: "sell" | "buy";
  prefix: string;
  old: string;
  new: string;
}

export interface PriceMoves {
  /** Null: no rate changes. `percent` null: from a rate of 0, or in another currency. */
  jump: (MovedRate & { percent: string | null }) | null;
  /** Of the rises the one with the fewest days from now until it holds; null: there is none. */
  notice: (MovedRate & { days: number }) | null;
}

export interface MoveTimes {
  nowMs: number;
  /** From when the version is to hold. */
  fromMs: number;
}

/** Each rate of the second, when it first holds, against the one that would hold then without it. */
export function priceMoves(from: Tariff, to: Tariff, times: MoveTimes): PriceMoves {
  const found: PriceMoves = { jump: null, notice: null };
  for (const [kind, side] of [
    ["retailPlans", "sell"],
    ["carrierPlans", "buy"],
  ] as const) {
    for (const { name: plan, rules, deck } of to[kind]) {
      const old = from[kind].find(({ name }) => name === plan);
      if (old === undefined) continue;
      const isSameMoney = old.rules.currency === rules.currency;
      const decks = { old: rowsByCode(old.deck.rows), new: rowsByCode(deck.rows) };
      for (const row of deck.rows) {
        const move = moveOf(row, decks, times);
        if (move === null) continue;
        note(found, { ...move, plan, side, isSameMoney });
      }
    }
  }
  return found;
}

interface Move {
  old: RateRow;
  new: RateRow;
  isRise: boolean;
  percent: string | null;
  days: number;
}

/** Null: the row never holds, replaces none, or its rate stays. */
function moveOf(
  row: RateRow,
  decks: { old: Map<string, RateRow[]>; new: Map<string, RateRow[]> },
  { nowMs, fromMs }: MoveTimes,
): Move | null {
  if (row.status !== "open") return null;
  const atMs = Math.max(row.effectiveFromMs ?? fromMs, fromMs);
  const key = codeKey(row);
  const inForce = (deck: Map<string, RateRow[]>) =>
    rowsInForce(deck.get(key) ?? [], atMs).get(key) ?? [];
  if (!inForce(decks.new).includes(row)) return null;
  const was = inForce(decks.old).find(
    ({ band, fromSecond, status }) =>
      band === row.band && fromSecond === row.fromSecond && status === "open",
  );
  if (was === undefined) return null;
  const order = compareRates(was, row);
  if (order === 0) return null;
  const days = (atMs - nowMs) / DAY_MS;
  return { old: was, new: row, isRise: order < 0, percent: percentOf(was, row), days };
}

function note(
  found: PriceMoves,
  move: Move & { plan: string; side: "sell" | "buy"; isSameMoney: boolean },
): void {
  const { plan, side } = move;
  const rate = {
    ...{ plan, side, prefix: move.new.prefix || "*" },
    ...{ old: move.old.rate, new: move.new.rate },
  };
  const percent = move.isSameMoney ? move.percent : null;
  if (found.jump === null || sizeOf(percent) > sizeOf(found.jump.percent)) {
    found.jump = { ...rate, percent };
  }
  if (move.isRise && (found.notice === null || move.days < found.notice.days)) {
    found.notice = { ...rate, days: move.days };
  }
}

function sizeOf(percent: string | null): number {
  return percent === null ? Number.POSITIVE_INFINITY : Math.abs(Number(percent));
}
