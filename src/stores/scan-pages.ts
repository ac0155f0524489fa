// Everything that matches, page by page: the same over every store's `find`.
import type { StoredCdr } from "../cdr/cdr.ts";
import type { CdrFilter } from "../queries/cdr-query.ts";
import type { CdrStore, ScanOptions } from "./ports/cdrs.ts";
import { callTimeMs, encodeCdrCursor } from "./sort-keys.ts";

const PAGE_SIZE = 500;

type CdrPage = Awaited<ReturnType<CdrStore["find"]>>;

/**
 * Pages by call time, id, tenant; an empty result has no page. While one is worked on, the next is
 * read: two are in memory at most.
 */
export async function* scanPages(
  find: CdrStore["find"],
  filter: CdrFilter,
  pageSize = PAGE_SIZE,
  { after, ...options }: ScanOptions = {},
): AsyncIterable<StoredCdr[]> {
  const sort = { by: "callTime", descending: false } as const;
  const read = (cursor: string | undefined): Promise<CdrPage> => {
    const page = find({ filter, sort, limit: pageSize, ...(cursor && { cursor }) }, options);
    // Told to whoever comes for the page; one that nobody comes for is nobody's fault.
    page.catch(() => undefined);
    return page;
  };
  let next: Promise<CdrPage> | undefined = read(
    after &&
      encodeCdrCursor(sort, {
        key: callTimeMs(after.primary, after.receivedAtMs),
        id: after.id,
        tenant: after.tenant,
      }),
  );
  while (next !== undefined) {
    const { cdrs, nextCursor }: CdrPage = await next;
    next = nextCursor === undefined ? undefined : read(nextCursor);
    if (cdrs.length > 0) yield cdrs;
  }
}
