// Everything that matches, page by page: the same over every store's `find`.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { CdrFilter } from "../reports/cdr-query.ts";
import type { Store } from "./store.ts";

const PAGE_SIZE = 500;

/** Pages by call time then id; an empty result has no page. */
export async function* scanPages(
  find: Store["find"],
  filter: CdrFilter,
  pageSize = PAGE_SIZE,
): AsyncIterable<StoredCdr[]> {
  const sort = { by: "callTime", descending: false } as const;
  let cursor: string | undefined;
  do {
    const page = await find({ filter, sort, limit: pageSize, ...(cursor && { cursor }) });
    if (page.cdrs.length > 0) yield page.cdrs;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
