// A difference or a price list as a workbook (.xlsx), as people look at it. Codes are texts, so that no zero is
// lost; money is a number where the 15 digits of a spreadsheet hold it exactly, else a text. Rows that change are
// of another colour.
import writeWorkbook from "write-excel-file/node";
import { engineError } from "../../../errors.ts";

/** Rows of one workbook: its text is in memory as a whole. */
export const WORKBOOK_ROWS = 100_000;
/** Digits that a number of a spreadsheet keeps. */
const EXACT_DIGITS = 15;
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

export interface WorkbookTable {
  sheet: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** @throws `too-large` for more rows than a workbook takes */
export async function ratesWorkbook({ sheet, columns, rows }: WorkbookTable): Promise<Uint8Array> {
  if (rows.length > WORKBOOK_ROWS) {
    throw engineError("too-large", `A workbook has at most ${WORKBOOK_ROWS} rows; take csv.`, {
      path: "xlsx",
    });
  }
  const isNumber = columns.map((name) => NUMBERS.test(name));
  const changeAt = columns.indexOf("change");
  const header = columns.map((value) => ({ value, type: String, fontWeight: "bold" as const }));
  const cells = rows.map((row) => {
    const backgroundColor = COLOURS[row[changeAt] ?? ""];
    const colour = backgroundColor === undefined ? {} : { backgroundColor };
    return row.map((text, index) => {
      if (text === "") return backgroundColor === undefined ? null : { value: "", ...colour };
      return isNumber[index] === true && isExact(text)
        ? { value: Number(text), type: Number, ...colour }
        : { value: text, type: String, ...colour };
    });
  });
  return writeWorkbook([header, ...cells], { sheet, stickyRowsCount: 1 }).toBuffer();
}

/** Whether a number holds all digits of the text. */
function isExact(text: string): boolean {
  const digits = text.replace(/^-/, "").replace(".", "").replace(/^0+/, "");
  return /^-?\d+(?:\.\d+)?$/.test(text) && digits.length <= EXACT_DIGITS;
}
