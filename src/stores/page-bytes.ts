// Pages that end by their bytes too: a thousand records of 2 MB each must never be in memory at once.

/** Bytes of stored records in one page: about a thousand records of a switch that says much. */
export const PAGE_BYTES = 8_000_000;

/** Documents that a server sends at once, 16 MB at most: not many more than a page takes. */
export const BATCH_DOCUMENTS = 101;

export interface PageLimits {
  rows: number;
  /** A page has one record at least, whatever its size. */
  bytes: number;
}

/** A page while it is filled. */
export interface FillingPage<Row> {
  rows: Row[];
  bytes: number;
  /** There was a record that did not go in: the page is full, and more follows. */
  isMore: boolean;
}

export function emptyPage<Row>(): FillingPage<Row> {
  return { rows: [], bytes: 0, isMore: false };
}

/** Puts the record into the page. False: the page was full already. */
export function addToPage<Row>(
  page: FillingPage<Row>,
  { row, bytes }: { row: Row; bytes: number },
  limits: PageLimits,
): boolean {
  const isOver = page.rows.length > 0 && page.bytes + bytes > limits.bytes;
  if (page.rows.length >= limits.rows || isOver) {
    page.isMore = true;
    return false;
  }
  page.rows.push(row);
  page.bytes += bytes;
  return true;
}
