// Batches page by page, latest first: the same over every store.
import { isTurnOver, ownTurn } from "../event-loop.ts";
import type { BatchQuery, BatchRecord } from "./ports/batches.ts";
import { encodeListCursor } from "./sort-keys.ts";

/** Read at once. */
const PIECE = 200;

/** `read` answers the batches of a query, wanted or not. */
export async function pageOfBatches(
  { isWanted, ...query }: BatchQuery,
  read: (piece: Omit<BatchQuery, "isWanted">) => BatchRecord[] | Promise<BatchRecord[]>,
): Promise<{ batches: BatchRecord[]; nextCursor?: string }> {
  const batches: BatchRecord[] = [];
  const piece = { ...query, limit: Math.min(query.limit + 1, PIECE) };
  for (;;) {
    const found = await read(piece);
    for (const batch of found) {
      if (isTurnOver()) await ownTurn();
      if (isWanted?.(batch) === false) continue;
      if (batches.length < query.limit) {
        batches.push(batch);
        continue;
      }
      const last = batches.at(-1);
      return { batches, ...(last && { nextCursor: cursorOf(last) }) };
    }
    const last = found.at(-1);
    if (found.length < piece.limit || last === undefined) return { batches };
    piece.cursor = cursorOf(last);
  }
}

function cursorOf({ createdAtMs, id }: BatchRecord): string {
  return encodeListCursor(createdAtMs, [id]);
}
