// Reads a CSV table by the names of its header row and reports what does not fit the columns.

import { FAULT_CODES, type FaultCode } from "../fault-codes.ts";
import type { FaultList, Place } from "../fault-list.ts";
import { TARIFF_LIMITS } from "../limits.ts";
import { type CsvRecord, fieldPlace, forEachRecord } from "./records.ts";

/** The row being read; one object serves all rows of a table. */
export interface TableRow<Column extends string> {
  readonly line: number;
  /** True once an error was found in this row. */
  readonly faulty: boolean;
  /** Text of the field; empty when the table has no such column. */
  text(column: Column): string;
  /** Whether the table has the column. */
  has(column: Column): boolean;
  fault(column: Column, code: FaultCode, detail?: string): void;
  place(column: Column): Place;
}

/** Columns of a table that was read, by where they stand in its rows. */
export type ColumnIndexes<Column extends string> = ReadonlyMap<Column, number>;

export interface TableShape<Column extends string> {
  columns: readonly Column[];
  mandatory: readonly Column[];
  /** Rows that it may have; absent: those of every table. */
  mostRows?: number;
}

/**
 * Calls `onRow` for each row with as many fields as the header; an unknown column is a fault. Rows of
 * delimiters only, which spreadsheets leave behind, are passed over as empty lines are. A table with
 * more rows than the limit is read no further.
 */
export function readTable<Column extends string>(
  file: string,
  text: string,
  shape: TableShape<Column>,
  faults: FaultList,
  onRow: (row: TableRow<Column>) => void,
): ColumnIndexes<Column> {
  const { mostRows = TARIFF_LIMITS.rows } = shape;
  let header: Header<Column> | "unusable" | null = null;
  let rows = 0;
  let current: CsvRecord = { line: 1, fields: [], places: null };
  let faulty = false;
  const row: TableRow<Column> = {
    get line() {
      return current.line;
    },
    get faulty() {
      return faulty;
    },
    text(column) {
      const index = indexes.get(column);
      return index === undefined ? "" : (current.fields[index] ?? "");
    },
    has: (column) => indexes.has(column),
    fault(column, code, detail) {
      if (FAULT_CODES[code].severity === "error") faulty = true;
      const index = indexes.get(column);
      // A missing column was reported once, at the header.
      if (index !== undefined) faults.add(file, fieldPlace(current, index), code, detail);
    },
    place: (column) => fieldPlace(current, indexes.get(column) ?? 0),
  };
  let indexes = new Map<Column, number>();

  forEachRecord(text, {
    onBadQuote: (place) => faults.add(file, place, "bad-quote"),
    onRecord(record) {
      if (isBlank(record)) return true;
      if (header === null) {
        header = readHeader(file, record, shape, faults) ?? "unusable";
        if (header !== "unusable") indexes = header.indexes;
        return true;
      }
      if (header === "unusable") return true;
      rows++;
      if (rows > mostRows) {
        const place = { line: record.line, column: 1 };
        faults.add(file, place, "over-limit", `It has over ${mostRows} rows.`);
        return false;
      }
      if (record.fields.length !== header.width) {
        faults.add(
          file,
          raggedPlace(record, header.width),
          "ragged-row",
          raggedDetail(record, header),
        );
        return true;
      }
      current = record;
      faulty = false;
      onRow(row);
      return true;
    },
  });
  if (header === null) faults.add(file, { line: 1, column: 1 }, "empty-file");
  else if (rows === 0 && faults.errorsIn(file) === 0) {
    faults.add(file, { line: 1, column: 1 }, "no-rows");
  }
  return indexes;
}

/** Delimiters only. */
function isBlank({ fields }: CsvRecord): boolean {
  const [first = ""] = fields;
  return first.trim() === "" && fields.every((field) => field.trim() === "");
}

interface Header<Column extends string> {
  width: number;
  indexes: Map<Column, number>;
}

function readHeader<Column extends string>(
  file: string,
  record: CsvRecord,
  shape: TableShape<Column>,
  faults: FaultList,
): Header<Column> | null {
  const known = (name: string): name is Column =>
    (shape.columns as readonly string[]).includes(name);
  const first = { line: record.line, column: 1 };
  const { length } = record.fields;
  if (length > TARIFF_LIMITS.columns) {
    const detail = `It has ${length} columns; the limit is ${TARIFF_LIMITS.columns}.`;
    faults.add(file, first, "over-limit", detail);
    return null;
  }
  if (!record.fields.some(known)) {
    const other = /[;\t|]/.test(record.fields.join(","));
    faults.add(file, first, other ? "wrong-delimiter" : "missing-header");
    return null;
  }
  const indexes = new Map<Column, number>();
  record.fields.forEach((name, index) => {
    const place = fieldPlace(record, index);
    if (!known(name)) faults.add(file, place, "not-supported", `Column: ${JSON.stringify(name)}.`);
    else if (indexes.has(name)) faults.add(file, place, "duplicate-column", `Column: ${name}.`);
    else indexes.set(name, index);
  });
  const missing = shape.mandatory.filter((name) => !indexes.has(name));
  if (missing.length > 0) {
    faults.add(file, first, "missing-column", `Missing: ${missing.join(", ")}.`);
  }
  return { width: record.fields.length, indexes };
}

function raggedPlace(record: CsvRecord, width: number) {
  return fieldPlace(record, Math.min(width, record.fields.length));
}

function raggedDetail(record: CsvRecord, header: { width: number }): string {
  return `Fields: ${record.fields.length}, columns: ${header.width}.`;
}
