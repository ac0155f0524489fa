// The cells of one record with quotes in it, each with its line and column.
import type { Dialect } from "./dialect.ts";

export interface CellPlace {
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
}

export type QuotedRecord =
  | { kind: "record"; cells: string[]; places: CellPlace[]; end: number; lines: number }
  /** A quote where none may be; what follows up to the line end is no cell. */
  | { kind: "bad"; place: CellPlace; detail: string }
  /** The text ends within it. */
  | { kind: "more" };

export interface QuotedText {
  text: string;
  /** Where the record begins in `text`, and its line. */
  start: number;
  line: number;
  /** Nothing comes after `text`. */
  isWhole: boolean;
  lineEnd: "\n" | "\r";
  /** Lines that it may go over. */
  mostLines: number;
}

type Quoting = Pick<Dialect, "delimiter" | "quoting" | "trim">;

/** Behind the cell, its text; `open`: its quote is not closed in `limit`. */
type Cell = { text: string; end: number } | "open" | { bad: number };

export function readQuotedRecord(source: QuotedText, dialect: Quoting): QuotedRecord {
  const { text, start, line, isWhole, lineEnd } = source;
  const cells: string[] = [];
  const places: CellPlace[] = [];
  let at = start;
  let lines = 0;
  let lineStart = start;
  const lineLimit = limitOf(source);
  for (;;) {
    const place = { line: line + lines, column: at - lineStart + 1 };
    places.push(place);
    const cell = readCell(source, { at, limit: lineLimit.end, dialect });
    if (cell === "open") {
      if (!isWhole && !lineLimit.isFull) return { kind: "more" };
      return { kind: "bad", place, detail: "a quote is not closed" };
    }
    if ("bad" in cell) {
      const bad = { ...place, column: cell.bad - lineStart + 1 };
      return { kind: "bad", place: bad, detail: "a quote stands where none may" };
    }
    const inside = text.slice(at, cell.end);
    const broken = inside.lastIndexOf(lineEnd);
    if (broken >= 0) {
      lines += inside.split(lineEnd).length - 1;
      lineStart = at + broken + 1;
    }
    cells.push(cell.text);
    at = cell.end;
    if (text[at] !== dialect.delimiter) break;
    at += 1;
  }
  // A CR at the end of the text may be half of a line end.
  const isCut = at >= text.length || (text[at] === "\r" && at + 1 === text.length);
  if (isCut && !isWhole) return { kind: "more" };
  places.push({ line: line + lines, column: at - lineStart + 1 });
  const end = text.startsWith("\r\n", at) ? at + 2 : Math.min(at + 1, text.length);
  return { kind: "record", cells, places, end, lines: lines + 1 };
}

/** Where the last line of a record must end; `isFull`: the text has so many lines. */
function limitOf({ text, start, lineEnd, mostLines }: QuotedText): {
  end: number;
  isFull: boolean;
} {
  let end = start - 1;
  for (let lines = 0; lines < mostLines; lines += 1) {
    const next = text.indexOf(lineEnd, end + 1);
    if (next < 0) return { end: text.length, isFull: false };
    end = next;
  }
  return { end, isFull: true };
}

interface CellJob {
  at: number;
  limit: number;
  dialect: Quoting;
}

function readCell(source: QuotedText, job: CellJob): Cell {
  const { text } = source;
  const { at, limit, dialect } = job;
  let open = at;
  if (dialect.trim) while (text[open] === " ") open += 1;
  if (text[open] !== '"') return readBare(source, job);
  const { quoting } = dialect;
  const read = readQuoted(source, { ...job, at: open }, quoting !== "lazy");
  const isCut = !source.isWhole && limit >= text.length;
  if (quoting === "standard" || (read === "open" && isCut)) return read;
  // Where the book is not kept, a quote that nothing closes is a sign as any other.
  return read === "open" || "bad" in read ? readBare(source, job) : read;
}

/** `isStrict`: a quote that is neither doubled nor at the end of the cell is bad. */
function readQuoted(source: QuotedText, { at, limit, dialect }: CellJob, isStrict: boolean): Cell {
  const { text, isWhole } = source;
  const parts: string[] = [];
  let from = at + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0 || quote >= limit) return "open";
    const next = text[quote + 1];
    if (next === undefined && !isWhole) return "open";
    parts.push(text.slice(from, quote));
    if (next === '"') {
      parts.push('"');
      from = quote + 2;
      continue;
    }
    let end = quote + 1;
    if (dialect.trim) while (text[end] === " ") end += 1;
    if (isCellEnd(source, end, dialect.delimiter)) return { text: parts.join(""), end };
    if (isStrict) return { bad: quote };
    parts.push('"');
    from = quote + 1;
  }
}

function isCellEnd({ text, lineEnd }: QuotedText, at: number, delimiter: string): boolean {
  const sign = text[at];
  if (sign === undefined || sign === delimiter || sign === lineEnd) return true;
  return sign === "\r" && (text[at + 1] === "\n" || at + 1 === text.length);
}

function readBare(source: QuotedText, { at, dialect }: CellJob): Cell {
  const { text } = source;
  const { delimiter, trim, quoting } = dialect;
  let end = at;
  while (!isCellEnd(source, end, delimiter)) {
    if (quoting === "standard" && text[end] === '"') return { bad: end };
    end += 1;
  }
  const cell = text.slice(at, end);
  return { text: trim ? cell.trim() : cell, end };
}
