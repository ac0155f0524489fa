// The sums of an hour or a day out of those of the shorter pieces in it; the same for both stores.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { mergeSums } from "../../rollups/merge.ts";
import { isClean, type Piece, type Quarter, shorterPieces } from "../../rollups/pieces.ts";
import { SHELVES, type Shelf, shelfOf, shelve, takeSums } from "../../rollups/shelves.ts";
import type { JoinedPiece, ReadOptions } from "../ports/cdrs.ts";
import type { RollupSource } from "./sums.ts";

export interface JoinedSums {
  version: number;
  /** In the order of the shelves. */
  bytes: Uint8Array[];
}

/** Null: a part of it is not clean, or was made anew meanwhile. */
export async function joinSums(
  source: Pick<RollupSource, "look" | "bytes">,
  { piece, edition }: { piece: JoinedPiece; edition: string },
  { signal }: ReadOptions,
): Promise<JoinedSums | null> {
  const { quarter, level } = piece;
  const { quarters } = await source.look({ edition, first: quarter, end: quarter + level });
  if (!quarters.every(isClean)) return null;
  const version = quarters.reduce((sum, { marked }) => sum + marked, 0);
  const bytes: Uint8Array[] = [];
  for (const shelf of SHELVES) {
    signal?.throwIfAborted();
    const parts = await partsOf(source, { shelf, edition, quarters, piece: { ...piece, version } });
    if (parts === null) return null;
    if (isTurnOver()) await ownTurn();
    bytes.push(joined(shelf, parts));
  }
  return { version, bytes };
}

interface Parts {
  shelf: Shelf;
  edition: string;
  quarters: readonly Quarter[];
  piece: Piece;
}

/** What a shelf has of the pieces in it, the longest that there are sums of. Null: one was made anew. */
async function partsOf(
  source: Pick<RollupSource, "bytes">,
  { shelf, edition, quarters, piece }: Parts,
): Promise<Uint8Array[] | null> {
  const states = { quarters, without: new Set<number>() };
  const found: Uint8Array[] = [];
  for (let pieces = shorterPieces(piece, states); pieces.length > 0; ) {
    const all = await source.bytes({ shelf: shelf.name, edition }, pieces);
    const lacking: Piece[] = [];
    for (const [index, one] of pieces.entries()) {
      const bytes = all[index] ?? null;
      if (bytes !== null) found.push(bytes);
      else if (one.level === 1) return null;
      else lacking.push(...shorterPieces(one, states));
    }
    pieces = lacking;
  }
  return found;
}

function joined(shelf: Shelf, parts: readonly Uint8Array[]): Uint8Array {
  return shelve(shelf, (rollup) => {
    const merge = mergeSums(rollup);
    const place = shelfOf(rollup);
    for (const bytes of parts) merge.add(takeSums(bytes, place));
    return merge.end();
  });
}
