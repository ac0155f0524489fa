// A table as a workbook (.xlsx), as people look at it: texts stay texts, so that no zero of a code is lost;
// an amount is a number where the 15 digits of a spreadsheet hold it exactly, else a text.
import writeWorkbook from "write-excel-file/node";
import { engineError } from "../../../errors.ts";
import { isExactNumber } from "../../../queries/exact-number.ts";

/** Rows of one workbook: its text is in memory as a whole. */
export const WORKBOOK_ROWS = 100_000;

type Cell = string | number | boolean | null | undefined;

export interface WorkbookTable<Row extends readonly Cell[] = readonly Cell[]> {
  /** Name of the only sheet. */
  sheet: string;
  columns: readonly string[];
  /** Cells in the order of the columns; an empty text is an empty cell. */
  rows: readonly Row[];
  /** Whether texts of the column are numbers. */
  isNumber(column: string): boolean;
  /** Background of a row, `#RRGGBB`; the usual one when not said. */
  colourOf?(row: Row): string | undefined;
}

/** @throws `too-large` for more rows than a workbook takes */
export async function tableWorkbook<Row extends readonly Cell[]>({
  sheet,
  columns,
  rows,
  isNumber,
  colourOf = () => undefined,
}: WorkbookTable<Row>): Promise<Uint8Array> {
  if (rows.length > WORKBOOK_ROWS) {
    throw engineError("too-large", `A workbook has at most ${WORKBOOK_ROWS} rows; take csv.`, {
      path: "xlsx",
    });
  }
  const numbers = columns.map(isNumber);
  const header = columns.map((value) => ({ value, type: String, fontWeight: "bold" as const }));
  const cells = rows.map((row) => {
    const backgroundColor = colourOf(row);
    const colour = backgroundColor === undefined ? {} : { backgroundColor };
    return row.map((given, index) => {
      const text = String(given ?? "");
      if (text === "") return backgroundColor === undefined ? null : { value: "", ...colour };
      return numbers[index] === true && isExactNumber(text)
        ? { value: Number(text), type: Number, ...colour }
        : { value: text, type: String, ...colour };
    });
  });
  return writeWorkbook([header, ...cells], { sheet, stickyRowsCount: 1 }).toBuffer();
}
