// Pages of what the billing desk keeps, of those entries alone that a caller sees.
import type { DeskEntry, DeskKind, DeskStore } from "../stores/ports/billing/desk.ts";

/** Read at once. */
const PAGE = 200;

/** Those that a list shows, page after page of the store. */
export async function shownPage(
  desk: DeskStore,
  query: { kind: DeskKind; limit: number; after?: string | undefined; descending?: boolean },
  isShown: (entry: DeskEntry) => boolean,
): Promise<{ shown: DeskEntry[]; next?: string }> {
  const { kind, limit, descending = false } = query;
  const shown: DeskEntry[] = [];
  let { after } = query;
  for (;;) {
    const place = after === undefined ? {} : { after };
    const page = await desk.page({ kind, limit: PAGE, descending, ...place });
    for (const entry of page) {
      if (!isShown(entry)) continue;
      const last = shown.at(-1);
      if (shown.length === limit && last !== undefined) return { shown, next: last.id };
      shown.push(entry);
    }
    after = page.at(-1)?.id;
    if (page.length < PAGE) return { shown };
  }
}
