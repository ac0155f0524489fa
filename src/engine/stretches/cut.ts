// Where the CDRs of a filter are cut into stretches of call time, and how one of them is read.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { FindOptions } from "../../stores/ports/cdrs.ts";
import { callTimeMs, decodeCdrCursor, encodeCdrCursor } from "../../stores/sort-keys.ts";
import type { Store } from "../../stores/store.ts";
import { PAGE } from "../jobs/pages.ts";
import type { Stretch } from "./work.ts";

/** CDRs of a stretch; those of one millisecond are never apart. */
const STRETCH = 2 * PAGE;

const BY_CALL_TIME = { by: "callTime", descending: false } as const;

/** Stretches one after the other, to the last CDR there is when it is reached. */
export async function* stretchesOf(
  store: Store,
  { filter, cursor }: { filter: CdrFilter; cursor?: string | undefined },
): AsyncGenerator<Stretch, void> {
  let stretch: Stretch = {};
  // Named ids are in no order that can be cut.
  if (filter.ids !== undefined) {
    yield cursor === undefined ? stretch : { cursor };
    return;
  }
  if (cursor !== undefined) {
    stretch = { fromMs: decodeCdrCursor(BY_CALL_TIME, cursor).key, cursor };
  }
  for (;;) {
    const last = await store.cdrs.nthCallTime(within(filter, stretch), STRETCH);
    if (last === null) break;
    yield { ...stretch, toMs: last + 1 };
    stretch = { fromMs: last + 1 };
  }
  yield stretch;
}

/** The filter within the stretch, which lies in its range of call times. */
export function within({ callTime, ...filter }: CdrFilter, { fromMs, toMs }: Stretch): CdrFilter {
  if (callTime === undefined && fromMs === undefined && toMs === undefined) return filter;
  return {
    ...filter,
    callTime: {
      ...callTime,
      ...(fromMs !== undefined && { fromMs }),
      ...(toMs !== undefined && { toMs }),
    },
  };
}

export interface CdrPage {
  cdrs: StoredCdr[];
  /** Goes on after the last of them, in this stretch or in one that is cut from there on. */
  cursor: string;
}

/** The pages of a stretch; while one is worked on, the next is read. */
export async function* pagesOf(
  { cdrs }: Pick<Store, "cdrs">,
  filter: CdrFilter,
  { cursor, ...stretch }: Stretch,
  options: FindOptions = {},
): AsyncGenerator<CdrPage, void> {
  const query = { filter: within(filter, stretch), sort: BY_CALL_TIME, limit: PAGE };
  const read = (after: string | undefined) => {
    const page = cdrs.find({ ...query, ...(after !== undefined && { cursor: after }) }, options);
    // Told to whoever comes for the page.
    page.catch(() => undefined);
    return page;
  };
  let ahead: ReturnType<typeof read> | undefined = read(cursor);
  while (ahead !== undefined) {
    const page: Awaited<typeof ahead> = await ahead;
    ahead = page.nextCursor === undefined ? undefined : read(page.nextCursor);
    const last = page.cdrs.at(-1);
    if (last !== undefined) yield { cdrs: page.cdrs, cursor: page.nextCursor ?? cursorAfter(last) };
  }
}

function cursorAfter({ primary, receivedAtMs, id, tenant }: StoredCdr): string {
  const key = callTimeMs(primary, receivedAtMs);
  return encodeCdrCursor(BY_CALL_TIME, { key, id, tenant });
}
