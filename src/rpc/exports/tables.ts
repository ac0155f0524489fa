// CDRs as tables of text: CSV, and a page of HTML.
import type { ExportFormat } from "../../engine/records/export.ts";
import type { SummaryRow } from "../../queries/cdr-query.ts";
import { cellWriter } from "../../queries/cell-writer.ts";
import { csvLine, spreadsheetText } from "../../queries/csv-text.ts";
import { htmlText } from "../../queries/html-text.ts";
import type { TimeWriting } from "../../queries/written-time.ts";
import { summaryView } from "../summary-view.ts";

export interface TableAsked extends TimeWriting {
  columns: readonly string[];
  /** Whether the names of the columns stand above. */
  header: boolean;
  /** Whether the sums and the count stand at the end. */
  trailer: boolean;
}

/** `name=value` of what a row of sums has. */
export function sumsOf(row: SummaryRow): string[] {
  const members = Object.entries(summaryView(row)).filter(([, value]) => value !== null);
  return members.map(([name, value]) => `${name}=${value}`);
}

/** The last lines begin with `#`: one of sums for each currency, then `#end` with the count. */
export function csvFormat({ columns, header, ...writing }: TableAsked): ExportFormat {
  const cells = cellWriter(columns, writing);
  return {
    header: header ? csvLine([...columns]) : "",
    line: (cdr) => csvLine(cells(cdr)),
    footer: (sums, calls) =>
      [
        ...sums.map((row) => csvLine(["#sums", ...sumsOf(row)])),
        csvLine(["#end", `calls=${calls}`]),
      ].join(""),
  };
}

const row = (cells: readonly string[], tag: "td" | "th"): string =>
  `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>\n`;

/** A page of one table; nothing in it is loaded or run. A spreadsheet may open it too. */
export function pageFormat({ columns, header, trailer, ...writing }: TableAsked): ExportFormat {
  const cells = cellWriter(columns, writing);
  const head = header ? `<thead>${row(columns.map(htmlText), "th")}</thead>\n` : "";
  return {
    header: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>CDRs</title></head>
<body style="font-family:sans-serif">
<table border="1" cellpadding="4" cellspacing="0">
${head}<tbody>
`,
    line: (cdr) =>
      row(
        cells(cdr).map((cell) => htmlText(spreadsheetText(cell))),
        "td",
      ),
    footer(sums, calls) {
      const lines = [...sums.map((one) => sumsOf(one).join(" ")), `calls=${calls}`];
      const end = trailer ? lines.map((line) => `<p>${htmlText(line)}</p>\n`).join("") : "";
      return `</tbody></table>\n${end}</body></html>\n`;
    },
  };
}
