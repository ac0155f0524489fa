// The sums of an hour or a day out of those of the shorter pieces in it; the same for both stores.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { decodeSums, encodeSums } from "../../rollups/codec.ts";
import { ROLLUPS, type Rollup } from "../../rollups/kinds.ts";
import { mergeSums } from "../../rollups/merge.ts";
import { coverOf, stretchOf } from "../../rollups/pieces.ts";
import type { JoinedPiece, ReadOptions } from "../ports/cdrs.ts";
import type { RollupSource } from "./sums.ts";

export interface JoinedSums {
  version: number;
  /** In the order of the rollups. */
  bytes: Uint8Array[];
}

/** Null: a part of it is not clean, or was made anew meanwhile. */
export async function joinSums(
  source: Pick<RollupSource, "look" | "bytes">,
  { piece, edition }: { piece: JoinedPiece; edition: string },
  { signal }: ReadOptions,
): Promise<JoinedSums | null> {
  const { quarter, level } = piece;
  const all: Uint8Array[] = [];
  let version: number | null = null;
  for (const rollup of ROLLUPS) {
    signal?.throwIfAborted();
    const wanted = { rollup, edition, first: quarter, end: quarter + level };
    const found = await joinOne(source, { ...wanted, piece });
    if (found === null || (version !== null && found.version !== version)) return null;
    version = found.version;
    all.push(found.bytes);
  }
  return version === null ? null : { version, bytes: all };
}

async function joinOne(
  source: Pick<RollupSource, "look" | "bytes">,
  wanted: { rollup: Rollup; edition: string; first: number; end: number; piece: JoinedPiece },
): Promise<{ version: number; bytes: Uint8Array } | null> {
  const { rollup, edition, piece } = wanted;
  const { quarters, pieces } = await source.look(wanted);
  const cover = coverOf({
    range: stretchOf(piece.quarter, piece.level),
    ...{ quarters, pieces, without: new Set<number>() },
    isOne: (_quarter, level) => level < piece.level,
  });
  if (cover.rest.length > 0) return null;
  const merge = mergeSums(rollup);
  for (const part of cover.pieces) {
    if (isTurnOver()) await ownTurn();
    const bytes = await source.bytes(rollup, edition, part);
    if (bytes === null) return null;
    merge.add(decodeSums(bytes));
  }
  const version = quarters.reduce((sum, { marked }) => sum + marked, 0);
  return { version, bytes: encodeSums(merge.end()) };
}
