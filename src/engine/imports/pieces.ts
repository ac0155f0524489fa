// A file of records that say themselves where they end, as a UCM exports them: each in its own bytes.
import type { RecordPiece } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";

/** A record with its number, the line of the file that it begins at, and the format that reads it. */
interface PieceUnit extends Pick<RecordPiece, "bytes" | "format" | "fault"> {
  number: number;
  line: number;
}

/** Records of one such file. */
const MOST_RECORDS = 1_000_000;

/** @param format that cuts such bodies */
export function pieceUnits(bytes: Buffer, format: string, number: () => number): PieceUnit[] {
  const cut = FORMATS[format]?.pieces;
  if (cut === undefined) throw new Error(`${format} does not cut a body into records`);
  const lineAt = createLineCount(bytes);
  return cut(bytes, MOST_RECORDS).map((piece: RecordPiece): PieceUnit => {
    const { bytes: own, format: kept, fault, at = 0 } = piece;
    const unit = { number: number(), line: lineAt(at), bytes: own, format: kept };
    return fault === undefined ? unit : { ...unit, fault };
  });
}

/** Lines up to a place; places come in their order. */
function createLineCount(bytes: Buffer): (at: number) => number {
  let line = 1;
  let from = 0;
  return (at) => {
    for (
      let end = bytes.indexOf(0x0a, from);
      end >= 0 && end < at;
      end = bytes.indexOf(0x0a, from)
    ) {
      line += 1;
      from = end + 1;
    }
    return line;
  };
}
