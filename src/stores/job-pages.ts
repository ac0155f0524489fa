// Jobs page by page, latest first: the same over every store.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Job, JobQuery } from "./ports/jobs.ts";
import { encodeListCursor } from "./sort-keys.ts";

/** Read at once where it is not known how many of them are wanted: a job has up to 1 MB of sums. */
const PIECE = 20;

/** `read` answers the jobs of a query, wanted or not. */
export async function pageOfJobs(
  { isWanted, ...query }: JobQuery,
  read: (piece: Omit<JobQuery, "isWanted">) => Job[] | Promise<Job[]>,
): Promise<{ jobs: Job[]; nextCursor?: string }> {
  const jobs: Job[] = [];
  const piece = { ...query, limit: isWanted === undefined ? query.limit + 1 : PIECE };
  for (;;) {
    const found = await read(piece);
    for (const job of found) {
      if (isWanted?.(job) === false) continue;
      const last = jobs.at(-1);
      // The cursor is that of a job of the page: it tells nothing of those that are not wanted.
      if (jobs.length === query.limit && last) return { jobs, nextCursor: cursorOf(last) };
      jobs.push(job);
    }
    const last = found.at(-1);
    if (found.length < piece.limit || last === undefined) return { jobs };
    piece.cursor = cursorOf(last);
    await nextTurn();
  }
}

function cursorOf({ createdAtMs, id }: Job): string {
  return encodeListCursor(createdAtMs, [id]);
}
