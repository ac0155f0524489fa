// What is listed latest first (jobs, batches), page by page: the same over every store.
import type { JsonObject } from "../cdr/json.ts";
import { isTurnOver, ownTurn } from "../event-loop.ts";
import { addToPage, emptyPage, PAGE_BYTES } from "./page-bytes.ts";
import type { BatchQuery, BatchRecord } from "./ports/imports/batches.ts";
import type { Job, JobQuery } from "./ports/jobs.ts";
import { encodeListCursor } from "./sort-keys.ts";

interface Listed {
  id: string;
  createdAtMs: number;
  body: JsonObject;
}

interface ListQuery<Row> {
  limit: number;
  cursor?: string;
  isWanted?: (row: Row) => boolean;
}

/** Read at once: a job has up to 1 MB of sums, a batch some hundred bytes. */
const JOBS_AT_ONCE = 20;
const BATCHES_AT_ONCE = 200;

type Read<Row, Query> = (piece: Omit<Query, "isWanted">) => Row[] | Promise<Row[]>;

/** `read` answers the jobs of a query, wanted or not. */
export async function pageOfJobs(
  query: JobQuery,
  read: Read<Job, JobQuery>,
): Promise<{ jobs: Job[]; nextCursor?: string }> {
  const { rows: jobs, ...rest } = await pageOf(query, JOBS_AT_ONCE, read);
  return { jobs, ...rest };
}

/** The same of batches. */
export async function pageOfBatches(
  query: BatchQuery,
  read: Read<BatchRecord, BatchQuery>,
): Promise<{ batches: BatchRecord[]; nextCursor?: string }> {
  const { rows: batches, ...rest } = await pageOf(query, BATCHES_AT_ONCE, read);
  return { batches, ...rest };
}

async function pageOf<Row extends Listed, Query extends ListQuery<Row>>(
  { isWanted, ...query }: Query,
  atOnce: number,
  read: Read<Row, Query>,
): Promise<{ rows: Row[]; nextCursor?: string }> {
  const page = emptyPage<Row>();
  const limits = { rows: query.limit, bytes: PAGE_BYTES };
  const piece = { ...query, limit: Math.min(query.limit + 1, atOnce) };
  for (;;) {
    const found = await read(piece);
    for (const row of found) {
      if (isTurnOver()) await ownTurn();
      if (isWanted?.(row) === false) continue;
      if (addToPage(page, { row, bytes: JSON.stringify(row.body).length }, limits)) continue;
      const last = page.rows.at(-1);
      // The cursor is that of a row of the page: it tells nothing of those that are not wanted.
      return { rows: page.rows, ...(last && { nextCursor: cursorOf(last) }) };
    }
    const last = found.at(-1);
    if (found.length < piece.limit || last === undefined) return { rows: page.rows };
    piece.cursor = cursorOf(last);
    await ownTurn();
  }
}

function cursorOf({ createdAtMs, id }: Listed): string {
  return encodeListCursor(createdAtMs, [id]);
}
