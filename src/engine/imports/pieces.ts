// A file of records that say themselves where they end, as a UCM exports them, and a list of JSON: each
// record in its own bytes.
import { engineError } from "../../errors.ts";
import type { RecordPiece } from "../../formats/format.ts";
import { FORMATS } from "../../formats/formats.ts";
import { jsonSpans } from "../../formats/ucm/spans.ts";
import type { CellPlace } from "../../tables/quoted-cells.ts";

/** A record with its number, the line of the file that it begins at, and the format that reads it. */
interface PieceUnit extends Pick<RecordPiece, "bytes" | "fault"> {
  number: number;
  line: number;
  column: number;
  format?: string;
}

/** Records of one such file. */
const MOST_RECORDS = 1_000_000;

/** @param format that cuts such bodies */
export function pieceUnits(bytes: Buffer, format: string, number: () => number): PieceUnit[] {
  const cut = FORMATS[format]?.pieces;
  if (cut === undefined) throw new Error(`${format} does not cut a body into records`);
  const placeAt = createPlaces(bytes);
  return cut(bytes, MOST_RECORDS).map((piece: RecordPiece): PieceUnit => {
    const { bytes: own, format: kept, fault, at = 0 } = piece;
    const unit = { number: number(), ...placeAt(at), bytes: own, format: kept };
    return fault === undefined ? unit : { ...unit, fault };
  });
}

/** Objects, lists and what stands in them, of each record of a list at most. */
const SPANS_OF_ONE = 100;

/** What stands in a list of JSON, each by itself: what is wrong with one is not with the others. */
export function listUnits(bytes: Buffer, number: () => number): PieceUnit[] {
  const start = bytes.subarray(0, 3).equals(MARK) ? MARK.length : 0;
  const spans = jsonSpans(bytes.subarray(start), MOST_RECORDS * SPANS_OF_ONE);
  if (spans === null) {
    throw engineError("too-large", `The list has over ${MOST_RECORDS} records, or is too deep.`);
  }
  const placeAt = createPlaces(bytes);
  const unit = (from: number, end?: number) => ({
    ...{ number: number(), ...placeAt(start + from) },
    bytes: bytes.subarray(start + from, end === undefined ? undefined : start + end),
  });
  const records = spans.roots.flatMap((root) => (root.isList ? root.children : [root]));
  const units: PieceUnit[] = records.map(({ start: from, end }) => unit(from, end));
  if (spans.broken === null || isBlank(bytes.subarray(start + spans.broken))) return units;
  const detail = "From here on there is no whole record.";
  return [...units, { ...unit(spans.broken), fault: { reason: "broken-json", detail } }];
}

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function isBlank(bytes: Buffer): boolean {
  return bytes.toString("latin1").trim() === "";
}

/** Line and column of a place; places come in their order. */
function createPlaces(bytes: Buffer): (at: number) => CellPlace {
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
    return { line, column: bytes.toString("utf8", from, at).length + 1 };
  };
}
