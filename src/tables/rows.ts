// The rows of a table out of its records: below the header, under the names of their columns,
// without notices, repeated headers, rows of nothing and what stands below the table.
import type { Reason } from "../cdr/reasons.ts";
import type { Dialect } from "./dialect.ts";
import { NOT_DECODED } from "./encoding.ts";
import type { CellPlace } from "./quoted-cells.ts";
import { cellPlace, type TableRecord } from "./records.ts";

export interface TableRow {
  kind: "row";
  /** From 1, in the file. */
  line: number;
  /** As many as there are columns, in their order. */
  cells: string[];
  /** As it came. */
  text: string;
  /** How many of them the row itself has. */
  width: number;
  /** Cells without a column, at the end of the row. */
  surplus: string[];
}

export interface RefusedRow {
  kind: "refused";
  line: number;
  reason: Reason;
  place: CellPlace;
  /** One sentence that names line and column. */
  detail: string;
  text: string;
}

/** What is no row, and why it is passed over. */
export interface PassedOver {
  kind: "passed";
  line: number;
  why: "notice" | "header" | "blank" | "below";
  text: string;
}

export type TableLine = TableRow | RefusedRow | PassedOver;

export interface RowReader {
  /** Names of the columns; null: the header has not come yet. */
  columns(): readonly string[] | null;
  /** @throws TableFault when the header cannot be one */
  read(record: TableRecord): TableLine;
}

/** The table as a whole cannot be read. */
export class TableFault extends Error {
  readonly line: number;
  readonly reason: Reason;
  constructor(reason: Reason, line: number, detail: string) {
    super(detail);
    this.name = "TableFault";
    this.reason = reason;
    this.line = line;
  }
}

export function rowReader(dialect: Dialect): RowReader {
  const { firstLine, header, names, endsAt, ragged } = dialect;
  const endWords = endsAt.map((word) => word.toLowerCase());
  let columns: string[] | null = header || names === undefined ? null : columnNames(names);
  let headerCells: string | null = null;
  let headerFirst: string | null = null;
  let isBelow = false;

  function isEnd(cells: readonly string[]): boolean {
    if (endWords.length === 0) return false;
    const first = cells.find((cell) => cell !== "")?.toLowerCase();
    return first !== undefined && endWords.some((word) => first.startsWith(word));
  }

  function readHeader(record: TableRecord): TableLine {
    const { fault, cells, line, text } = record;
    if (fault !== undefined)
      throw new TableFault(fault.reason, line, `The header: ${fault.detail}`);
    headerCells = cells.join("\0");
    headerFirst = cells[0] ?? "";
    columns = columnNames(names ?? headerNames(record, dialect));
    return { kind: "passed", line, why: "header", text };
  }

  function rowOf(record: TableRecord, width: number): TableLine {
    const { line, text } = record;
    // What a spreadsheet is to take for a text, ="0044", is that text.
    const cells = text.includes('="') ? record.cells.map(withoutFormula) : record.cells;
    const refused = (index: number, reason: Reason, what: string): RefusedRow => {
      const place = cellPlace(record, index, dialect.delimiter);
      const detail = `Line ${place.line}, column ${place.column}: ${what}.`;
      return { kind: "refused", line, reason, place, text, detail };
    };
    const isBroken = text.includes(NOT_DECODED);
    const broken = isBroken ? cells.findIndex((cell) => cell.includes(NOT_DECODED)) : -1;
    if (broken >= 0) {
      return refused(
        broken,
        "broken-encoding",
        `the cell has bytes that are not ${dialect.encoding}`,
      );
    }
    if (cells.length === width) return { kind: "row", line, text, cells, width, surplus: [] };
    const surplus = cells.slice(width);
    const hasSurplus = surplus.some((cell) => cell !== "");
    if (ragged === "refuse" && (cells.length < width || hasSurplus)) {
      const what = `the row has ${cells.length} cells, and there are ${width} columns`;
      return refused(Math.min(width, cells.length), "ragged-row", what);
    }
    const filled = [...cells.slice(0, width), ...Array(Math.max(width - cells.length, 0)).fill("")];
    return {
      kind: "row",
      line,
      text,
      cells: filled,
      width: Math.min(width, cells.length),
      surplus: hasSurplus ? surplus : [],
    };
  }

  return {
    columns: () => columns,
    read(record) {
      const { line, text, cells, fault } = record;
      if (line < firstLine) return { kind: "passed", line, why: "notice", text };
      if (isBelow) return { kind: "passed", line, why: "below", text };
      if (fault === undefined && cells.every((cell) => cell === "")) {
        return { kind: "passed", line, why: "blank", text };
      }
      if (header && headerCells === null) return readHeader(record);
      if (fault !== undefined) {
        const { reason, place, detail } = fault;
        return { kind: "refused", line, reason, place, detail, text };
      }
      const isHeader = cells[0] === headerFirst && cells.join("\0") === headerCells;
      if (isHeader) return { kind: "passed", line, why: "header", text };
      if (isEnd(cells)) {
        isBelow = true;
        return { kind: "passed", line, why: "below", text };
      }
      columns ??= cells.map((_cell, index) => columnName(index));
      return rowOf(record, columns.length);
    },
  };
}

function withoutFormula(cell: string): string {
  return /^="([^"]*)"$/.exec(cell)?.[1] ?? cell;
}

/** The names of a header that has other signs between them than its rows. */
function headerNames({ cells, text }: TableRecord, { headerDelimiters }: Dialect): string[] {
  if (headerDelimiters === undefined) return cells;
  let names = [text];
  for (const sign of headerDelimiters) names = names.flatMap((name) => name.split(sign));
  return names.map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
}

function columnName(index: number): string {
  return `column${index + 1}`;
}

/** Each column by a name of its own: one without gets its number, a repeated one a number behind. */
function columnNames(sent: readonly string[]): string[] {
  const taken = new Set<string>();
  return sent.map((name, index) => {
    const plain = name.trim() === "" ? columnName(index) : name.trim();
    let own = plain;
    for (let again = 2; taken.has(own); again += 1) own = `${plain}_${again}`;
    taken.add(own);
    return own;
  });
}
