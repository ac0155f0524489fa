// The params of an export, its link, and what it has.
import { z } from "zod";
import { type Scope, seenBy } from "../access/scope.ts";
import { isSeenColumn } from "../access/views.ts";
import type { StoredCdr } from "../cdr/cdr.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { Engine } from "../engine/engine.ts";
import { engineError } from "../errors.ts";
import { EXPORT_COLUMNS, isExportColumn } from "../queries/export-columns.ts";
import { TIME_FORMS } from "../queries/written-time.ts";
import { isZone } from "../reports/language/languages.ts";
import { BY_LINES, FILE_FORMATS, fileBytes, fileFormat, OF_RECORDS } from "./exports/formats.ts";
import { filterParameter, toFilter } from "./filter-shape.ts";
import { createParamsReader } from "./request/params.ts";
import { narrowing } from "./request/seen-params.ts";
import { cdrId, name } from "./shapes.ts";

function columnOf(isOne: (name: string) => boolean, texts: readonly string[]) {
  return z
    .string()
    .max(256)
    .refine(isOne, `one of ${texts.join(", ")}`);
}

/** A column of an export, for whom there is it. */
export const column = narrowing(
  columnOf(isExportColumn, [...EXPORT_COLUMNS, "or extra.NAME"]),
  (seen) => {
    const extra = seen.fields.map((field) => `extra.${field}`);
    const isSeen = (name: string) => isExportColumn(name) && isSeenColumn(seen, name);
    return columnOf(isSeen, [...EXPORT_COLUMNS, ...extra].filter(isSeen));
  },
);

const parameters = z.strictObject({
  filter: filterParameter.optional(),
  format: z.enum(FILE_FORMATS).default("csv"),
  /** Absent: every column; for jsonl, json and yaml each CDR whole, as cdr.get answers it. */
  columns: z.array(column).min(1).max(200).optional(),
  header: z
    .boolean()
    .default(true)
    .describe("Whether the names of the columns stand above: csv, html and xlsx."),
  times: z
    .enum(TIME_FORMS)
    .default("iso")
    .describe(
      "How times of columns are written. `iso`: as stored, with the offset that was sent; `iso-zone`: with that of `timeZone`; `epoch`: seconds since 1970; the others: the wall clock of `timeZone`, to the second.",
    ),
  timeZone: name.refine(isZone, "an IANA zone, e.g. Europe/Madrid").default("UTC"),
  /** Whether the sums and the count stand at the end. Without them a connection that breaks off, or the exit code, alone says that lines are missing. */
  trailer: z.boolean().default(true),
  /** The id of the last line that arrived whole: goes on after it, without the header; csv and jsonl. */
  after: cdrId.optional(),
  /** Its tenant, where several that the caller may see have the id. */
  afterTenant: name.optional(),
});

/** Those of one that is written as a job: it is begun anew, not gone on with. */
export const fileParameters = parameters.omit({ after: true, afterTenant: true });

export const exportParameters = parameters
  .refine(({ after, format }) => after === undefined || BY_LINES.includes(format), {
    error: `only ${BY_LINES.join(" and ")} can be gone on with`,
    path: ["after"],
  })
  .refine(
    ({ times, columns, format }) =>
      times === "iso" || columns !== undefined || !OF_RECORDS.includes(format),
    { error: "times are written in columns: say which", path: ["times"] },
  );

export type ExportRequest = z.output<typeof exportParameters>;

/** Proxies and servers refuse longer ones. */
const LONGEST_LINK = 8000;

/** What is asked for, in pieces. @throws `not-found`, `ambiguous` at `after` */
export async function exportPieces(
  engine: Pick<Engine, "cdrs">,
  request: ExportRequest,
  reading: { scope: Scope; signal?: AbortSignal; onLine?: () => void },
): Promise<AsyncGenerator<string | Uint8Array, void>> {
  const { after: id, afterTenant: tenant } = request;
  const after = id === undefined ? undefined : { id, tenant };
  const { columns } = exportOf(engine, request, reading.scope);
  const asked = { filter: toFilter(request.filter), after };
  const format = fileFormat({ ...request, columns });
  const { onLine } = reading;
  const line = (cdr: StoredCdr): string => {
    onLine?.();
    return format.line(cdr);
  };
  const texts = await engine.cdrs.export(asked, { ...format, line }, reading);
  return fileBytes(request.format, texts);
}

/**
 * What an export of these params has: its columns; null: each line is a whole CDR.
 * @throws `invalid-params` at what does not exist for the scope
 */
export function exportOf(
  engine: Pick<Engine, "cdrs">,
  { filter, format, columns }: Pick<ExportRequest, "filter" | "format" | "columns">,
  scope: Scope,
): { columns: string[] | null } {
  const seen = engine.cdrs.exportColumns({ filter: toFilter(filter), columns }, scope);
  return { columns: OF_RECORDS.includes(format) && columns === undefined ? null : [...seen] };
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

/** @throws `invalid-params` naming each fault, `forbidden` at what the scope may not see */
export function requireExport(
  engine: Pick<Engine, "cdrs">,
  request: JsonObject,
  scope: Scope,
): ExportRequest {
  const params = readParams(request);
  exportOf(engine, params, scope);
  return params;
}

/** The params of a link, or of a posted text. @throws `invalid-params` naming each fault */
export function readExportRequest(
  text: string,
  encoding: "base64url" | "utf8",
  scope: Scope,
): ExportRequest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, encoding).toString("utf8"));
  } catch (cause) {
    throw engineError("invalid-params", "The export request is not JSON.", { cause });
  }
  return readParams(value, seenBy(scope));
}
