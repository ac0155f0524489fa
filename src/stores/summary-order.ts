// The one order of summary rows, whichever store made them: by the keys as asked, then currency.
import type { SummaryRow } from "../queries/cdr-query.ts";
import type { GroupKey, GroupValue } from "../queries/group-keys.ts";

const TYPE_ORDER = ["number", "string", "boolean"];

/** Null before everything; numbers, then texts by UTF-16 unit, then false and true. */
function compareKeys(left: GroupValue | undefined, right: GroupValue | undefined): number {
  const [a, b] = [left ?? null, right ?? null];
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const byType = TYPE_ORDER.indexOf(typeof a) - TYPE_ORDER.indexOf(typeof b);
  return byType || (a < b ? -1 : 1);
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
