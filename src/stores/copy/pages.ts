// A table that is copied, page by page.
import type { PageLimits } from "../page-bytes.ts";
import type { CopyPage, CopyTable } from "../ports/copy.ts";

/** The pages after a place (null: from the first). */
export async function* pagesOf<Row>(
  table: CopyTable<Row>,
  limits: PageLimits,
  after: string | null = null,
): AsyncGenerator<CopyPage<Row>, void> {
  for (let place = after; ; ) {
    const page: CopyPage<Row> = await table.page(place, limits);
    yield page;
    if (page.next === null) return;
    place = page.next;
  }
}
