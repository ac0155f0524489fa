// A report as a workbook in a file.
import { writeFile } from "node:fs/promises";
import type { ReportCells } from "../../text/report.ts";

/**
 * @param texts columns that are no numbers, whatever they look like
 * @throws EngineError `too-large` for more rows than a workbook takes
 */
export async function writeWorkbook(
  path: string,
  { columns, rows }: ReportCells,
  { texts }: { texts: readonly string[] },
): Promise<void> {
  // Its library takes a good part of a short command's time.
  const { tableWorkbook } = await import("../../../engine/files/workbook/table.ts");
  const workbook = await tableWorkbook({
    sheet: "report",
    columns,
    rows: rows.map((row) => row.map((cell) => (cell === null ? null : String(cell)))),
    isNumber: (column) => !texts.includes(column),
  });
  await writeFile(path, workbook);
}
