// Everything that matches, page by page: the same over every store's `find`.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { CdrFilter } from "../queries/cdr-query.ts";
import type { CdrStore, ScanOptions } from "./ports/cdrs.ts";
import { callTimeMs, encodeCdrCursor } from "./sort-keys.ts";

const PAGE_SIZE = 500;

/** Pages by call time, id, tenant; an empty result has no page. */
export async function* scanPages(
  find: CdrStore["find"],
  filter: CdrFilter,
  pageSize = PAGE_SIZE,
  { after, ...options }: ScanOptions = {},
): AsyncIterable<StoredCdr[]> {
  const sort = { by: "callTime", descending: false } as const;
  let cursor: string | undefined =
    after &&
    encodeCdrCursor(sort, {
      key: callTimeMs(after.primary, after.receivedAtMs),
      id: after.id,
      tenant: after.tenant,
    });
  do {
    const query = { filter, sort, limit: pageSize, ...(cursor && { cursor }) };
    const page = await find(query, options);
    if (page.cdrs.length > 0) yield page.cdrs;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
