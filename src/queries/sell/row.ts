// A row of sums as CDRs without a buy side would give it.
import type { SummaryRow } from "../cdr-query.ts";

/** `sellCalls`: calls with a sell amount, each of which stands alone then. */
export function sellRow(row: SummaryRow, sellCalls: number): SummaryRow {
  return {
    ...row,
    buyCurrency: null,
    buyBilledMs: 0,
    marginCalls: 0,
    sellOnly: sellCalls,
    buyOnly: 0,
    buy: null,
    margin: null,
  };
}
