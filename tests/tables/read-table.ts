// A whole table read in pieces of any size.
import type { Dialect } from "../../src/tables/dialect.ts";
import { textPieces } from "../../src/tables/encoding.ts";
import { TABLE_LIMITS, type TableLimits } from "../../src/tables/limits.ts";
import { recordReader } from "../../src/tables/records.ts";
import { rowReader, type TableLine } from "../../src/tables/rows.ts";

export function readTable(
  bytes: Uint8Array,
  dialect: Dialect,
  {
    pieceBytes = 65_536,
    limits = TABLE_LIMITS,
  }: { pieceBytes?: number; limits?: TableLimits } = {},
): { columns: readonly string[] | null; lines: TableLine[] } {
  const text = textPieces(dialect.encoding);
  const records = recordReader(dialect, limits);
  const rows = rowReader(dialect);
  const lines: TableLine[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = text.push(bytes.subarray(at, at + pieceBytes));
    for (const record of records.push(piece)) lines.push(rows.read(record));
  }
  for (const record of [...records.push(text.end()), ...records.end()])
    lines.push(rows.read(record));
  return { columns: rows.columns(), lines };
}

export function rowsOf(lines: readonly TableLine[]): string[][] {
  return lines.flatMap((line) => (line.kind === "row" ? [line.cells] : []));
}
