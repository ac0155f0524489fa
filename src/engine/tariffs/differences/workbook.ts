// A difference or a price list as a workbook: rows that change are of another colour.
import { tableWorkbook } from "../../files/workbook/table.ts";

/** Columns that are numbers, by the end of their names. */
const NUMBERS =
  /^percent$|(?:^|_)(?:rate|connect_fee|first_interval|next_interval|minimum_seconds|seconds|second)$/;
/** Backgrounds of rows by what their column `change` says. */
const COLOURS: Readonly<Record<string, string>> = {
  new: "#DDEBF7",
  up: "#FCE4D6",
  down: "#E2EFDA",
  terms: "#FFF2CC",
  closed: "#D9D9D9",
  conflict: "#F8CBAD",
};

export interface RatesTable {
  sheet: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** @throws `too-large` for more rows than a workbook takes */
export function ratesWorkbook({ sheet, columns, rows }: RatesTable): Promise<Uint8Array> {
  const changeAt = columns.indexOf("change");
  return tableWorkbook({
    ...{ sheet, columns, rows },
    isNumber: (column) => NUMBERS.test(column),
    colourOf: (row) => COLOURS[row[changeAt] ?? ""],
  });
}
