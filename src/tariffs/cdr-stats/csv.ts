// A table of CDR-Stats as a CSV file with its column names in the first row, as `\copy … CSV HEADER` writes it.
import { forEachRecord } from "../csv/records.ts";
import { columnsRead, type TableName, type TableRow } from "./tables.ts";

export type CsvTable = { ok: true; rows: TableRow[] } | { ok: false; message: string };

/** Empty cells are NULL. The message of what cannot be read names the line. */
export function readCsvTable(table: TableName, text: string): CsvTable {
  let columns: readonly string[] | null = null;
  let message: string | null = null;
  const rows: TableRow[] = [];
  const say = (line: number, what: string) => {
    message ??= `line ${line}: ${what}`;
  };
  forEachRecord(text, {
    onBadQuote: ({ line }) => say(line, "a quoted cell does not close"),
    onRecord({ line, fields }) {
      if (message !== null || fields.every((field) => field.trim() === "")) return;
      if (columns === null) {
        columns = fields.map((field) => field.trim().toLowerCase());
        const read = columnsRead(table, columns);
        if (typeof read === "string") say(line, read);
        return;
      }
      if (fields.length !== columns.length) {
        say(line, `${fields.length} cells where the table has ${columns.length} columns`);
        return;
      }
      const names = columns;
      rows.push(
        new Map(
          fields.flatMap((field, index) =>
            field === "" || field === "\\N" ? [] : [[names[index] ?? "", field]],
          ),
        ),
      );
    },
  });
  if (message !== null) return { ok: false, message };
  return columns === null ? { ok: false, message: "line 1: no column names" } : { ok: true, rows };
}
