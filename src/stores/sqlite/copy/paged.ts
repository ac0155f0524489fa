// Pages of a table in the order of a key, for a copy.
import { addToPage, emptyPage, type PageLimits } from "../../page-bytes.ts";
import type { CopyPage } from "../../ports/copy.ts";

/** What a page is filled with: rows after a place, each with its own place and size. */
export interface Walk<Stored, Row> {
  /** Rows after the place; null: from the first. The limit is one more than the page takes. */
  rows(after: string | null, limit: number): Iterable<Stored>;
  placeOf(stored: Stored): string;
  bytesOf(stored: Stored): number;
  read(stored: Stored): Row;
}

export function pageOf<Stored, Row>(
  { rows, placeOf, bytesOf, read }: Walk<Stored, Row>,
  after: string | null,
  limits: PageLimits,
): CopyPage<Row> {
  const page = emptyPage<Stored>();
  for (const row of rows(after, limits.rows + 1)) {
    if (!addToPage(page, { row, bytes: bytesOf(row) }, limits)) break;
  }
  const last = page.rows.at(-1);
  const next = page.isMore && last !== undefined ? placeOf(last) : null;
  return { rows: page.rows.map(read), next };
}
