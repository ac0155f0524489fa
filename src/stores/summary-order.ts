// The one order of summary rows, whichever store made them: by the keys as asked, then currency.
import type { SummaryRow } from "../queries/cdr-query.ts";
import type { GroupKey } from "../queries/group-keys.ts";

/** Null before every text; texts by UTF-16 unit. */
function compareKeys(left: string | null | undefined, right: string | null | undefined): number {
  const [a, b] = [left ?? null, right ?? null];
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}

export function compareSummaryRows(groupBy: GroupKey[]) {
  return (left: SummaryRow, right: SummaryRow): number => {
    for (const key of groupBy) {
      const order = compareKeys(left.keys[key], right.keys[key]);
      if (order !== 0) return order;
    }
    return (
      compareKeys(left.currency, right.currency) || compareKeys(left.buyCurrency, right.buyCurrency)
    );
  };
}
