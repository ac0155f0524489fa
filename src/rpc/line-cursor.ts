// Cursors of the lines of a job: the number of the last one.
import { engineError } from "../errors.ts";

/** @throws `invalid-params` */
export function lineAfter(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,12}$/.test(cursor)) return Number(cursor);
  throw engineError("invalid-params", "The cursor is not one that this query gave.", {
    path: "cursor",
  });
}

export function nextLines(next: number | undefined): { nextCursor?: string } {
  return next === undefined ? {} : { nextCursor: String(next) };
}
