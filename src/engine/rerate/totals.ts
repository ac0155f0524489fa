// The money of a rerate: sums over the planned lines, and the keys that move most, in bounded
// memory.
import type { Margin, Rating, Side } from "../../cdr/rating.ts";
import { type Decimal, decimalText, parseDecimal } from "../../money/decimal.ts";
import {
  addAmount,
  addDecimal,
  compareMagnitudes,
  differenceText,
  zeroSum,
} from "../../money/sum.ts";
import { accountKey, othersKey, type RowName, readRowKey, rowKey } from "./mover-keys.ts";
import type { ChangeCause } from "./rating-change.ts";

export const DIMENSIONS = ["account", "prefix", "carrier", "day"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
const MONEY = ["sell", "buy", "margin"] as const;
type MoneyName = (typeof MONEY)[number];

/** Keys of a dimension kept before the smallest movers are put together, and after it. */
const MOST_KEYS = 2000;
const KEPT_KEYS = 1000;

export type PricedPart = Pick<Rating, "outcome" | "reason" | "sell" | "buy" | "margin">;

/** What is added up of one side of a call. */
type MoneyOfSide = Pick<Side, "amount" | "currency"> & Partial<Pick<Side, "prefix" | "carrier">>;

/** A price as far as the money goes: of a side no more than its sums and their keys need. */
export interface MoneyPart extends Pick<PricedPart, "outcome" | "reason"> {
  sell: MoneyOfSide | null;
  buy: MoneyOfSide | null;
  margin: Pick<Margin, "amount" | "currency"> | null;
}

/** One call, as far as the money goes. */
export interface MoneyChange {
  tenant: string;
  account: string;
  /** UTC day of the call. */
  day: string;
  /** Null: nothing changes, and its money is on both sides. */
  cause: ChangeCause | null;
  old: MoneyPart;
  new: MoneyPart;
}

export interface MoneyMove {
  old: string;
  new: string;
  difference: string;
}
export type MoneyMoves = Record<MoneyName, MoneyMove>;

/** Null members where several currencies have money: those are summed apart, in `currencies`. */
export type TotalMove = { currency: string | null } & {
  [member in keyof MoneyMove]: string | null;
};

export interface TotalsView extends Record<MoneyName, TotalMove> {
  /** CDRs that the filter found and that were priced again. */
  cdrs: number;
  /** Those that come out otherwise; the money is of what was added. */
  changed: number;
  currencies: ({ currency: string } & MoneyMoves)[];
}

type Moved = { currency: string; cdrs: number } & MoneyMoves;

/** The largest changes of each dimension first; null where a call had no such key. */
export interface MoverRows {
  /** `tenant`: whose the account is; null for the others, who may be of several. */
  account: (Moved & { account: string | null; tenant: string | null })[];
  prefix: (Moved & { prefix: string | null })[];
  carrier: (Moved & { carrier: string | null })[];
  day: (Moved & { day: string | null })[];
}

export interface ReasonRow {
  reason: ChangeCause;
  from: { outcome: string; reason?: string };
  to: { outcome: string; reason?: string };
  cdrs: number;
}

interface Sums {
  cdrs: number;
  old: Record<MoneyName, Decimal>;
  new: Record<MoneyName, Decimal>;
}

type SumsByKey = Map<string, Sums>;

export interface RerateTotals {
  add(change: MoneyChange): void;
  /** Plain JSON that `createRerateTotals` goes on from. */
  state(): TotalsState;
  /** `top`: rows of each dimension before the others, of which there is one a currency. */
  view(
    cdrs: number,
    top: number,
  ): {
    totals: TotalsView;
    by: MoverRows;
    /** Dimensions with more keys than are kept: a row may lack money that is in the others. */
    incomplete: Dimension[];
    reasons: ReasonRow[];
  };
}

type SumsState = [key: string, cdrs: number, ...money: string[]];
export interface TotalsState {
  changed: number;
  all: SumsState[];
  by: Record<Dimension, SumsState[]>;
  reasons: [key: string, cdrs: number][];
}

function newSums(): Sums {
  const money = () => ({ sell: zeroSum(), buy: zeroSum(), margin: zeroSum() });
  return { cdrs: 0, old: money(), new: money() };
}

function sumsOf(map: SumsByKey, key: string): Sums {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = newSums();
  map.set(key, made);
  return made;
}

export function createRerateTotals(state?: TotalsState): RerateTotals {
  let changed = state?.changed ?? 0;
  const all = readSums(state?.all);
  const by = Object.fromEntries(
    DIMENSIONS.map((name) => [name, readSums(state?.by[name])]),
  ) as Record<Dimension, SumsByKey>;
  const reasons = new Map<string, number>(state?.reasons);

  /** The rows that money of one side and currency belongs to. */
  function rowsOf(change: MoneyChange, part: MoneyPart, currency: string): Sums[] {
    const prefix = (part.sell ?? part.buy)?.prefix ?? null;
    return [
      sumsOf(all, rowKey(null, currency)),
      sumsOf(by.account, accountKey(change, currency)),
      sumsOf(by.prefix, rowKey(prefix, currency)),
      sumsOf(by.carrier, rowKey(part.buy?.carrier ?? null, currency)),
      sumsOf(by.day, rowKey(change.day, currency)),
    ];
  }

  function addMoney(touched: Set<Sums>, change: MoneyChange, when: "old" | "new"): void {
    const part = change[when];
    let rows: Sums[] = [];
    let rowsCurrency: string | null = null;
    for (const name of MONEY) {
      const money = part[name];
      if (money === null) continue;
      if (money.currency !== rowsCurrency) {
        rowsCurrency = money.currency;
        rows = rowsOf(change, part, rowsCurrency);
        for (const row of rows) touched.add(row);
      }
      if (money.amount === null) continue;
      const amount = parseDecimal(money.amount);
      for (const row of rows) addDecimal(row[when][name], amount);
    }
  }

  return {
    add(change) {
      const touched = new Set<Sums>();
      addMoney(touched, change, "old");
      addMoney(touched, change, "new");
      for (const sums of touched) sums.cdrs += 1;
      for (const name of DIMENSIONS) {
        if (by[name].size > MOST_KEYS) putTogether(by[name]);
      }
      const { cause, old, new: fresh } = change;
      if (cause === null) return;
      changed += 1;
      const reason = `${cause} ${old.outcome} ${old.reason ?? ""} ${fresh.outcome} ${fresh.reason ?? ""}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    },
    state: () => ({
      changed,
      all: writeSums(all),
      by: Object.fromEntries(DIMENSIONS.map((name) => [name, writeSums(by[name])])) as Record<
        Dimension,
        SumsState[]
      >,
      reasons: [...reasons],
    }),
    view: (cdrs, top) => ({
      totals: totalsView(all, { cdrs, changed }),
      by: {
        account: moverRows(by.account, top, ({ key, tenant }) => ({ account: key, tenant })),
        prefix: moverRows(by.prefix, top, ({ key }) => ({ prefix: key })),
        carrier: moverRows(by.carrier, top, ({ key }) => ({ carrier: key })),
        day: moverRows(by.day, top, ({ key }) => ({ day: key })),
      },
      incomplete: DIMENSIONS.filter((name) => isPutTogether(by[name])),
      reasons: [...reasons].map(reasonRow).sort((a, b) => b.cdrs - a.cdrs),
    }),
  };
}

function writeSums(map: SumsByKey): SumsState[] {
  return [...map].map(([key, sums]) => [
    key,
    sums.cdrs,
    ...MONEY.flatMap((name) => [decimalText(sums.old[name]), decimalText(sums.new[name])]),
  ]);
}

function readSums(states: SumsState[] = []): SumsByKey {
  return new Map(
    states.map(([key, cdrs, ...texts]) => {
      const sums = newSums();
      sums.cdrs = cdrs;
      for (const [index, name] of MONEY.entries()) {
        addAmount(sums.old[name], texts[2 * index] ?? "0");
        addAmount(sums.new[name], texts[2 * index + 1] ?? "0");
      }
      return [key, sums];
    }),
  );
}

function movement(sums: Sums, name: MoneyName): Decimal {
  const { digits, scale } = sums.new[name];
  const difference = { digits, scale };
  addAmount(difference, decimalText(sums.old[name]), -1);
  return difference;
}

/** The largest change of sell first, then of buy, then by key. */
function byMovement(map: SumsByKey): [string, Sums][] {
  const ranked = [...map].map(([key, sums]) => ({
    key,
    sums,
    sell: movement(sums, "sell"),
    buy: movement(sums, "buy"),
  }));
  ranked.sort(
    (a, b) =>
      compareMagnitudes(b.sell, a.sell) ||
      compareMagnitudes(b.buy, a.buy) ||
      (a.key < b.key ? -1 : 1),
  );
  return ranked.map(({ key, sums }) => [key, sums]);
}

/** The largest movers, and the others as one row a currency, so that sums stay whole. */
function splitMovers(
  map: SumsByKey,
  most: number,
): { movers: [string, Sums][]; others: SumsByKey } {
  const movers: [string, Sums][] = [];
  const others: SumsByKey = new Map();
  for (const [key, sums] of byMovement(map)) {
    const { currency, isOthers } = readRowKey(key);
    if (!isOthers && movers.length < most) movers.push([key, sums]);
    else addSums(sumsOf(others, othersKey(currency)), sums);
  }
  return { movers, others };
}

/** `cdrs` counts a CDR once a row: one that moved between two carriers of the others, twice. */
function addSums(target: Sums, sums: Sums): void {
  target.cdrs += sums.cdrs;
  for (const money of MONEY) {
    addDecimal(target.old[money], sums.old[money]);
    addDecimal(target.new[money], sums.new[money]);
  }
}

/** Keeps memory flat, however many keys there are. */
function putTogether(map: SumsByKey): void {
  const { movers, others } = splitMovers(map, KEPT_KEYS);
  map.clear();
  for (const [key, sums] of [...movers, ...others]) map.set(key, sums);
}

function isPutTogether(map: SumsByKey): boolean {
  for (const key of map.keys()) if (readRowKey(key).isOthers) return true;
  return false;
}

function moves(sums: Sums): MoneyMoves {
  const move = (name: MoneyName): MoneyMove => ({
    old: decimalText(sums.old[name]),
    new: decimalText(sums.new[name]),
    difference: differenceText(sums.old[name], sums.new[name]),
  });
  return { sell: move("sell"), buy: move("buy"), margin: move("margin") };
}

function totalsView(all: SumsByKey, counts: { cdrs: number; changed: number }): TotalsView {
  const currencies = [...all].map(([key, sums]) => ({
    currency: readRowKey(key).currency,
    ...moves(sums),
  }));
  const total = (name: MoneyName): TotalMove => {
    const [first, ...others] = currencies.filter((row) => hasMoney(row[name]));
    if (first === undefined) return { currency: null, old: "0", new: "0", difference: "0" };
    if (others.length > 0) return { currency: null, old: null, new: null, difference: null };
    return { currency: first.currency, ...first[name] };
  };
  return {
    ...counts,
    sell: total("sell"),
    buy: total("buy"),
    margin: total("margin"),
    currencies: currencies.filter((row) => MONEY.some((name) => hasMoney(row[name]))),
  };
}

function hasMoney(move: MoneyMove): boolean {
  return move.old !== "0" || move.new !== "0";
}

function moverRows<T>(map: SumsByKey, top: number, keysOf: (name: RowName) => T): (T & Moved)[] {
  const { movers, others } = splitMovers(map, top);
  return [...movers, ...others].map(([key, sums]) => {
    const name = readRowKey(key);
    return { ...keysOf(name), currency: name.currency, cdrs: sums.cdrs, ...moves(sums) };
  });
}

function reasonRow([key, cdrs]: [string, number]): ReasonRow {
  // Codes have no spaces in them.
  const [reason, from, fromReason, to, toReason] = key.split(" ") as [
    ChangeCause,
    string,
    string,
    string,
    string,
  ];
  const state = (outcome: string, why: string) =>
    why === "" ? { outcome } : { outcome, reason: why };
  return { reason, from: state(from, fromReason), to: state(to, toReason), cdrs };
}
