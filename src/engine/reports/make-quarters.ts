// Quarter hours whose sums are made side by side, and hours and days whose sums are added up so.
import type { Quarter } from "../../rollups/pieces.ts";
import type { JoinedPiece, RollupStore } from "../../stores/ports/cdrs.ts";
import { ATTEMPTS } from "./sums.ts";

/** What is written of so many shares a transaction. */
export const AT_ONCE = 32;

/** Answers those that were made; the others were written to meanwhile. */
export async function makeQuarters(
  rollups: Pick<RollupStore, "make">,
  quarters: readonly Quarter[],
  signal?: AbortSignal,
): Promise<Quarter[]> {
  const made: Quarter[] = [];
  for (let start = 0; start < quarters.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const some = quarters.slice(start, start + AT_ONCE);
    const answers = await Promise.all(
      some.map((quarter) => rollups.make(quarter, ATTEMPTS, signal && { signal })),
    );
    made.push(...some.filter((_quarter, index) => answers[index] === true));
  }
  return made;
}

/** Answers how many were joined; a part of the others was written to meanwhile. */
export async function joinPieces(
  rollups: Pick<RollupStore, "join">,
  pieces: readonly JoinedPiece[],
  signal?: AbortSignal,
): Promise<number> {
  let joined = 0;
  for (let start = 0; start < pieces.length; start += AT_ONCE) {
    signal?.throwIfAborted();
    const some = pieces.slice(start, start + AT_ONCE);
    const answers = await Promise.all(some.map((piece) => rollups.join(piece, ATTEMPTS)));
    joined += answers.filter((isJoined) => isJoined).length;
  }
  return joined;
}
