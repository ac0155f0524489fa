// The params of an export, its link, and how CSV and JSON lines are written.

import { z } from "zod";
import type { Scope } from "../access/scope.ts";
import type { StoredCdr } from "../cdr/cdr.ts";
import type { Engine } from "../engine/engine.ts";
import type { ExportFormat } from "../engine/records/export.ts";
import { engineError } from "../errors.ts";
import type { SummaryRow } from "../queries/cdr-query.ts";
import { csvLine } from "../queries/csv-text.ts";
import { columnReader, EXPORT_COLUMNS, isExportColumn } from "../queries/export-columns.ts";
import { cdrView } from "./cdr-view.ts";
import { filterParameter, toFilter } from "./filter-shape.ts";
import { createParamsReader } from "./request/params.ts";
import { cdrId, name } from "./shapes.ts";
import { summaryView } from "./summary-view.ts";

const column = z
  .string()
  .max(256)
  .refine(isExportColumn, `one of ${EXPORT_COLUMNS.join(", ")}, or extra.NAME`);

export const exportParameters = z.strictObject({
  filter: filterParameter.optional(),
  format: z.enum(["csv", "jsonl"]).default("csv"),
  /** Absent: for csv every column, for jsonl each CDR whole, as cdr.get answers it. */
  columns: z.array(column).min(1).max(200).optional(),
  /** Whether the sums and the count stand at the end. Without them a connection that breaks off, or the exit code, alone says that lines are missing. */
  trailer: z.boolean().default(true),
  /** The id of the last line that arrived whole: goes on after it, without the header. */
  after: cdrId.optional(),
  /** Its tenant, where several that the caller may see have the id. */
  afterTenant: name.optional(),
});

export type ExportRequest = z.output<typeof exportParameters>;

export const EXPORT_TYPES = {
  csv: "text/csv; charset=utf-8",
  jsonl: "application/x-ndjson; charset=utf-8",
} as const;

/** Proxies and servers refuse longer ones. */
const LONGEST_LINK = 8000;

/** The text of what is asked for, in pieces. @throws `not-found`, `ambiguous` at `after` */
export function exportText(
  engine: Engine,
  request: ExportRequest,
  reading: { scope: Scope; signal?: AbortSignal },
): Promise<AsyncGenerator<string, void>> {
  const { after: id, afterTenant: tenant } = request;
  const after = id === undefined ? undefined : { id, tenant };
  const { columns } = exportOf(engine, request, reading.scope);
  const asked = { filter: toFilter(request.filter), after };
  return engine.cdrs.export(asked, exportFormat({ ...request, columns }), reading);
}

/**
 * What an export of these params has: its columns; null: each line is a whole CDR.
 * @throws `forbidden` at what the scope may not see
 */
export function exportOf(
  engine: Engine,
  { filter, format, columns }: Pick<ExportRequest, "filter" | "format" | "columns">,
  scope: Scope,
): { columns: string[] | null } {
  const seen = engine.cdrs.exportColumns({ filter: toFilter(filter), columns }, scope);
  return { columns: format === "jsonl" && columns === undefined ? null : [...seen] };
}

/** The link that answers the export of these params; they are checked again when it is used. */
export function exportLink(params: z.input<typeof exportParameters>): string {
  const request = Buffer.from(JSON.stringify(params), "utf8").toString("base64url");
  const link = `/export?request=${request}`;
  if (link.length <= LONGEST_LINK) return link;
  throw engineError("too-large", `The link would have over ${LONGEST_LINK} characters.`, {
    path: "filter",
    hint: "Post the same params as JSON to /export: it answers the file at once.",
  });
}

const readParams = createParamsReader(exportParameters);

/** The params of a link, or of a posted text. @throws `invalid-params` naming each fault */
export function readExportRequest(text: string, encoding: "base64url" | "utf8"): ExportRequest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, encoding).toString("utf8"));
  } catch (cause) {
    throw engineError("invalid-params", "The export request is not JSON.", { cause });
  }
  return readParams(value);
}

export function exportFormat({
  format,
  columns = null,
  trailer = true,
}: {
  format: ExportRequest["format"];
  /** Null: csv every column, jsonl each CDR whole. */
  columns?: readonly string[] | null;
  trailer?: boolean;
}): ExportFormat {
  const whole = format === "csv" ? csvFormat(columns ?? EXPORT_COLUMNS) : jsonFormat(columns);
  return trailer ? whole : { ...whole, footer: () => "" };
}

/** The last lines begin with `#`: one of sums for each currency, then `#end` with the count. */
function csvFormat(columns: readonly string[]): ExportFormat {
  const readers = columns.map(columnReader);
  return {
    header: csvLine([...columns]),
    line: (cdr) => csvLine(readers.map((read) => read(cdr))),
    footer: (sums, calls) => [...sums.map(sumsLine), csvLine(["#end", `calls=${calls}`])].join(""),
  };
}

function sumsLine(row: SummaryRow): string {
  const members = Object.entries(summaryView(row)).filter(([, value]) => value !== null);
  return csvLine(["#sums", ...members.map(([name, value]) => `${name}=${value}`)]);
}

/** The last line has the members `sums` and `calls`. */
function jsonFormat(columns: readonly string[] | null): ExportFormat {
  const readers = columns?.map((name) => [name, columnReader(name)] as const);
  const view = (cdr: StoredCdr): unknown =>
    readers === undefined
      ? cdrView(cdr)
      : Object.fromEntries(readers.map(([name, read]) => [name, read(cdr)]));
  return {
    header: "",
    line: (cdr) => `${JSON.stringify(view(cdr))}\n`,
    footer: (sums, calls) => `${JSON.stringify({ sums: sums.map(summaryView), calls })}\n`,
  };
}
