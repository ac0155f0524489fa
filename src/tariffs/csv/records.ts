// Splits RFC 4180 text into records whose every field knows its line and column.
import type { Place } from "../fault-list.ts";
import { plainLines } from "./plain-lines.ts";

export interface CsvRecord {
  /** Line of the first field, from 1. */
  line: number;
  fields: string[];
  /** Where each field starts, and where the record ends; null: on one line, without quotes. */
  places: Place[] | null;
}

export interface CsvHandlers {
  /** False: nothing more is read. */
  onRecord(record: CsvRecord): unknown;
  /** A quote where none may be; the rest of its line is left out. */
  onBadQuote(place: Place): void;
}

/**
 * Reads every record of `text` until `onRecord` answers false. Lines end in LF, CRLF or CR; a leading
 * byte order mark and lines without any character are passed over. The work is linear in the length of
 * the text.
 */
export function forEachRecord(text: string, handlers: CsvHandlers): void {
  const source = plainLines(text);
  const reader = createQuotedReader(source);
  let start = 0;
  let line = 1;
  while (start < source.length) {
    const found = source.indexOf("\n", start);
    const end = found === -1 ? source.length : found;
    const content = source.slice(start, end);
    if (!content.includes('"')) {
      const fields = content === "" ? null : content.split(",");
      const isEnd = fields !== null && handlers.onRecord({ line, fields, places: null }) === false;
      if (isEnd) return;
      start = end + 1;
      line++;
      continue;
    }
    const read = reader.read(start, line);
    if (read.bad !== null) handlers.onBadQuote(read.bad);
    else if (handlers.onRecord({ line, fields: read.fields, places: read.places }) === false)
      return;
    start = read.nextStart;
    line = read.nextLine;
  }
}

/** The record that begins at an offset of a text with plain line ends; null: it has a bad quote. */
export function recordAt(source: string, start: number, line: number): CsvRecord | null {
  const content = source.slice(start, endOfLine(source, start));
  if (!content.includes('"')) return { line, fields: content.split(","), places: null };
  const { bad, fields, places } = createQuotedReader(source).read(start, line);
  return bad === null ? { line, fields, places } : null;
}

/** Where field `index` of the record starts; one past the last field is the record's end. */
export function fieldPlace(record: CsvRecord, index: number): Place {
  const place = record.places?.[Math.min(index, record.fields.length)];
  if (place !== undefined) return withText(record, index, place);
  let column = 1;
  for (let i = 0; i < index && i < record.fields.length; i++) {
    column += (record.fields[i] ?? "").length + 1;
  }
  if (index >= record.fields.length) column--;
  return withText(record, index, { line: record.line, column });
}

function withText({ fields }: CsvRecord, index: number, place: Place): Place {
  const text = fields[index];
  return text === undefined ? place : { ...place, text };
}

interface QuotedRecord {
  fields: string[];
  places: Place[];
  bad: Place | null;
  nextStart: number;
  nextLine: number;
}

/** Reads records that have quotes; once one quote never closed, later ones must on their line. */
function createQuotedReader(source: string) {
  let multiline = true;
  /** End of the line that was asked for last: a line of many fields is looked through once. */
  let knownEnd = -1;

  function lineEnd(from: number): number {
    if (from > knownEnd) knownEnd = endOfLine(source, from);
    return knownEnd;
  }

  /** End of the field at `at`: its comma, line end or stray quote; -1: its quote never closes. */
  function endOf(at: number): number {
    if (source[at] !== '"') return endOfField(source, at);
    const close = closingQuote(source, at, multiline ? source.length : lineEnd(at));
    if (close === -1) multiline = false;
    return close === -1 ? -1 : close + 1;
  }

  function read(start: number, firstLine: number): QuotedRecord {
    const fields: string[] = [];
    const places: Place[] = [];
    let at = start;
    let line = firstLine;
    let lineStart = start;
    const place = (offset: number): Place => ({ line, column: offset - lineStart + 1 });
    const bad = (offset: number): QuotedRecord => {
      const nextStart = endOfLine(source, offset) + 1;
      return { fields, places, bad: place(offset), nextStart, nextLine: line + 1 };
    };

    for (;;) {
      places.push(place(at));
      const end = endOf(at);
      if (end === -1) return bad(at);
      if (source[at] === '"') {
        const inner = source.slice(at + 1, end - 1);
        line += inner.split("\n").length - 1;
        if (inner.includes("\n")) lineStart = at + 2 + inner.lastIndexOf("\n");
        fields.push(inner.replaceAll('""', '"'));
      } else {
        fields.push(source.slice(at, end));
      }
      at = end;
      if (at >= source.length || source[at] === "\n") break;
      if (source[at] !== ",") return bad(at);
      at++;
    }
    places.push(place(at));
    return { fields, places, bad: null, nextStart: at + 1, nextLine: line + 1 };
  }

  return { read };
}

function closingQuote(source: string, open: number, limit: number): number {
  let at = source.indexOf('"', open + 1);
  while (at !== -1 && at < limit && source[at + 1] === '"') at = source.indexOf('"', at + 2);
  return at < limit ? at : -1;
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf("\n", from);
  return end === -1 ? source.length : end;
}

function endOfField(source: string, from: number): number {
  let end = from;
  while (end < source.length) {
    const sign = source[end];
    if (sign === "," || sign === "\n" || sign === '"') break;
    end++;
  }
  return end;
}
