// Documents of the sums that a MongoDB store keeps by pieces of time.
import type { Binary, Timestamp } from "mongodb";
import type { Level, Piece, Quarter } from "../../../rollups/pieces.ts";

export interface RollupQuarterDocument {
  /** The quarter hour. */
  _id: number;
  marked: number;
  /** Time of the server at the last mark. */
  markedAt: Timestamp;
  built: number;
  edition: string;
  isDirty: boolean;
}

/** Of another edition is as never built. */
export const toQuarter =
  (edition: string) =>
  ({ _id: quarter, marked, built, edition: own }: RollupQuarterDocument): Quarter => {
    return { quarter, marked, built: own === edition ? built : 0 };
  };

export interface RollupPieceDocument {
  /** All the rest but the bytes: what is of another version is another document. */
  _id: string;
  /** The name of a shelf. */
  rollup: string;
  level: Level;
  quarter: number;
  version: number;
  edition: string;
  bytes: Binary;
}

export function pieceId(shelf: string, piece: Piece, edition: string): string {
  const { level, quarter, version } = piece;
  return [shelf, level, quarter, version, edition].join("/");
}

export interface RollupCrossingDocument {
  /** JSON of both. */
  _id: string;
  quarter: number;
  callId: string;
}
