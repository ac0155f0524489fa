// What a back-test finds, call by call: money before and after, losses, lost prices, carriers, rows that
// no call met. In bounded memory; its state is plain JSON that another process goes on from.
import type { Span } from "../../tariffs/diff/changed-rows.ts";
import { createRerateTotals, type RerateTotals, type TotalsState } from "../rerate/totals.ts";
import { type CarrierReport, type CarrierState, createCarrierReport } from "./carriers.ts";
import { type ComparedCall, type ComparedPart, isLoss } from "./compared.ts";
import { createLosses, type Losses, type LossState } from "./loss.ts";
import { createUnpricedReport, type UnpricedReport, type UnpricedState } from "./unpriced.ts";

/** Changed rows that are in force at the same times. */
export interface RowGroup {
  spans: Span[];
  rows: number;
}

export interface ReportState {
  calls: number;
  answered: number;
  /** Calls with a margin below 0. */
  losing: { old: number; new: number };
  totals: TotalsState;
  losses: LossState;
  unpriced: UnpricedState;
  carriers: CarrierState;
  /** Groups of changed rows, by their place, that were in force for no call so far. */
  unmet: number[];
}

/** What becomes of a call that is worth a line of its own. */
export interface Fate {
  losesPrice: boolean;
  /** Its margin is below 0, and was not. */
  losesMoney: boolean;
}

export interface BacktestReport {
  add(call: ComparedCall): Fate;
  state(): ReportState;
  view(top: number): BacktestView;
}

export interface BacktestView extends ReturnType<RerateTotals["view"]> {
  answered: number;
  losing: { old: number; new: number };
  lossy: ReturnType<Losses["view"]>;
  unpriced: ReturnType<UnpricedReport["view"]>;
  carriers: ReturnType<CarrierReport["view"]>["carriers"];
  named: ReturnType<CarrierReport["view"]>["named"];
}

/** @param groups of the changed rows; @param state goes on from there */
export function createBacktestReport(
  groups: readonly RowGroup[],
  state?: ReportState,
): BacktestReport {
  const totals = createRerateTotals(state?.totals);
  const losses = createLosses(state?.losses);
  const unpriced = createUnpricedReport(state?.unpriced);
  const carriers = createCarrierReport(state?.carriers);
  const losing = { ...(state?.losing ?? { old: 0, new: 0 }) };
  let calls = state?.calls ?? 0;
  let answered = state?.answered ?? 0;
  let unmet = state?.unmet ?? groups.map((_group, index) => index);

  function meet(atMs: number): void {
    if (unmet.length === 0) return;
    const left = unmet.filter((index) => !isInForce(groups[index], atMs));
    if (left.length < unmet.length) unmet = left;
  }

  return {
    add(call) {
      calls += 1;
      if (call.isAnswered) answered += 1;
      const was = isLosing(call.old);
      const is = isLosing(call.new);
      if (was) losing.old += 1;
      if (is) losing.new += 1;
      totals.add(call);
      losses.add(call);
      carriers.add(call);
      if (call.atMs !== null) meet(call.atMs);
      return { losesPrice: unpriced.add(call), losesMoney: is && !was };
    },
    state: () => ({
      calls,
      answered,
      losing: { ...losing },
      totals: totals.state(),
      losses: losses.state(),
      unpriced: unpriced.state(),
      carriers: carriers.state(),
      unmet: [...unmet],
    }),
    view: (top) => ({
      ...totals.view(calls, top),
      answered,
      losing: { ...losing },
      lossy: losses.view(top),
      unpriced: unpriced.view(),
      ...carriers.view(top),
    }),
  };
}

function isLosing({ margin }: ComparedPart): boolean {
  return margin !== null && margin.amount !== null && isLoss(margin.amount);
}

function isInForce(group: RowGroup | undefined, atMs: number): boolean {
  if (group === undefined) return false;
  return group.spans.some(
    ([from, to]) => (from === null || from <= atMs) && (to === null || atMs < to),
  );
}

/** How many rows were in force for no call. */
export function rowsUnmet(groups: readonly RowGroup[], { unmet }: Pick<ReportState, "unmet">) {
  return unmet.reduce((sum, index) => sum + (groups[index]?.rows ?? 0), 0);
}
