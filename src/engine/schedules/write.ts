// A report written for a receiver: text and HTML in a language, files with every row.
import { csvLine } from "../../queries/csv-text.ts";
import { htmlText } from "../../queries/html-text.ts";
import { createCalendar } from "../../reports/calendar.ts";
import { type Language, type Written, writtenIn } from "../../reports/language/languages.ts";
import { isWord, type Word, wordsOf } from "../../reports/language/words.ts";
import type { Repeat } from "../../reports/occasions.ts";
import type { Span } from "../../reports/periods.ts";
import { tableWorkbook } from "../files/workbook/table.ts";
import type { MailFile } from "../mailing/mail.ts";
import { barPicture } from "../mailing/plot.ts";
import type { Format } from "./model.ts";
import type { Cell, CellKind, Column, Content, Table } from "./tables.ts";

/** Rows of a table in a mail; the file has all of them. */
const MOST_ROWS = 100;

export interface Occurrence {
  schedule: string;
  every: Repeat;
  period: Span;
  /** Zone whose clocks cut the period. */
  zone: string;
}

export interface WrittenMail {
  subject: string;
  text: string;
  html: string;
  pictures: { name: string; content: Uint8Array }[];
}

/** How one receiver reads it: words, numbers by the language, times by the clocks of the receiver's zone. */
interface Hand extends Written {
  word(word: Word): string;
  label(column: Column): string;
  cell(cell: Cell, kind: CellKind): string;
}

function handOf(language: Language, zone: string): Hand {
  const written = writtenIn(language, zone);
  const word = wordsOf(language);
  return {
    ...written,
    word,
    label: ({ label }) =>
      typeof label === "string" ? word(label) : isWord(label.name) ? word(label.name) : label.name,
    cell(cell, kind) {
      if (cell === null) return "–";
      if (kind === "count" || kind === "amount") return written.number(cell);
      if (kind === "word" && isWord(String(cell))) return word(String(cell) as Word);
      return typeof cell === "number" ? measured(written, cell, kind) : String(cell);
    },
  };
}

function measured(written: Written, value: number, kind: CellKind): string {
  if (kind === "seconds") return written.minutes(value);
  if (kind === "share") return written.percent(value);
  if (kind === "time") return written.time(value);
  return kind === "moment" ? written.moment(value) : String(value);
}

/** The period in words: it is cut by the clocks of the schedule, and so named by them. */
function periodText(language: Language, { every, period, zone }: Occurrence): string {
  const { day, month } = writtenIn(language, zone);
  if (every === "month") return month(period.fromMs);
  if (every === "day") return day(period.fromMs);
  return `${day(period.fromMs)} – ${day(period.toMs - 1)}`;
}

export function writtenMail(
  content: Content,
  { language, zone }: { language: Language; zone: string },
  occurrence: Occurrence,
): WrittenMail {
  const hand = handOf(language, zone);
  const of = content.of === null ? "" : ` ${content.of}`;
  const subject = `${hand.word(content.title)}${of}: ${periodText(language, occurrence)}`;
  const heading = `${subject} (${occurrence.zone})`;
  const { plot, isEmpty } = content;
  const shown = isEmpty ? [] : content.tables;
  const isCut = shown.some(({ rows }) => rows.length > MOST_ROWS);
  const notes = [
    ...(isEmpty ? [hand.word(content.nothing ?? "nothing")] : []),
    ...(isCut ? [hand.word("more")] : []),
  ];
  const hasPlot = plot !== null && !isEmpty;
  const picture = hasPlot
    ? `<h2>${htmlText(hand.word(plot.title))}</h2><p><img src="cid:plot" width="600" height="160" alt="${htmlText(plot.values.map((value) => hand.number(value)).join(", "))}"></p>`
    : "";
  return {
    subject,
    text: [heading, ...notes, ...shown.map((table) => textTable(table, hand))].join("\r\n\r\n"),
    html: page(language, [
      `<h1>${htmlText(heading)}</h1>`,
      ...notes.map((note) => `<p>${htmlText(note)}</p>`),
      picture,
      ...shown.map((table) => htmlTable(table, hand)),
    ]),
    pictures: hasPlot ? [{ name: "plot", content: barPicture(plot.values) }] : [],
  };
}

const WORDLIKE: readonly CellKind[] = ["text", "time", "moment", "word"];
const isNumber = (kind: CellKind): boolean => !WORDLIKE.includes(kind);

function cellsOf(table: Table, hand: Hand): { cells: string[]; isLast: boolean }[] {
  const kinds = table.columns.map(({ kind }) => kind);
  const row = (cells: readonly Cell[], from = 0) =>
    cells.map((cell, index) => hand.cell(cell, kinds[index + from] ?? "text"));
  return [
    ...table.rows.slice(0, MOST_ROWS).map((cells) => ({ cells: row(cells), isLast: false })),
    ...table.last.map(({ word, cells }) => ({
      cells: [hand.word(word), ...row(cells, 1)],
      isLast: true,
    })),
  ];
}

function textTable(table: Table, hand: Hand): string {
  const labels = table.columns.map(hand.label);
  const rows = [labels, ...cellsOf(table, hand).map(({ cells }) => cells)];
  const widths = labels.map((_, index) =>
    Math.max(...rows.map((row) => [...(row[index] ?? "")].length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, index) => {
        const blank = " ".repeat(Math.max(0, (widths[index] ?? 0) - [...cell].length));
        return isNumber(table.columns[index]?.kind ?? "text") ? blank + cell : cell + blank;
      })
      .join("  ")
      .trimEnd(),
  );
  const title = table.title === null ? [] : [hand.word(table.title)];
  return [...title, ...lines].join("\r\n");
}

function htmlTable(table: Table, hand: Hand): string {
  const align = (index: number) =>
    isNumber(table.columns[index]?.kind ?? "text") ? ' style="text-align:right"' : "";
  const row = (cells: readonly string[], tag: "td" | "th") =>
    `<tr>${cells.map((cell, index) => `<${tag}${align(index)}><bdi>${htmlText(cell)}</bdi></${tag}>`).join("")}</tr>`;
  const title = table.title === null ? "" : `<h2>${htmlText(hand.word(table.title))}</h2>`;
  const body = cellsOf(table, hand).map(({ cells, isLast }) => row(cells, isLast ? "th" : "td"));
  return `${title}<table cellpadding="4" cellspacing="0" border="1"><thead>${row(table.columns.map(hand.label), "th")}</thead><tbody>${body.join("\n")}</tbody></table>`;
}

/** Nothing in it is loaded or run. */
function page(language: Language, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"></head>
<body style="font-family:sans-serif">
${parts.filter((part) => part !== "").join("\n")}
</body></html>
`;
}

const TYPES: Record<Format, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html; charset=utf-8",
  json: "application/json",
};

/** `daily-2026-03-02.csv`; the same name for the same period. */
function fileNameOf({ schedule, every, period, zone }: Occurrence, format: Format): string {
  return `${schedule}-${createCalendar(zone).keyOf(every, period.fromMs)}.${format}`;
}

/** Every row, with names and numbers as the method answers them. @throws `too-large` for a workbook */
export async function writtenFile(
  content: Content,
  format: Format,
  occurrence: Occurrence,
): Promise<MailFile> {
  const file = { name: fileNameOf(occurrence, format), type: TYPES[format] };
  const { columns, rows, texts } = content.whole;
  if (format === "xlsx") {
    const isNumberColumn = (column: string) => !texts.includes(column);
    const sheet = { sheet: "report", columns, rows, isNumber: isNumberColumn };
    return { ...file, content: await tableWorkbook(sheet) };
  }
  const text = {
    csv: () => [columns, ...rows].map((row) => csvLine(row)).join(""),
    html: () =>
      writtenMail({ ...content, plot: null }, { language: "en", zone: occurrence.zone }, occurrence)
        .html,
    json: () => `${JSON.stringify(content.answer)}\n`,
  }[format]();
  return { ...file, content: Buffer.from(text, "utf8") };
}
