// Reads a row of a foreign table, kept as a table of its own: a header with the names of its fields,
// and the row.

import type { FieldMap } from "../../cdr/primary-fields.ts";
import { PLAIN_DIALECT } from "../../tables/dialect.ts";
import { TABLE_LIMITS } from "../../tables/limits.ts";
import { recordReader } from "../../tables/records.ts";
import { rowReader, TableFault, type TableRow } from "../../tables/rows.ts";
import { splitFields } from "../field-split.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { NOT_UTF8 } from "../limits.ts";
import { decodeRecord } from "../utf8-text.ts";

/**
 * Names and values by the book, in UTF-8, commas between them. `broken-csv`, `ragged-row`: it is no
 * header with one row; `over-limit`: bytes that are not UTF-8.
 */
function readCsv({ body }: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const found = rowOf(text);
  if ("ok" in found) return found;
  const fields = found.columns.map((name, index): [string, string] => [
    name,
    found.row.cells[index] ?? "",
  ]);
  // An empty cell says nothing.
  return {
    ok: true,
    raw: splitFields(
      fields.filter(([, value]) => value !== ""),
      fieldMap,
    ),
  };
}

type Refusal = Extract<FormatResult, { ok: false }>;

function rowOf(text: string): { columns: readonly string[]; row: TableRow } | Refusal {
  const records = recordReader(PLAIN_DIALECT, TABLE_LIMITS);
  const reader = rowReader(PLAIN_DIALECT);
  const rows: TableRow[] = [];
  try {
    for (const record of [...records.push(text), ...records.end()]) {
      const line = reader.read(record);
      if (line.kind === "refused") return { ok: false, reason: line.reason, detail: line.detail };
      if (line.kind === "row") rows.push(line);
    }
  } catch (cause) {
    if (!(cause instanceof TableFault)) throw cause;
    return { ok: false, reason: cause.reason, detail: cause.message };
  }
  const [row, ...others] = rows;
  const columns = reader.columns();
  if (row !== undefined && columns !== null && others.length === 0) return { columns, row };
  return { ok: false, reason: "broken-csv", detail: "It is no header with one row below it." };
}

export const CSV: Format = { paths: [], queryIsRecord: false, byRpc: false, read: readCsv };
