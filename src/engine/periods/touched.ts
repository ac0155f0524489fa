// What a rerate would change of periods that are closed: told before it is done, since what was invoiced then
// needs a correction.
import { type Decimal, decimalText, parseDecimal } from "../../money/decimal.ts";
import { addAmount, differenceText, zeroSum } from "../../money/sum.ts";
import { readHead } from "../../reports/closing/document.ts";
import type { StatementSide } from "../../reports/statement.ts";
import type { PeriodHead, PeriodStore } from "../../stores/ports/billing/periods.ts";
import { partyKey } from "./job.ts";
import { closingsOf } from "./lookup.ts";

/** What one side of a call bills, as far as a statement has it. */
export interface SideBilled {
  /** The account, or the carrier. */
  party: string;
  amount: string | null;
  currency: string;
}

/** A call whose side comes out otherwise. */
export interface BilledMove {
  tenant: string;
  callMs: number;
  side: StatementSide;
  old: SideBilled | null;
  new: SideBilled | null;
}

export interface ClosedRow {
  number: string;
  tenant: string;
  side: StatementSide;
  party: string;
  currency: string;
  /** CDRs of it that come out otherwise. */
  cdrs: number;
  old: string;
  new: string;
}

/** By closing and currency; plain JSON. */
export type ClosedState = Record<string, ClosedRow>;

export interface ClosedMoves {
  add(move: BilledMove): Promise<void>;
  /** What `createClosedMoves` goes on from. */
  state(): ClosedState;
}

interface Running extends Omit<ClosedRow, "old" | "new"> {
  old: Decimal;
  new: Decimal;
}

export function createClosedMoves(periods: PeriodStore, from: ClosedState = {}): ClosedMoves {
  const known = new Map<string, PeriodHead[]>();
  const rows = new Map<string, Running>(
    Object.entries(from).map(([key, row]) => [
      key,
      { ...row, old: parseDecimal(row.old), new: parseDecimal(row.new) },
    ]),
  );

  async function closingAt(
    { tenant, side, callMs }: BilledMove,
    party: string,
  ): Promise<PeriodHead | undefined> {
    const key = JSON.stringify([tenant, side, partyKey(side, party)]);
    let closings = known.get(key);
    if (closings === undefined) {
      closings = await closingsOf(periods, { tenant, side, party });
      known.set(key, closings);
    }
    return closings.find(({ fromMs, toMs }) => fromMs <= callMs && callMs < toMs);
  }

  function rowOf({ id, number, tenant, side, head }: PeriodHead, currency: string): Running {
    const key = JSON.stringify([id, currency]);
    const found = rows.get(key);
    if (found !== undefined) return found;
    const { party } = readHead(head);
    const sums = { cdrs: 0, old: zeroSum(), new: zeroSum() };
    const row = { number, tenant, side, party, currency, ...sums };
    rows.set(key, row);
    return row;
  }

  return {
    async add(move) {
      const counted = new Set<Running>();
      for (const when of ["old", "new"] as const) {
        const billed = move[when];
        if (billed === null) continue;
        const closing = await closingAt(move, billed.party);
        if (closing === undefined) continue;
        const row = rowOf(closing, billed.currency);
        if (billed.amount !== null) addAmount(row[when], billed.amount);
        counted.add(row);
      }
      for (const row of counted) row.cdrs += 1;
    },
    state: () =>
      Object.fromEntries(
        [...rows].map(([key, row]) => [
          key,
          { ...row, old: decimalText(row.old), new: decimalText(row.new) },
        ]),
      ),
  };
}

/** Rows with their differences, in the order of their tenants and numbers. */
export function closedRows(state: ClosedState): (ClosedRow & { difference: string })[] {
  return Object.values(state)
    .map((row) => ({
      ...row,
      difference: differenceText(parseDecimal(row.old), parseDecimal(row.new)),
    }))
    .sort(
      (left, right) =>
        compare(left.tenant, right.tenant) ||
        left.number.localeCompare(right.number, "en", { numeric: true }) ||
        compare(left.currency, right.currency),
    );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
