// Who carries the calls before and after: of routed ones the traffic that a carrier gains or loses, of
// those that name their carrier what the cheapest other one would take.
import type { Side } from "../../cdr/rating.ts";
import { parseDecimal } from "../../money/decimal.ts";
import { addDecimal, zeroSum } from "../../money/sum.ts";
import type { MoneyMove } from "../rerate/totals.ts";
import {
  type ComparedCall,
  type ComparedPart,
  moveOf,
  readTexts,
  type SumMove,
  stateTexts,
} from "./compared.ts";

interface CountMove {
  old: number;
  new: number;
  difference: number;
}

export interface CarrierTraffic {
  carrier: string;
  currency: string;
  calls: CountMove;
  /** Billed seconds, or units. */
  seconds: CountMove;
  buy: MoneyMove;
}

/** Calls that name a dearer carrier than the cheapest of their plan. */
export interface RoutingLeak {
  /** The one that they name. */
  carrier: string;
  currency: string;
  /** Of the cheapest carrier: amounts of two currencies are not compared. */
  cheapestCurrency: string;
  calls: CountMove;
  buy: MoneyMove;
  cheapest: MoneyMove;
}

/** Counts and sums of one row. */
interface Sums {
  calls: { old: number; new: number };
  seconds: { old: number; new: number };
  buy: SumMove;
  cheapest: SumMove;
}

type RowState = [key: string, counts: number[], ...sums: string[]];
export interface CarrierState {
  routed: RowState[];
  named: RowState[];
}

export interface CarrierReport {
  add(call: ComparedCall): void;
  state(): CarrierState;
  view(top: number): {
    /** The largest change of calls first; `count`: all of them. */
    carriers: { count: number; rows: CarrierTraffic[] };
    named: { count: number; rows: RoutingLeak[] };
  };
}

/** Rows are as many as carriers of the tariffs. @param state goes on from there */
export function createCarrierReport(state?: CarrierState): CarrierReport {
  const routed = readRows(state?.routed);
  const named = readRows(state?.named);

  function addPart({ buy, cheapest }: ComparedPart, when: "old" | "new"): void {
    if (buy === null || buy.amount === null || buy.carrier === undefined) return;
    if (buy.basis === "routed") {
      addBuy(rowOf(routed, [buy.carrier, buy.currency]), buy, when);
    } else if (cheapest !== undefined) {
      const row = rowOf(named, [buy.carrier, buy.currency, cheapest.currency]);
      addBuy(row, buy, when);
      addDecimal(row.cheapest[when], parseDecimal(cheapest.amount));
    }
  }

  return {
    add({ isAnswered, old, new: fresh }) {
      if (!isAnswered) return;
      addPart(old, "old");
      addPart(fresh, "new");
    },
    state: () => ({ routed: writeRows(routed), named: writeRows(named) }),
    view(top) {
      return {
        carriers: { count: routed.size, rows: largest(routed, top).map(trafficRow) },
        named: { count: named.size, rows: largest(named, top).map(leakRow) },
      };
    },
  };
}

function addBuy(row: Sums, { amount, billedSeconds }: Side, when: "old" | "new"): void {
  row.calls[when] += 1;
  row.seconds[when] += billedSeconds;
  addDecimal(row.buy[when], parseDecimal(amount ?? "0"));
}

function rowOf(rows: Map<string, Sums>, names: string[]): Sums {
  const key = JSON.stringify(names);
  const known = rows.get(key);
  if (known !== undefined) return known;
  const counts = () => ({ old: 0, new: 0 });
  const sums = () => ({ old: zeroSum(), new: zeroSum() });
  const made = { calls: counts(), seconds: counts(), buy: sums(), cheapest: sums() };
  rows.set(key, made);
  return made;
}

function writeRows(rows: Map<string, Sums>): RowState[] {
  return [...rows].map(([key, { calls, seconds, buy, cheapest }]) => [
    key,
    [calls.old, calls.new, seconds.old, seconds.new],
    ...stateTexts(buy),
    ...stateTexts(cheapest),
  ]);
}

function readRows(states: RowState[] = []): Map<string, Sums> {
  return new Map(
    states.map(([key, [calls = 0, newCalls = 0, seconds = 0, newSeconds = 0], ...sums]) => [
      key,
      {
        calls: { old: calls, new: newCalls },
        seconds: { old: seconds, new: newSeconds },
        buy: readTexts(sums.slice(0, 2)),
        cheapest: readTexts(sums.slice(2)),
      },
    ]),
  );
}

function largest(rows: Map<string, Sums>, top: number): [string, Sums][] {
  const size = ({ calls }: Sums) => Math.abs(calls.new - calls.old);
  return [...rows]
    .sort(([left, a], [right, b]) => size(b) - size(a) || (left < right ? -1 : 1))
    .slice(0, top);
}

function countMove(counts: { old: number; new: number }): CountMove {
  return { ...counts, difference: counts.new - counts.old };
}

function trafficRow([key, { calls, seconds, buy }]: [string, Sums]): CarrierTraffic {
  const [carrier = "", currency = ""] = JSON.parse(key) as string[];
  return {
    carrier,
    currency,
    calls: countMove(calls),
    seconds: countMove(seconds),
    buy: moveOf(buy),
  };
}

function leakRow([key, { calls, buy, cheapest }]: [string, Sums]): RoutingLeak {
  const [carrier = "", currency = "", cheapestCurrency = ""] = JSON.parse(key) as string[];
  return {
    carrier,
    currency,
    cheapestCurrency,
    calls: countMove(calls),
    buy: moveOf(buy),
    cheapest: moveOf(cheapest),
  };
}
