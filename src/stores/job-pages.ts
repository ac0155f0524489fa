// Jobs page by page, latest first: the same over every store.
import { isTurnOver, ownTurn } from "../event-loop.ts";
import { addToPage, emptyPage, PAGE_BYTES } from "./page-bytes.ts";
import type { Job, JobQuery } from "./ports/jobs.ts";
import { encodeListCursor } from "./sort-keys.ts";

/** Read at once: a job has up to 1 MB of sums. */
const PIECE = 20;

/** `read` answers the jobs of a query, wanted or not. */
export async function pageOfJobs(
  { isWanted, ...query }: JobQuery,
  read: (piece: Omit<JobQuery, "isWanted">) => Job[] | Promise<Job[]>,
): Promise<{ jobs: Job[]; nextCursor?: string }> {
  const page = emptyPage<Job>();
  const limits = { rows: query.limit, bytes: PAGE_BYTES };
  const piece = { ...query, limit: Math.min(query.limit + 1, PIECE) };
  for (;;) {
    const found = await read(piece);
    for (const job of found) {
      if (isTurnOver()) await ownTurn();
      if (isWanted?.(job) === false) continue;
      if (addToPage(page, { row: job, bytes: JSON.stringify(job.body).length }, limits)) continue;
      const last = page.rows.at(-1);
      // The cursor is that of a job of the page: it tells nothing of those that are not wanted.
      return { jobs: page.rows, ...(last && { nextCursor: cursorOf(last) }) };
    }
    const last = found.at(-1);
    if (found.length < piece.limit || last === undefined) return { jobs: page.rows };
    piece.cursor = cursorOf(last);
    await ownTurn();
  }
}

function cursorOf({ createdAtMs, id }: Job): string {
  return encodeListCursor(createdAtMs, [id]);
}
