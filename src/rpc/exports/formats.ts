// The forms that an export is written in.
import type { ExportFormat } from "../../engine/records/export.ts";
import { EXPORT_COLUMNS } from "../../queries/export-columns.ts";
import type { TimeWriting } from "../../queries/written-time.ts";
import { arrayFormat, linesFormat, yamlFormat } from "./records.ts";
import { csvFormat, pageFormat } from "./tables.ts";
import { sheetFormat, workbookBytes } from "./workbook.ts";

export const EXPORT_TYPES = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson; charset=utf-8",
  json: "application/json; charset=utf-8",
  yaml: "application/yaml; charset=utf-8",
  html: "text/html; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;
export type FileFormat = keyof typeof EXPORT_TYPES;
export const FILE_FORMATS = Object.keys(EXPORT_TYPES) as [FileFormat, ...FileFormat[]];

/** Those that another file can go on after, line by line. */
export const BY_LINES: readonly FileFormat[] = ["csv", "jsonl"];

/** Those whose record is a CDR as a whole, where no columns are asked for. */
export const OF_RECORDS: readonly FileFormat[] = ["jsonl", "json", "yaml"];

export interface FileAsked extends TimeWriting {
  format: FileFormat;
  /** Null: every column, of records each CDR whole. */
  columns: readonly string[] | null;
  header: boolean;
  trailer: boolean;
}

export function fileFormat({ format, ...asked }: FileAsked): ExportFormat {
  const whole = wholeFormat({ format, ...asked });
  // Pages, sheets and arrays have an end of their own.
  const hasOwnEnd = format === "html" || format === "xlsx" || format === "json";
  if (asked.trailer || hasOwnEnd) return whole;
  return { ...whole, footer: (sums, calls) => withoutComments(whole.footer(sums, calls), format) };
}

function withoutComments(footer: string, format: FileFormat): string {
  return format === "yaml" ? footer.replace(/^#.*\n/m, "") : "";
}

function wholeFormat({ format, columns, ...asked }: FileAsked): ExportFormat {
  const table = { ...asked, columns: columns ?? EXPORT_COLUMNS };
  const records = { columns, times: asked.times, timeZone: asked.timeZone };
  switch (format) {
    case "csv":
      return csvFormat(table);
    case "html":
      return pageFormat(table);
    case "xlsx":
      return sheetFormat(table);
    case "jsonl":
      return linesFormat(records);
    case "json":
      return arrayFormat(records);
    case "yaml":
      return yamlFormat(records);
  }
}

/** What is written, from the texts of the format. */
export function fileBytes(
  format: FileFormat,
  texts: AsyncGenerator<string, void>,
): AsyncGenerator<string | Uint8Array, void> {
  return format === "xlsx" ? workbookBytes(texts) : texts;
}
