// The CDRs of a saved search, of the period of an occasion.
import type { Asking } from "../../access/owner.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Json, JsonObject } from "../../cdr/json.ts";
import { engineError } from "../../errors.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { cellWriter } from "../../queries/cell-writer.ts";
import { isNumberColumn } from "../../queries/export-columns.ts";
import type { Span } from "../../reports/periods.ts";
import type { CdrReads } from "../records/reads.ts";
import type { Reading } from "../reports/sums.ts";
import type { Searches } from "../searches/searches.ts";
import type { Told } from "./model.ts";
import type { Cell, Content } from "./tables.ts";

/** Rows of one delivery: they are in memory as a whole. */
const MOST_ROWS = 100_000;
const PAGE = 1000;

/** @throws `not-found` for a search that its teller sees no more, `too-large` for more rows than a file takes */
export async function searchContent(
  { cdrs, searches }: { cdrs: CdrReads; searches: Pick<Searches, "get"> },
  {
    told: { name, owner },
    period,
    by,
  }: { told: Extract<Told, { kind: "search" }>; period: Span; by: Asking },
  reading: Reading,
): Promise<Content> {
  const search = await searches.get({ name, owner }, by);
  const filter: CdrFilter = { ...search.filter, callTime: period };
  const asked = { filter, columns: search.columns ?? undefined };
  const columns = [...cdrs.exportColumns(asked, reading.scope)];
  const cells = cellWriter(columns, { times: "iso-zone", timeZone: search.zone });
  const rows: Cell[][] = [];
  for await (const page of pagesOf(cdrs, { filter, sort: search.sort }, reading)) {
    for (const cdr of page) rows.push(cells(cdr).map(asCell));
    if (rows.length > MOST_ROWS) {
      throw engineError("too-large", `A search that is sent has at most ${MOST_ROWS} CDRs.`, {
        hint: "Narrow the search, or export it.",
      });
    }
  }
  const texts = columns.filter((column) => !isNumberColumn(column));
  return {
    ...{ title: "report", of: name, isEmpty: rows.length === 0 },
    tables: [
      {
        ...{ title: null, rows, last: [] },
        columns: columns.map((column) => ({
          label: { name: column },
          kind: isNumberColumn(column) ? ("amount" as const) : ("text" as const),
        })),
      },
    ],
    plot: null,
    whole: { columns, rows, texts },
    answer: { columns, rows, calls: rows.length } as unknown as JsonObject,
  };
}

async function* pagesOf(
  cdrs: CdrReads,
  query: Pick<Parameters<CdrReads["find"]>[0], "filter" | "sort">,
  reading: Reading,
): AsyncGenerator<StoredCdr[], void> {
  let cursor: string | undefined;
  do {
    const place = cursor === undefined ? {} : { cursor };
    const page = await cdrs.find({ ...query, ...place, limit: PAGE }, reading);
    yield page.cdrs;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function asCell(value: Json): Cell {
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  return JSON.stringify(value);
}
