// Reads a line of a Grandstream UCM's CSV, behind its header where that is another than the known one.
import type { Json } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { CellPlace } from "../../tables/quoted-cells.ts";
import type { Format, FormatInput, FormatResult, RecordRules } from "../format.ts";
import { NOT_UTF8 } from "../limits.ts";
import { valuePlace } from "../lines/places.ts";
import { decodeRecord } from "../utf8-text.ts";
import { UCM_BASE } from "./base.ts";
import { fieldsOf, headerOf, UCM_COLUMNS } from "./csv-line.ts";
import { readUcmFields } from "./record.ts";

const TIME = /^(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d.*)?$/;

/**
 * One record: a line, or a header and a line. `not-a-cdr`: empty, several lines, or values that are not
 * as many as the columns, or no times where those have them.
 */
function readUcmCsv(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const refuse = (detail: string, at?: string): FormatResult => ({
    ok: false,
    reason: "not-a-cdr",
    detail,
    ...(at === undefined ? {} : { at }),
  });
  const { header, lines } = linesOf(text);
  const [line, more] = lines;
  if (line === undefined) return refuse("There is no line of values.");
  if (more !== undefined) return refuse("There are several lines; this is one record.");
  const columns = header ?? input.rules?.columns ?? UCM_COLUMNS;
  const values = fieldsOf(line, columns);
  if (typeof values === "string") return refuse(values);
  const fields = columns.map((name, index): [string, Json] => [name, values[index] ?? ""]);
  const wrong = fields.find(
    ([name, value]) => /^(?:start|answer|end)$/i.test(name) && !TIME.test(String(value).trim()),
  );
  if (wrong !== undefined) return refuse(`The column ${wrong[0]} holds no time.`, wrong[0]);
  return readUcmFields(fields, input.rules, fieldMap);
}

function linesOf(text: string): { header: string[] | null; lines: string[] } {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/[\r\n\0]+/, 4)
    .filter((line) => line.trim() !== "");
  const header = lines[0] === undefined ? null : headerOf(lines[0]);
  return { header, lines: header === null ? lines : lines.slice(1) };
}

/** In its line, whether a header was put in front of it or not. */
function placeOf(text: string, name: string, { columns: own }: RecordRules): CellPlace | null {
  const { header, lines } = linesOf(text);
  const columns = header ?? own ?? UCM_COLUMNS;
  const [line = ""] = lines;
  const values = fieldsOf(line, columns);
  const index = columns.findIndex((column) => column.toLowerCase() === name);
  return typeof values === "string" || index < 0 ? null : valuePlace(line, values, index);
}

export const UCM_CSV: Format = { ...UCM_BASE, placeOf, read: readUcmCsv };
