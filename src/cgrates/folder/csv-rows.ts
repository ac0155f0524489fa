// Splits the text of a CGRateS file into rows, as Go's reader does with `#` for comments.
import type { FaultList, FaultPlace } from "./fault-list.ts";

/** Nothing, commas only, or a comment. */
const NO_DATA = /^(?:,*$|#)/;

export interface CsvRow {
  file: string;
  /** Line of the first field, from 1. */
  line: number;
  fields: string[];
  /** Where each field starts when the row has quotes; null: count from the fields. */
  places: FaultPlace[] | null;
}

/** Where field `index` of a row starts; one past the last is where the row ends. */
export function placeOf(row: CsvRow, index: number): FaultPlace {
  const { file, line, fields, places } = row;
  const known = places?.[index] ?? places?.at(-1);
  if (known) return known;
  let column = 1;
  const last = Math.min(index, fields.length);
  for (let i = 0; i < last; i++) column += (fields[i] as string).length + 1;
  return { file, line, column: index >= fields.length ? Math.max(1, column - 1) : column };
}

/** The place of a field, by file and line: for faults that are found after all files were read. */
export type PlaceFinder = (row: { file: string; line: number }, index: number) => FaultPlace;

/** A file is read again when its first place is asked for; a folder without faults asks none. */
export function createPlaceFinder(
  textOf: (file: string) => string,
  faults: FaultList,
): PlaceFinder {
  const files = new Map<string, Map<number, CsvRow>>();
  return ({ file, line }, index) => {
    let rows = files.get(file);
    if (rows === undefined) {
      const read = new Map<number, CsvRow>();
      forEachRow({ file, text: textOf(file), faults }, (row) => read.set(row.line, { ...row }));
      files.set(file, read);
      rows = read;
    }
    const row = rows.get(line);
    return row ? placeOf(row, index) : { file, line, column: 1 };
  };
}

/**
 * Calls `onRow` for every row of data. Empty lines, lines of commas only and lines that begin with
 * `#` are passed over, so a header is a comment and its names mean nothing. One row object is used again for all rows.
 */
export function forEachRow(
  source: { file: string; text: string; faults: FaultList },
  onRow: (row: CsvRow) => void,
): void {
  const { file, faults } = source;
  const text = source.text.charCodeAt(0) === 0xfeff ? source.text.slice(1) : source.text;
  const row: CsvRow = { file, line: 0, fields: [], places: null };
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const found = text.indexOf("\n", start);
    const lineEnd = found < 0 ? text.length : found;
    const end = text.charCodeAt(lineEnd - 1) === 13 && lineEnd > start ? lineEnd - 1 : lineEnd;
    const content = text.slice(start, end);
    if (!NO_DATA.test(content)) {
      row.line = line;
      if (!content.includes('"')) {
        row.fields = content.split(",");
        row.places = null;
        onRow(row);
      } else {
        const read = readQuoted(text, { file, line, start });
        if (read.bad === null) {
          row.fields = read.fields;
          row.places = read.places;
          onRow(row);
        } else faults.add(read.bad, "bad-quote");
        line = read.line;
        start = read.next;
        continue;
      }
    }
    start = lineEnd + 1;
  }
}

/** Reads one row that has quotes; after a bad quote the rest of its line is left out. */
function readQuoted(text: string, from: { file: string; line: number; start: number }) {
  const { file } = from;
  const fields: string[] = [];
  const places: FaultPlace[] = [];
  let { line } = from;
  let lineStart = from.start;
  let at = from.start;
  const place = (offset: number) => ({ file, line, column: offset - lineStart + 1 });
  const result = (bad: FaultPlace | null) => {
    const end = text.indexOf("\n", at);
    return { fields, places, bad, line, next: end < 0 ? text.length : end + 1 };
  };
  for (;;) {
    places.push(place(at));
    if (text[at] !== '"') {
      const end = endOfPlainField(text, at);
      if (text[end] === '"') return result(place(end));
      fields.push(text.slice(at, end));
      at = end;
    } else {
      const close = closingQuote(text, at);
      if (close < 0) return result(place(at));
      const inner = text.slice(at + 1, close);
      fields.push(inner.replaceAll('""', '"'));
      const breaks = inner.split("\n").length - 1;
      if (breaks > 0) {
        line += breaks;
        lineStart = at + 2 + inner.lastIndexOf("\n");
      }
      at = close + 1;
    }
    if (text[at] === ",") at++;
    else if (at >= text.length || /^\r?(\n|$)/.test(text.slice(at, at + 2))) return result(null);
    else return result(place(at));
  }
}

function endOfPlainField(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const sign = text[end];
    if (sign === "," || sign === "\n" || sign === '"') break;
    if (sign === "\r" && (end + 1 === text.length || text[end + 1] === "\n")) break;
    end++;
  }
  return end;
}

function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
