// A line of the CSV that a UCM writes, which does not quote all that has a comma in it.
import { CDR_CSV } from "../asterisk/columns.ts";

/** As the device's interface for CDRs writes them when it names none: it is an Asterisk. */
export const UCM_COLUMNS: readonly string[] = [
  "AcctId",
  ...CDR_CSV,
  "uniqueid",
  "userfield",
  "channel_ext",
  "dstchannel_ext",
  "service",
];

/** Of a header, and values of a line: over this it is no CSV of a UCM. */
const LONGEST_HEADER = 4096;
const MOST_VALUES = 1000;

/** Where the line that has this place ends: at LF, CR or NUL; the length of the bytes where at none. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x0a || byte === 0x0d || byte === 0) return at;
  }
  return bytes.length;
}

/** The names of a line's columns, where it is a header; null: it is a record. */
export function headerOf(line: string): string[] | null {
  if (line.length > LONGEST_HEADER || !/acctid|uniqueid|billsec/i.test(line)) return null;
  const names = line.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  const known = names.filter((name) => /^(?:acctid|src|dst|start|billsec|uniqueid)$/i.test(name));
  return known.length >= 3 ? names : null;
}

/**
 * The values in the order of the columns, or what is wrong. `clid` has quotes of its own, and a comma
 * within them is part of it; what is too much belongs to `lastdata`, the arguments of an application.
 */
export function fieldsOf(line: string, columns: readonly string[]): string[] | string {
  const pieces = line.split(",", MOST_VALUES + 1);
  if (pieces.length > MOST_VALUES) return `The line has over ${MOST_VALUES} values.`;
  const values = joined(pieces);
  const surplus = values.length - columns.length;
  const data = columns.findIndex((column) => column.toLowerCase() === "lastdata");
  if (surplus < 0 || (surplus > 0 && data < 0)) {
    return `The line has ${values.length} values for ${columns.length} columns.`;
  }
  const whole =
    surplus === 0
      ? values
      : values.toSpliced(data, surplus + 1, values.slice(data, data + surplus + 1).join(","));
  return whole.map(unquoted);
}

/** A value that begins with a quote goes on until its quotes are even. */
function joined(pieces: readonly string[]): string[] {
  const values: string[][] = [];
  let quotes = 0;
  for (const piece of pieces) {
    const open = values.at(-1);
    if (open !== undefined && quotes % 2 === 1) {
      open.push(piece);
      quotes += quotesIn(piece);
      continue;
    }
    values.push([piece]);
    quotes = piece.startsWith('"') ? quotesIn(piece) : 0;
  }
  return values.map((parts) => parts.join(","));
}

function quotesIn(text: string): number {
  return text.split('"').length - 1;
}

function unquoted(value: string): string {
  const inner = /^"((?:[^"]|"")*)"$/.exec(value)?.[1];
  return inner === undefined ? value : inner.replaceAll('""', '"');
}
