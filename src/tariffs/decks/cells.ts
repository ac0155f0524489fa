// Where the cell of a row stands in its file, found again when something is told of it: no place is kept
// for half a million rows of which nothing is told.
import type { DeckColumns } from "../../tables/deck/fields.ts";
import type { Dialect } from "../../tables/dialect.ts";
import { TABLE_LIMITS } from "../../tables/limits.ts";
import { cellPlace, recordReader, type TableRecord } from "../../tables/records.ts";
import { plainLines } from "../csv/plain-lines.ts";
import { fieldPlace, recordAt } from "../csv/records.ts";
import type { ColumnIndexes } from "../csv/table.ts";
import type { Place } from "../fault-list.ts";
import type { RateRow } from "../tariff.ts";
import type { DeckColumn } from "./columns.ts";

type FoundRow = Pick<RateRow, "line" | "band" | "fromSecond">;

export interface DeckCells {
  /** The cell that a native column of the row was read from; else that of its code. */
  place(row: FoundRow, column: DeckColumn): Place;
}

export function nativeCells(text: string, indexes: ColumnIndexes<DeckColumn>): DeckCells {
  const lines = lineFinder(text);
  return {
    place({ line }, column) {
      const { source, start } = lines(line);
      const record = recordAt(source, start, line);
      const index = indexes.get(column) ?? indexes.get("prefix") ?? 0;
      return record === null ? { line, column: 1 } : fieldPlace(record, index);
    },
  };
}

export function foreignCells(text: string, dialect: Dialect, columns: DeckColumns): DeckCells {
  const lines = lineFinder(text);
  return {
    place(row, column) {
      const { source, start } = lines(row.line);
      const record = foreignRecord(source, start, { ...dialect, firstLine: 1, lineEnd: "lf" });
      if (record === null) return { line: row.line, column: 1 };
      const index = indexOf(column, row, columns);
      const place = cellPlace(record, index, dialect.delimiter);
      const text = record.cells[index];
      const own = { line: row.line + place.line - 1, column: place.column };
      return text === undefined ? own : { ...own, text };
    },
  };
}

function indexOf(column: DeckColumn, { band, fromSecond }: FoundRow, columns: DeckColumns): number {
  const ofCode = columns.of("prefix") ?? columns.of("country_code") ?? 0;
  if (column === "rate") {
    const own = columns.bands.find((one) => one.band === band)?.index;
    const next = fromSecond > 0 ? columns.of("rate_next") : undefined;
    return own ?? next ?? columns.of("rate") ?? ofCode;
  }
  const isStep = column === "first_interval" || column === "next_interval";
  return columns.of(column) ?? (isStep ? columns.of("intervals") : undefined) ?? ofCode;
}

/** The record may go over several lines: one more is taken until it is whole. */
function foreignRecord(source: string, start: number, dialect: Dialect): TableRecord | null {
  let end = start;
  for (let lines = 0; lines < TABLE_LIMITS.recordLines; lines += 1) {
    const next = source.indexOf("\n", end);
    end = next < 0 ? source.length : next + 1;
    const reader = recordReader(dialect, TABLE_LIMITS);
    const [record] = [...reader.push(source.slice(start, end)), ...reader.end()];
    if (record === undefined || record.fault === undefined || next < 0) return record ?? null;
  }
  return null;
}

/** Where a line begins, in the text with plain line ends; made when the first one is asked for. */
function lineFinder(text: string): (line: number) => { source: string; start: number } {
  let known: { source: string; starts: number[] } | null = null;
  return (line) => {
    known ??= startsOf(plainLines(text));
    return { source: known.source, start: known.starts[line - 1] ?? known.source.length };
  };
}

function startsOf(source: string): { source: string; starts: number[] } {
  const starts = [0];
  for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", end + 1)) {
    starts.push(end + 1);
  }
  return { source, starts };
}
