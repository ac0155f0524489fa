// Reads a line of Asterisk's Master.csv (cdr_csv) or of a cdr_custom file into a raw CDR.
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { NOT_UTF8 } from "../limits.ts";
import { placeAt } from "../lines/places.ts";
import { decodeRecord } from "../utf8-text.ts";
import { layoutOf } from "./columns.ts";
import { readCsvLine } from "./csv-line.ts";
import { NO_RULES, readFields } from "./record.ts";

/**
 * One line a record, with its line end or without. `broken-csv`: a quote is not closed, or there are
 * several lines. `not-a-cdr`: empty, or the columns are none that are known or set. `id-missing`: what
 * the source's identity is made of is not there. `over-limit`: bytes that are not UTF-8.
 */
export function readAsteriskCsv(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const rules = input.rules ?? NO_RULES;
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const line = lineOf(text);
  if (line.trim() === "") {
    return { ok: false, reason: "not-a-cdr", detail: "The line is empty." };
  }
  const read = readCsvLine(line);
  if (typeof read === "number") {
    const detail = "The last quote of the line is not closed.";
    return { ok: false, reason: "broken-csv", detail, at: placeAt(line, read) };
  }
  const columns = layoutOf(read.fields, rules.columns);
  if (columns === null) {
    const detail = `The line has ${read.fields.length} columns, which is no form that Asterisk writes by itself; \`columns\` of the source names those of a cdr_custom mapping.`;
    return { ok: false, reason: "not-a-cdr", detail };
  }
  const warnings = read.oddQuotes.map(
    (number) => `Column ${number} has a quote that is not doubled; it is part of the value.`,
  );
  const fields = columns.map((name, index): [string, string] => [name, read.fields[index] ?? ""]);
  const { occurrence } = input;
  const numbered = occurrence === undefined ? undefined : { text: line, occurrence };
  return readFields(fields, { rules, fieldMap, warnings, line: numbered });
}

export const ASTERISK_CSV: Format = {
  kind: "asterisk",
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  lines: {
    isWhole(text, rules) {
      const read = readCsvLine(text.replace(/\r?\n$/, ""));
      return typeof read !== "number" && layoutOf(read.fields, rules.columns) !== null;
    },
    areWithoutId: ({ columns }) =>
      columns !== undefined && !columns.includes("uniqueid") && !columns.includes("channel"),
  },
  placeOf(text, name, rules) {
    const line = lineOf(text);
    const read = readCsvLine(line);
    const columns = typeof read === "number" ? null : layoutOf(read.fields, rules.columns);
    if (columns === null || typeof read === "number") return null;
    const start = read.starts[columns.indexOf(name)];
    return start === undefined ? null : placeAt(line, start);
  },
  read: readAsteriskCsv,
};

function lineOf(text: string): string {
  return text.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
}
