// The stored CDRs that a filter selects, run by run. What the store cannot select is looked at CDR by CDR:
// the time of a read bounds how many these are, and what is kept of them is bounded here.
import { seesTenant } from "../../access/scope.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { BillingRun } from "../../engine/records/cgrates/billing-runs.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { Decoded } from "../codec/go-decode.ts";
import { type ApiContext, serverError } from "../method.ts";
import { asksOfRuns, type RowFilter, rowFilter } from "../values/cdr-filter.ts";
import { type CdrRow, pricedRow, unpricedRow } from "../views/cdr-rows.ts";

/** What the params ask for, as far as the store can select it. @throws ApiError */
export async function wantedRows(
  params: Decoded,
  { engine, caller }: ApiContext,
): Promise<RowFilter> {
  return rowFilter(params, {
    nowMs: engine.clock(),
    runChanges: asksOfRuns(params) ? await engine.cdrs.runChanges() : null,
    isSeen: (tenant) => seesTenant(caller.scope, tenant),
  });
}

const PAGE = 500;
/** Records of one answer. */
export const MOST_ROWS = 20_000;

interface FoundRow {
  row: CdrRow;
  run: BillingRun;
  isPriced: boolean;
}

/** Each CDR with the runs of it that are selected, in the order in which they arrived. */
export async function* selected(
  wanted: RowFilter,
  { engine, caller, signal }: ApiContext,
): AsyncGenerator<{ cdr: StoredCdr; rows: FoundRow[] }, void> {
  const { filter, order } = wanted;
  const sort = { by: "receivedAt" as const, descending: order.isLatestFirst };
  let cursor: string | undefined;
  do {
    const query = { filter, sort, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await engine.cdrs.find(query, { scope: caller.scope, signal });
    for (const cdr of page.cdrs) {
      if (isTurnOver()) await ownTurn();
      const rows = rowsOf(cdr, { wanted, runs: await engine.cdrs.billingRuns(cdr) });
      if (rows.length > 0) yield { cdr, rows: order.isLatestFirst ? rows.toReversed() : rows };
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Priced only where the filter or the order asks for it. */
function rowsOf(
  cdr: StoredCdr,
  { wanted, runs }: { wanted: RowFilter; runs: readonly BillingRun[] },
): FoundRow[] {
  const { passes, passesCost, order } = wanted;
  const isPriced = passesCost !== null || order.isOfCost;
  const rows: FoundRow[] = [];
  for (const [index, run] of runs.entries()) {
    const plain = unpricedRow(cdr, run, index);
    if (!passes(plain)) continue;
    const row = isPriced ? pricedRow(plain, run) : plain;
    if (passesCost === null || passesCost(row)) rows.push({ row, run, isPriced });
  }
  return rows;
}

/**
 * All rows, sorted and cut as the filter says, and priced.
 * @throws ApiError where they are more than one answer has
 */
export async function rowsFound(wanted: RowFilter, context: ApiContext): Promise<CdrRow[]> {
  const { order, offset = 0, limit } = wanted;
  const kept = createKept(order.compare, offset, limit);
  for await (const { rows } of selected(wanted, context)) {
    kept.add(rows);
    if (kept.isFull()) break;
  }
  const priced: CdrRow[] = [];
  for (const { row, run, isPriced } of kept.rows()) {
    priced.push(isPriced ? row : pricedRow(row, run));
    if (isTurnOver()) await ownTurn();
  }
  return priced;
}

/** The rows of a page: of sorted ones the first that may be in it, of others those after the offset. */
function createKept(
  compare: RowFilter["order"]["compare"],
  offset: number,
  limit = Number.POSITIVE_INFINITY,
) {
  /** So many of them say which rows the page has. */
  const needed = compare === null ? limit : offset + limit;
  let kept: FoundRow[] = [];
  let skipped = 0;

  function sort(): void {
    if (compare === null) return;
    kept.sort((a, b) => compare(a.row, b.row));
    kept = kept.slice(0, needed);
  }

  return {
    add(rows: FoundRow[]): void {
      for (const row of rows) {
        if (compare === null && skipped < offset) skipped += 1;
        else kept.push(row);
      }
      if (needed > MOST_ROWS && kept.length > MOST_ROWS) throw tooMany();
      if (kept.length > needed + MOST_ROWS) sort();
    },
    /** Nothing that comes later is of the page. */
    isFull: () => compare === null && kept.length >= needed,
    rows(): FoundRow[] {
      sort();
      return kept.slice(compare === null ? 0 : offset, needed);
    },
  };
}

function tooMany(): Error {
  return serverError(
    `more than ${MOST_ROWS} records: give a Limit, or a filter that selects fewer`,
  );
}
