// Reads a line of a Grandstream UCM's CSV, behind its header where that is another than the known one.
import type { Json } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { NOT_UTF8 } from "../limits.ts";
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
  const refuse = (detail: string): FormatResult => ({ ok: false, reason: "not-a-cdr", detail });
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/[\r\n\0]+/, 4)
    .filter((line) => line.trim() !== "");
  const header = lines[0] === undefined ? null : headerOf(lines[0]);
  const [line, more] = header === null ? lines : lines.slice(1);
  if (line === undefined) return refuse("There is no line of values.");
  if (more !== undefined) return refuse("There are several lines; this is one record.");
  const columns = header ?? input.rules?.columns ?? UCM_COLUMNS;
  const values = fieldsOf(line, columns);
  if (typeof values === "string") return refuse(values);
  const fields = columns.map((name, index): [string, Json] => [name, values[index] ?? ""]);
  const wrong = fields.find(
    ([name, value]) => /^(?:start|answer|end)$/i.test(name) && !TIME.test(String(value).trim()),
  );
  if (wrong !== undefined) return refuse(`The column ${wrong[0]} holds no time.`);
  return readUcmFields(fields, input.rules, fieldMap);
}

export const UCM_CSV: Format = { ...UCM_BASE, read: readUcmCsv };
