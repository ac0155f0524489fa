// Reads a row of an Asterisk's cdr table: cdr_mysql, cdr_pgsql, cdr_adaptive_odbc, cdr_sqlite3_custom,
// FreePBX's asteriskcdrdb. Its call has the id that the other feeds of the same source give it.

import type { FieldMap } from "../../cdr/primary-fields.ts";
import { NO_RULES, readFields } from "../asterisk/record.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { inLowerCase, readRow } from "./columns.ts";

/** Names in tables → the names that cdr_csv and its kin use. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  calldate: "start",
  source: "src",
  destination: "dst",
  account_code: "accountcode",
  userid: "userfield",
};

/** `id-missing`: what the source's identity is made of is not there. */
function readAsteriskCdr(
  { body, rules = NO_RULES }: FormatInput,
  fieldMap?: FieldMap,
): FormatResult {
  const row = readRow(body);
  if (!row.ok) return row;
  const columns = inLowerCase(row.columns);
  const fields = [...columns].map(([name, value]): [string, string] => {
    const own = OTHER_NAMES[name];
    return [own === undefined || columns.has(own) ? name : own, value];
  });
  const read = readFields(fields, { rules, fieldMap, warnings: row.warnings });
  if (read.ok && row.rawValues.length > 0) {
    read.raw.extra["rawValues"] = Object.fromEntries(row.rawValues);
  }
  return read;
}

export const ASTERISK_CDR: Format = {
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  read: readAsteriskCdr,
};
