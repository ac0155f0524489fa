// CDRs as a workbook (.xlsx), written as they come: memory stays flat, and no cell is a formula.
import { strToU8, Zip, ZipDeflate } from "fflate";
import type { Json } from "../../cdr/json.ts";
import type { ExportFormat } from "../../engine/records/export.ts";
import { engineError } from "../../errors.ts";
import { cellWriter } from "../../queries/cell-writer.ts";
import { isExactNumber } from "../../queries/exact-number.ts";
import { isNumberColumn } from "../../queries/export-columns.ts";
import { sumsOf, type TableAsked } from "./tables.ts";

/** Rows of a sheet below its header; a spreadsheet takes 1,048,576. The others come in further sheets. */
const SHEET_ROWS = 1_000_000;
/** Characters of the text of a sheet: an entry of the archive has at most 4 GB. */
const SHEET_LENGTH = 1_000_000_000;
/** Bytes of the whole archive: beyond 4 GB it would need another form. */
const MOST_BYTES = 4_000_000_000;
/** Characters that a cell of a spreadsheet takes. */
const CELL_LENGTH = 32_767;

/** Between two sheets: neither can stand in XML. The name of the next one is between them. */
const SHEET = "\u0001";
const NAMED = "\u0002";

const HEAD = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`;
const FROZEN = `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`;
const END = "</sheetData></worksheet>";

/** As XML takes it: what it cannot hold is `_xHHHH_`, as spreadsheets write and read it. */
function xmlText(text: string): string {
  const cut = text.length > CELL_LENGTH ? `${text.slice(0, CELL_LENGTH - 1)}…` : text;
  return cut
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML does not have.
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu,
      (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
    )
    .replace(/[&<>]/g, (found) => ({ "&": "&amp;", "<": "&lt;" })[found] ?? "&gt;");
}

function cellXml(value: Json, place: string, isNumber: boolean): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (isNumber && isExactNumber(text)) return `<c r="${place}"><v>${text}</v></c>`;
  return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${xmlText(text)}</t></is></c>`;
}

/** `A` to `Z`, `AA` … of a column from 0. */
function letters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last;
}

/** `number`: of the row, from 1. */
function rowXml(number: number, cells: readonly Json[], numbers: readonly boolean[] = []): string {
  const written = cells.map((cell, index) =>
    cellXml(cell, `${letters(index)}${number}`, numbers[index] === true),
  );
  return `<row r="${number}">${written.join("")}</row>`;
}

/** The text of the sheets, one after the other; `workbookBytes` makes the file of it. */
export function sheetFormat(
  { columns, header, trailer, ...writing }: TableAsked,
  { sheetRows = SHEET_ROWS } = {},
): ExportFormat {
  const cells = cellWriter(columns, writing);
  const numbers = columns.map(isNumberColumn);
  const names = header ? rowXml(1, [...columns]) : "";
  const above = header ? 1 : 0;
  const begin = (name: string): string =>
    `${SHEET}${name}${NAMED}${HEAD}${header ? FROZEN : ""}<sheetData>${names}`;
  let [sheets, rows, length] = [1, 0, 0];
  return {
    header: begin("cdrs"),
    line(cdr) {
      const isFull = rows >= sheetRows || length >= SHEET_LENGTH;
      if (isFull) [sheets, rows, length] = [sheets + 1, 0, 0];
      rows += 1;
      const row = rowXml(rows + above, cells(cdr), numbers);
      length += row.length;
      return isFull ? `${END}${begin(`cdrs ${sheets}`)}${row}` : row;
    },
    footer(sums, calls) {
      const lines = [...sums.map(sumsOf), [`calls=${calls}`]];
      const last = lines.map((line, index) => rowXml(index + 1, line)).join("");
      return trailer ? `${END}${SHEET}sums${NAMED}${HEAD}<sheetData>${last}${END}` : END;
    },
  };
}

const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const XML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** What names the sheets, by their names in their order. */
function partsOf(names: readonly string[]): Record<string, string> {
  const each = (write: (name: string, number: number) => string): string =>
    names.map((name, index) => write(name, index + 1)).join("");
  return {
    "[Content_Types].xml": `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>${each((_name, n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${TYPE}.worksheet+xml"/>`)}</Types>`,
    "_rels/.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    "xl/workbook.xml": `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATIONS}"><sheets>${each((name, n) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each((_name, n) => `<Relationship Id="rId${n}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
  };
}

/** The same file for the same sheets. */
const MADE_AT = new Date(1980, 0, 1, 12);

/** The archive of the sheets, in pieces as they come. @throws `too-large` beyond 4 GB */
export async function* workbookBytes(
  chunks: AsyncIterable<string>,
): AsyncGenerator<Uint8Array, void> {
  let made: Uint8Array[] = [];
  let bytes = 0;
  const zip = new Zip((fault, piece) => {
    if (fault !== null) throw fault;
    made.push(piece);
    bytes += piece.length;
  });
  const take = (): Uint8Array[] => {
    const pieces = made;
    made = [];
    if (bytes <= MOST_BYTES) return pieces;
    throw engineError("too-large", "A workbook has at most 4 GB.", { hint: "Take csv." });
  };
  const begin = (path: string): ZipDeflate => {
    const entry = new ZipDeflate(path, { level: 1 });
    entry.mtime = MADE_AT;
    zip.add(entry);
    return entry;
  };
  const nothing = new Uint8Array();
  const names: string[] = [];
  let sheet: ZipDeflate | undefined;
  for await (const chunk of chunks) {
    const [rest = "", ...sheets] = chunk.split(SHEET);
    if (rest !== "") sheet?.push(strToU8(rest));
    for (const text of sheets) {
      sheet?.push(nothing, true);
      const end = text.indexOf(NAMED);
      names.push(text.slice(0, end));
      sheet = begin(`xl/worksheets/sheet${names.length}.xml`);
      sheet.push(strToU8(text.slice(end + 1)));
    }
    yield* take();
  }
  sheet?.push(nothing, true);
  for (const [path, text] of Object.entries(partsOf(names))) begin(path).push(strToU8(text), true);
  zip.end();
  yield* take();
}
