// The stored CDRs that a filter selects, run by run.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { ApiContext } from "../method.ts";
import type { RowFilter } from "../values/cdr-filter.ts";
import { type CdrRow, pricedRow, unpricedRow } from "../views/cdr-rows.ts";

const PAGE = 500;

/** Each CDR with the runs of it that are selected, in the order in which they arrived. */
export async function* selected(
  wanted: RowFilter,
  { engine, caller, signal }: ApiContext,
  isPriced: boolean,
): AsyncGenerator<{ cdr: StoredCdr; rows: CdrRow[] }, void> {
  const { filter } = wanted;
  const sort = { by: "receivedAt" as const, descending: false };
  let cursor: string | undefined;
  do {
    const query = { filter, sort, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await engine.cdrs.find(query, { scope: caller.scope, signal });
    for (const cdr of page.cdrs) {
      if (isTurnOver()) await ownTurn();
      const rows = await rowsOf(cdr, { wanted, engine, isPriced });
      if (rows.length > 0) yield { cdr, rows };
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

async function rowsOf(
  cdr: StoredCdr,
  {
    wanted,
    engine,
    isPriced,
  }: { wanted: RowFilter; engine: ApiContext["engine"]; isPriced: boolean },
): Promise<CdrRow[]> {
  const { passes, passesCost } = wanted;
  const rows: CdrRow[] = [];
  for (const [index, run] of (await engine.cdrs.billingRuns(cdr)).entries()) {
    const row = unpricedRow(cdr, run, index);
    if (!passes(row)) continue;
    const priced = isPriced || passesCost !== null ? pricedRow(row, run) : row;
    if (passesCost === null || passesCost(priced)) rows.push(priced);
  }
  return rows;
}

/** All rows, sorted and cut as the filter says. */
export async function rowsFound(wanted: RowFilter, context: ApiContext): Promise<CdrRow[]> {
  const found: CdrRow[] = [];
  for await (const { rows } of selected(wanted, context, true)) found.push(...rows);
  const { order, offset = 0, limit } = wanted;
  const sorted = order === null ? found : found.toSorted(order);
  return sorted.slice(offset, limit === undefined ? undefined : offset + limit);
}
