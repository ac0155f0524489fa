// A text that comes in pieces as records: their cells, each with its line and column. At most one
// record is held, and none that is over the limits.
import type { Dialect } from "./dialect.ts";
import type { TableLimits } from "./limits.ts";
import { type CellPlace, readQuotedRecord } from "./quoted-cells.ts";

/** One record as it stands in the file. */
export interface TableRecord {
  /** Of its first cell, from 1. */
  line: number;
  cells: string[];
  /** Where each cell stands, and where the record ends; null: on one line, without quotes. */
  places: CellPlace[] | null;
  /** As it came, without its line end. */
  text: string;
  /** Why it has no cells: what is wrong, and where. */
  fault?: {
    reason: "broken-csv" | "over-limit" | "formula-cell";
    place: CellPlace;
    detail: string;
  };
}

export interface RecordReader {
  push(text: string): TableRecord[];
  end(): TableRecord[];
}

/** Characters of a record over the limit that are kept of it. */
const KEPT_CHARS = 2000;

/** Lines above `firstLine` are records of one cell each: quotes in a notice mean nothing. */
export function recordReader(dialect: Dialect, limits: TableLimits): RecordReader {
  const rules: Rules = { dialect, limits, lineEnd: dialect.lineEnd === "cr" ? "\r" : "\n" };
  let text = "";
  let line = 1;
  /** The rest of a record that is over the limit is left out. */
  let isSkipping = false;

  /** Behind the line end of what is left out; the whole text where there is none. */
  function skip(start: number): number {
    const found = text.indexOf(rules.lineEnd, start);
    if (found < 0) return text.length;
    line += 1;
    isSkipping = false;
    return found + 1;
  }

  function readAll(isWhole: boolean): TableRecord[] {
    const records: TableRecord[] = [];
    let start = 0;
    while (start < text.length) {
      if (isSkipping) {
        start = skip(start);
        continue;
      }
      const taken = takeRecord({ text, start, line, isWhole }, rules);
      if (taken === null) break;
      records.push(taken.record);
      start = taken.end;
      line += taken.lines;
    }
    text = text.slice(start);
    if (text.length > limits.recordChars) {
      records.push(overLimit({ text, start: 0, line }, tooLong(limits)));
      text = "";
      isSkipping = true;
    }
    return records;
  }

  return {
    push(piece) {
      text += piece;
      return readAll(false);
    },
    end: () => readAll(true),
  };
}

interface Rules {
  dialect: Dialect;
  limits: TableLimits;
  lineEnd: "\n" | "\r";
}

interface Position {
  text: string;
  /** Where the record begins, and its line. */
  start: number;
  line: number;
  /** Nothing comes after `text`. */
  isWhole: boolean;
}

interface Taken {
  record: TableRecord;
  end: number;
  lines: number;
}

/** The record at a position; null: it is not whole yet. */
function takeRecord(at: Position, rules: Rules): Taken | null {
  const { dialect, limits } = rules;
  const found = firstLineOf(at, rules);
  if (found === null && !at.isWhole) return null;
  const { content, end } = found ?? { content: at.text.slice(at.start), end: at.text.length };
  const isTable = at.line >= dialect.firstLine;
  if (isTable && dialect.quoting !== "none" && content.includes('"')) {
    return takeQuoted(at, rules, { content, end });
  }
  const cells = isTable ? content.split(dialect.delimiter) : [content];
  const detail = faultOfSize(content, cells, limits);
  if (detail !== null) return { record: overLimit(at, detail), end, lines: 1 };
  const trimmed = dialect.trim ? cells.map((cell) => cell.trim()) : cells;
  return { record: { line: at.line, cells: trimmed, places: null, text: content }, end, lines: 1 };
}

function firstLineOf({ text, start }: Position, { lineEnd }: Rules) {
  const found = text.indexOf(lineEnd, start);
  if (found < 0) return null;
  const isCrLf = lineEnd === "\n" && text[found - 1] === "\r" && found > start;
  return { content: text.slice(start, isCrLf ? found - 1 : found), end: found + 1 };
}

function takeQuoted(
  at: Position,
  { dialect, limits, lineEnd }: Rules,
  first: { content: string; end: number },
): Taken | null {
  const read = readQuotedRecord({ ...at, lineEnd, mostLines: limits.recordLines }, dialect);
  if (read.kind === "more") return null;
  if (read.kind === "bad") {
    // Only its first line is lost to it: those below may be whole.
    const { place } = read;
    const detail = `Line ${place.line}, column ${place.column}: ${read.detail}.`;
    const text = first.content.slice(0, limits.recordChars);
    const fault = { reason: "broken-csv" as const, place, detail };
    return {
      record: { line: at.line, cells: [], places: null, text, fault },
      end: first.end,
      lines: 1,
    };
  }
  const { cells, places, end, lines } = read;
  const text = at.text.slice(at.start, end).replace(/\r?\n$|\r$/, "");
  const detail = faultOfSize(text, cells, limits);
  if (detail !== null) return { record: overLimit(at, detail), end, lines };
  return { record: { line: at.line, cells, places, text }, end, lines };
}

function faultOfSize({ length }: string, cells: string[], limits: TableLimits): string | null {
  if (length > limits.recordChars) return tooLong(limits);
  if (cells.length <= limits.columns) return null;
  return `The record has ${cells.length} cells; the limit is ${limits.columns}.`;
}

function tooLong({ recordChars }: TableLimits): string {
  return `The record has over ${recordChars} characters.`;
}

function overLimit(
  { text, start, line }: Pick<Position, "text" | "start" | "line">,
  what: string,
): TableRecord {
  const kept = text.slice(start, start + KEPT_CHARS);
  const detail = `Line ${line}, column 1: ${what}`;
  const fault = { reason: "over-limit" as const, place: { line, column: 1 }, detail };
  return { line, cells: [], places: null, text: kept, fault };
}

/** Where cell `index` of the record stands; one past the last cell is the record's end. */
export function cellPlace(record: TableRecord, index: number, delimiter: string): CellPlace {
  const { line, text, places, cells } = record;
  const place = places?.[Math.min(index, cells.length)];
  if (place !== undefined) return place;
  let at = 0;
  for (let cell = 0; cell < index; cell += 1) {
    const next = text.indexOf(delimiter, at);
    if (next < 0) return { line, column: text.length + 1 };
    at = next + 1;
  }
  return { line, column: at + 1 };
}
