// The formats of files that can be imported, and how each file is cut into records.
import { TABLE_LAYOUTS } from "./layouts.ts";

type FileShape =
  /** Rows of a table, by a dialect. */
  | "table"
  /** Each line is a record as the switch writes it. */
  | "lines"
  /** JSON objects, one a line, or in one list. */
  | "objects"
  /** The whole file is one record. */
  | "document"
  /** A body of records that say themselves where they end. */
  | "pieces";

export interface ImportFormat {
  name: string;
  shape: FileShape;
  /** Name of the format in suspense and for retries. */
  kept: string;
}

const OTHERS: Readonly<Record<string, Omit<ImportFormat, "name">>> = {
  jsonl: { shape: "objects", kept: "cdr-object" },
  yeastar: { shape: "document", kept: "yeastar" },
  "asterisk-csv": { shape: "lines", kept: "asterisk-csv" },
  "freeswitch-json": { shape: "document", kept: "freeswitch-json" },
  "freeswitch-xml": { shape: "document", kept: "freeswitch-xml" },
  "ucm-json": { shape: "pieces", kept: "ucm-json" },
  "ucm-xml": { shape: "pieces", kept: "ucm-xml" },
  "ucm-csv": { shape: "pieces", kept: "ucm-csv" },
};

export const IMPORT_FORMATS: readonly string[] = [
  ...Object.keys(TABLE_LAYOUTS),
  ...Object.keys(OTHERS),
];

/** Null: there is no such format. */
export function fileFormat(name: string): ImportFormat | null {
  if (Object.hasOwn(TABLE_LAYOUTS, name)) return { name, shape: "table", kept: "csv" };
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  return other === undefined ? null : { name, ...other };
}
