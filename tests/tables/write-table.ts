// A table as bytes in a dialect: the other way round, for properties.
import type { Dialect } from "../../src/tables/dialect.ts";

export interface Table {
  names: string[];
  rows: string[][];
}

export function writeTable(
  { names, rows }: Table,
  dialect: Dialect,
  {
    notices = [],
    below = [],
    crlf = false,
  }: { notices?: string[]; below?: string[]; crlf?: boolean } = {},
): Uint8Array {
  const end = dialect.lineEnd === "cr" ? "\r" : crlf ? "\r\n" : "\n";
  const lines = [
    ...notices,
    ...(dialect.header ? [lineOf(names, dialect)] : []),
    ...rows.map((row) => lineOf(row, dialect)),
    ...below,
  ];
  return encode(lines.map((line) => line + end).join(""), dialect.encoding);
}

function lineOf(cells: string[], dialect: Dialect): string {
  return cells.map((cell) => cellText(cell, dialect)).join(dialect.delimiter);
}

function cellText(cell: string, { quoting, delimiter, trim }: Dialect): string {
  if (quoting === "none") return cell;
  const isPlain =
    !cell.includes('"') &&
    !cell.includes(delimiter) &&
    !/[\r\n]/.test(cell) &&
    !(trim && cell.trim() !== cell);
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
}

export function encode(text: string, encoding: string): Uint8Array {
  if (encoding === "utf-8") return Buffer.from(text, "utf8");
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) {
    // Node 20 reads these bytes of windows-1252 as control characters.
    if (encoding === "windows-1252" && byte >= 0x80 && byte <= 0x9f) continue;
    table.set(new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte);
  }
  if (encoding === "windows-1252") table.set("€", 0x80).set("Ž", 0x8e).set("œ", 0x9c);
  return Uint8Array.from([...text].map((sign) => table.get(sign) ?? 0x3f));
}
