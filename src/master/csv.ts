// Master data as CSV: one row an account or a carrier, read with every fault by line and column.
import { z } from "zod";
import type { JsonObject } from "../cdr/json.ts";
import { csvLine } from "../queries/csv-text.ts";
import { PLAIN_DIALECT } from "../tables/dialect.ts";
import { TABLE_LIMITS } from "../tables/limits.ts";
import { recordReader, type TableRecord } from "../tables/records.ts";
import { accountFields, carrierFields } from "./fields.ts";

export type TableKind = "account" | "carrier";

export interface TableFault {
  /** From 1, in the file; 1 is the header. */
  line: number;
  /** Null: the row as a whole. */
  column: string | null;
  message: string;
}

export interface TableRow {
  line: number;
  id: string;
  /** Members of the columns that are there; null: an empty cell takes it away. */
  change: JsonObject;
  /** Parts of the contact in columns of their own: the others of it stay. */
  contact: Readonly<Record<string, string | null>>;
}

export interface ReadTable {
  rows: TableRow[];
  faults: TableFault[];
}

const CONTACT_COLUMNS = ["person", "role", "mail", "phone", "address"] as const;

/** In the order of an export. */
export const TABLE_COLUMNS: Readonly<Record<TableKind, readonly string[]>> = {
  account: ["account", "name", "description", ...CONTACT_COLUMNS, "parent", "timeZone"],
  carrier: ["carrier", "name", "contacts", "addresses", "notes"],
};

const ID = z.string().min(1).max(256);
const FIELDS = { account: accountFields, carrier: carrierFields };

/** What `csvCell` puts before a text that a spreadsheet would run is taken off again. */
const MARKED = /^'(?=[=+\-@\t\r])/;

/** A cell as a member says it. */
function saidIn(column: string, cell: string): unknown {
  if (cell === "") return null;
  if (column === "addresses") return cell.split(/\s+/).filter((one) => one !== "");
  if (column !== "contacts") return cell;
  try {
    return JSON.parse(cell);
  } catch (error) {
    if (error instanceof SyntaxError) return cell;
    throw error;
  }
}

/** Characters that are read between two turns, and rows that are checked. */
const PIECE_CHARACTERS = 32_768;
const PIECE_ROWS = 50;

function* recordsOf(text: string): Generator<undefined, TableRecord[]> {
  const reader = recordReader(PLAIN_DIALECT, TABLE_LIMITS);
  const records: TableRecord[] = [];
  for (let at = text.startsWith("\uFEFF") ? 1 : 0; at < text.length; at += PIECE_CHARACTERS) {
    records.push(...reader.push(text.slice(at, at + PIECE_CHARACTERS)));
    yield;
  }
  records.push(...reader.end());
  return records.filter(
    ({ cells, fault }) => fault !== undefined || cells.some((cell) => cell.trim() !== ""),
  );
}

/** Every row that is right, and all that is wrong with the others; others may have a turn at each step. */
export function* readTable(kind: TableKind, text: string): Generator<undefined, ReadTable> {
  const [header, ...records] = yield* recordsOf(text);
  if (header === undefined) {
    return { rows: [], faults: [{ line: 1, column: null, message: "There is no header." }] };
  }
  const columns = header.cells.map((cell) => cell.trim());
  const faults = headerFaults(kind, columns, header);
  const rows: TableRow[] = [];
  if (faults.length > 0) return { rows, faults };
  const readers = columns.map((column) => cellReader(kind, column));
  const lines = new Map<string, number>();
  for (const [at, record] of records.entries()) {
    if (at % PIECE_ROWS === 0) yield;
    const read = rowOf(kind, readers, record);
    if ("faults" in read) {
      faults.push(...read.faults);
      continue;
    }
    const before = lines.get(read.id);
    if (before !== undefined) {
      const message = `${read.id} stands in line ${before} already.`;
      faults.push({ line: read.line, column: kind, message });
      continue;
    }
    lines.set(read.id, read.line);
    rows.push(read);
  }
  return { rows, faults };
}

function headerFaults(kind: TableKind, columns: string[], { line, fault }: TableRecord) {
  const known = TABLE_COLUMNS[kind];
  const faults: TableFault[] = fault ? [{ line, column: null, message: fault.detail }] : [];
  for (const [at, column] of columns.entries()) {
    if (!known.includes(column)) {
      faults.push({ line, column, message: `No such column; there are ${known.join(", ")}.` });
    } else if (columns.indexOf(column) < at) {
      faults.push({ line, column, message: "The column comes twice." });
    }
  }
  if (faults.length === 0 && !columns.includes(kind)) {
    faults.push({ line, column: kind, message: `The column ${kind} is missing.` });
  }
  return faults;
}

interface CellReader {
  column: string;
  /** A part of the contact, in a column of its own. */
  isPart: boolean;
  shape: z.ZodType;
}

function cellReader(kind: TableKind, column: string): CellReader {
  const isPart = kind === "account" && CONTACT_COLUMNS.some((one) => one === column);
  return { column, isPart, shape: shapeOf(kind, column) };
}

function rowOf(
  kind: TableKind,
  readers: readonly CellReader[],
  { line, cells, fault }: TableRecord,
): TableRow | { faults: TableFault[] } {
  if (fault !== undefined) return { faults: [{ line, column: null, message: fault.detail }] };
  if (cells.length !== readers.length) {
    const message = `It has ${cells.length} cells, the header has ${readers.length}.`;
    return { faults: [{ line, column: null, message }] };
  }
  const faults: TableFault[] = [];
  const change: JsonObject = {};
  const contact: Record<string, string | null> = {};
  let id = "";
  for (const [at, { column, isPart, shape }] of readers.entries()) {
    const cell = (cells[at] ?? "").trim().replace(MARKED, "");
    const read = shape.safeParse(column === kind ? cell : saidIn(column, cell));
    if (!read.success) {
      const [issue] = read.error.issues;
      const where = issue?.path.length ? `${issue.path.join(".")}: ` : "";
      faults.push({ line, column, message: `${where}${issue?.message ?? "It is wrong."}` });
    } else if (column === kind) id = cell;
    else if (isPart) contact[column] = read.data as string | null;
    else change[column] = read.data as JsonObject[string];
  }
  return faults.length > 0 ? { faults } : { line, id, change, contact };
}

function shapeOf(kind: TableKind, column: string): z.ZodType {
  if (column === kind) return ID;
  const fields: Readonly<Record<string, z.ZodType>> = {
    ...accountFields.contact.required().shape,
    ...FIELDS[kind],
  };
  return (fields[column] ?? z.never()).nullable();
}

/** The contact with these parts of it; null: nothing is left of it. */
export function mergedContact(
  before: unknown,
  parts: Readonly<Record<string, string | null>>,
): JsonObject | null {
  const known = typeof before === "object" && before !== null ? before : {};
  const next = Object.entries({ ...known, ...parts }).filter(([, value]) => value !== null);
  return next.length === 0 ? null : (Object.fromEntries(next) as JsonObject);
}

export function tableHeader(kind: TableKind): string {
  return csvLine(TABLE_COLUMNS[kind]);
}

/** A row that reads back as what is said. */
export function tableLine(kind: TableKind, id: string, members: JsonObject): string {
  const { contact } = members;
  const parts = typeof contact === "object" && contact !== null ? (contact as JsonObject) : {};
  const cells = TABLE_COLUMNS[kind].map((column) => {
    if (column === kind) return id;
    if (kind === "account" && CONTACT_COLUMNS.some((one) => one === column)) {
      return parts[column] ?? null;
    }
    const value = members[column] ?? null;
    return column === "addresses" && Array.isArray(value) ? value.join(" ") : value;
  });
  return csvLine(cells);
}
