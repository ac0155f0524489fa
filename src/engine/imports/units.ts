// A file as the records that it brings, each with its number, in pieces.
import type { Reason } from "../../cdr/reasons.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { createCounts, KEY_DIGITS } from "../../formats/lines/numbering.ts";
import type { ImportFormat } from "../../formats/tables/file-formats.ts";
import { TABLE_LAYOUTS, type TableLayout } from "../../formats/tables/layouts.ts";
import { cellOfField, contentOfFields, rowFields } from "../../formats/tables/row-fields.ts";
import type { Dialect } from "../../tables/dialect.ts";
import type { CellPlace } from "../../tables/quoted-cells.ts";
import { cellPlace, type TableRecord } from "../../tables/records.ts";
import { rowReader, TableFault, type TableLine } from "../../tables/rows.ts";
import { twoLines } from "../../tables/two-lines.ts";
import { openContent, type Pieces, wholeContent } from "../files/content.ts";
import { fileLines } from "../files/lines.ts";
import { fileRecords } from "../files/records.ts";
import { listUnits, pieceUnits } from "./pieces.ts";

/** Whether a line by itself is a record, where a quote in it is not closed. */
type IsWhole = (line: string) => boolean;

/** One record of a file: its bytes go the same way as those of a post. */
export interface Unit {
  /** From 1, in the order of the file: its line in the batch. */
  number: number;
  /** Line of the file that it begins at. */
  line: number;
  /** Column of that line, from 1; absent: the first one. */
  column?: number;
  bytes: Uint8Array;
  /** Name of the format that reads it, where it is not that of the file. */
  format?: string;
  /** Of a line: its number among those of the file that are equal to it. */
  occurrence?: number;
  /** It cannot be one, as the file itself shows; `isPlaced`: the detail names line and column. */
  fault?: { reason: Reason; detail: string; isPlaced?: boolean };
  /** Of a row: where in the file a field stands, by its name in lower case; absent: by its format. */
  placeOf?(field: string): CellPlace | null;
}

/** Bytes of a file that is one record, or one list. */
const MOST_DOCUMENT = 64_000_000;

export async function* unitsOf(
  pieces: Pieces,
  { format, dialect, isWhole }: { format: ImportFormat; dialect: Dialect; isWhole: IsWhole },
): AsyncGenerator<Unit[], void> {
  const number = counter();
  if (format.shape === "table") yield* tableUnits(pieces, { format, dialect, number });
  else if (format.shape === "lines") yield* lineUnits(pieces, { isWhole, number });
  else if (format.shape === "objects") yield* objectUnits(pieces, number);
  else {
    const { pieces: opened } = await openContent(pieces, { headBytes: 4 });
    const bytes = await wholeContent(opened, MOST_DOCUMENT);
    yield format.shape === "pieces"
      ? pieceUnits(bytes, format.kept, number)
      : [{ number: number(), line: 1, bytes }];
  }
}

function counter(): () => number {
  let last = 0;
  return () => {
    last += 1;
    return last;
  };
}

interface TableParts {
  format: ImportFormat;
  dialect: Dialect;
  number(): number;
}

async function* tableUnits(pieces: Pieces, parts: TableParts): AsyncGenerator<Unit[], void> {
  const layout = TABLE_LAYOUTS[parts.format.name];
  if (layout === undefined) throw new Error(`${parts.format.name} has no layout`);
  const reader = rowReader(parts.dialect);
  const counts = createCounts();
  const occurrence = (content: string) => counts.add(content.slice(0, KEY_DIGITS));
  for await (const records of fileRecords(pieces, parts.dialect)) {
    const units: Unit[] = [];
    for (const record of records) {
      if (isTurnOver()) await ownTurn();
      const line = readLine(reader, record);
      if (line.kind === "passed") continue;
      const columns = reader.columns() ?? [];
      units.push(unitOf(line, { ...parts, record, layout, columns, occurrence }));
    }
    if (units.length > 0) yield units;
  }
}

function readLine(reader: ReturnType<typeof rowReader>, record: TableRecord): TableLine {
  try {
    return reader.read(record);
  } catch (cause) {
    if (!(cause instanceof TableFault)) throw cause;
    throw engineError("invalid-params", `Line ${cause.line}: ${cause.message}`, {
      path: "dialect.firstLine",
      data: { reason: cause.reason },
    });
  }
}

interface RowParts extends TableParts {
  record: TableRecord;
  layout: TableLayout;
  columns: readonly string[];
  occurrence: (content: string) => number;
}

function unitOf(line: Exclude<TableLine, { kind: "passed" }>, parts: RowParts): Unit {
  const { number, dialect, layout, columns, occurrence, record } = parts;
  const own = { number: number(), line: line.line };
  const asItCame = Buffer.from(line.text);
  if (line.kind === "refused") {
    const { reason, detail } = line;
    return { ...own, bytes: asItCame, fault: { reason, detail, isPlaced: true } };
  }
  const fields = rowFields(line, columns, { dialect, layout });
  if (fields === null) {
    const detail = `The row is none of ${parts.format.name}.`;
    return { ...own, bytes: asItCame, fault: { reason: "not-a-cdr", detail } };
  }
  if (!fields.some(([name]) => HAS_ID.has(name.toLowerCase()))) {
    // Equal rows are told by their order in the file, so that the same file again is the same calls.
    const content = contentOfFields(fields);
    fields.push(["originId", `${content}-${occurrence(content)}`]);
  }
  return {
    ...own,
    bytes: Buffer.from(twoLines(fields)),
    placeOf(field) {
      const cell = cellOfField(line, columns, { dialect, layout, field });
      return cell === null ? null : cellPlace(record, cell, dialect.delimiter);
    },
  };
}

const HAS_ID = new Set(["originid", "accid", "uuid"]);

/** A record is handed on as its bytes came: a feed that follows the file makes the same call of it. */
async function* lineUnits(
  pieces: Pieces,
  { isWhole, number }: { isWhole: IsWhole; number(): number },
): AsyncGenerator<Unit[], void> {
  for await (const lines of fileLines(pieces, isWhole)) {
    yield lines.map(({ line, record }): Unit => ({ number: number(), line, ...record }));
  }
}

async function* objectUnits(pieces: Pieces, number: () => number): AsyncGenerator<Unit[], void> {
  const { head, pieces: opened } = await openContent(pieces, { headBytes: 64 });
  const isList = /^\s*(?:\uFEFF)?\s*\[/.test(new TextDecoder().decode(head));
  if (!isList) {
    yield* lineUnits(opened, { isWhole: () => true, number });
    return;
  }
  yield listUnits(await wholeContent(opened, MOST_DOCUMENT), number);
}
