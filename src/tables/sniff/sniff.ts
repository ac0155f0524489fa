// Proposes how a foreign table is written, and says what it could not tell: it asks, and never guesses
// in silence.
import { type Dialect, dialectSchema, type KnownDialect, PLAIN_DIALECT } from "../dialect.ts";
import { guessEncoding, textPieces } from "../encoding.ts";
import type { TableRecord } from "../records.ts";
import { rowReader, TableFault, type TableRow } from "../rows.ts";
import { guessDateOrder } from "./date-order.ts";
import { areRead, findDeck } from "./deck/findings.ts";
import { guessDelimiter, isBlank, recordsOf } from "./delimiter.ts";
import type { Doubt } from "./doubt.ts";
import { headerLikelihood } from "./header.ts";
import { mappingOf } from "./mapping.ts";
import type { Target } from "./names.ts";

export interface Sniffed {
  dialect: Dialect;
  /** 0 to 1: that of the least certain part. */
  confidence: number;
  doubts: Doubt[];
  columns: string[];
  /** The first rows as they are understood: column → cell. */
  rows: Record<string, string>[];
  /** Of a deck: the first rows as rows of a native one. */
  understood?: Record<string, string>[];
}

export interface SniffRequest {
  bytes: Uint8Array;
  /** Nothing comes after `bytes`. */
  isWhole: boolean;
  target: Target;
  /** What is known already: it is not asked again. */
  known: KnownDialect;
}

const SHOWN_ROWS = 10;

/** Cells of a workbook: no encoding and no delimiter are to be found. @throws TableFault */
export function sniffRecords(
  records: readonly TableRecord[],
  { known, target }: Pick<SniffRequest, "known" | "target">,
): Sniffed {
  const filled = records.filter((record) => !isBlank(record));
  const width = Math.max(0, ...filled.map(({ cells }) => cells.length));
  const first = filled.find(({ cells }) => cells.filter((cell) => cell !== "").length > width / 2);
  return finish(records, {
    found: { firstLine: first?.line ?? 1, trim: true },
    certainties: [1],
    doubts: [],
    known,
    target,
  });
}

/** @throws TableFault where the table begins with what is over a limit: no answer would mend that */
export function sniff({ bytes, isWhole, known, target }: SniffRequest): Sniffed {
  const doubts: Doubt[] = [];
  const encoding = guessEncoding(bytes, isWhole);
  const own = known.encoding ?? encoding.encoding;
  const text = textPieces(own).push(bytes);
  if (known.encoding === undefined && encoding.rivals.length > 0) {
    doubts.push({
      code: "encoding",
      question: "The text is not UTF-8 and has no mark of its encoding: which one is it in?",
      answers: [encoding.encoding, ...encoding.rivals],
    });
  }
  const lineEnd = known.lineEnd ?? (text.includes("\n") || !text.includes("\r") ? "lf" : "cr");
  const sample = isWhole ? text : withoutLastLine(text, lineEnd);
  if (!isWhole && sample === text && !/[\r\n]$/.test(text)) {
    throw new TableFault("over-limit", 1, `The record has over ${text.length} characters.`);
  }
  const delimiter = guessDelimiter(sample, { lineEnd, target });
  if (known.delimiter === undefined && delimiter.rivals.length > 0) {
    doubts.push({
      code: "delimiter",
      question: "Which sign stands between two cells?",
      answers: [delimiter.delimiter, ...delimiter.rivals],
    });
  }
  const sign = known.delimiter ?? delimiter.delimiter;
  const firstLine = known.firstLine ?? delimiter.firstLine;
  const quoting = known.quoting ?? quotingOf(sample, { delimiter: sign, lineEnd, firstLine });
  const found: KnownDialect = { encoding: own, lineEnd, delimiter: sign, quoting, firstLine };
  const records = recordsOf(sample, { ...PLAIN_DIALECT, ...found, ...known } as Dialect);
  return finish(records, {
    found,
    certainties: [
      known.encoding === undefined ? encoding.confidence : 1,
      known.delimiter === undefined ? delimiter.confidence : 1,
    ],
    doubts,
    known,
    target,
  });
}

/** A sample may end within a line. */
function withoutLastLine(text: string, lineEnd: Dialect["lineEnd"]): string {
  const end = text.lastIndexOf(lineEnd === "cr" ? "\r" : "\n");
  return end < 0 ? text : text.slice(0, end + 1);
}

/** The strictest way of quoting by which the fewest records are refused. */
function quotingOf(text: string, dialect: Partial<Dialect>): Dialect["quoting"] {
  let best: Dialect["quoting"] = "standard";
  let fewest = Number.POSITIVE_INFINITY;
  for (const quoting of ["standard", "lazy", "loose"] as const) {
    const records = recordsOf(text, { ...dialect, quoting });
    const faults = records.filter(({ fault }) => fault !== undefined).length;
    if (faults < fewest) [best, fewest] = [quoting, faults];
  }
  return best;
}

interface Findings {
  found: KnownDialect;
  certainties: number[];
  doubts: Doubt[];
  known: KnownDialect;
  target: Target;
}

function finish(records: readonly TableRecord[], findings: Findings): Sniffed {
  const { found, certainties, doubts, known, target } = findings;
  const table = records.filter(
    (record) => record.line >= (known.firstLine ?? found.firstLine ?? 1) && !isBlank(record),
  );
  const [first, ...others] = table.filter(({ fault }) => fault === undefined);
  requireReadable(records, { from: known.firstLine ?? 1, to: first?.line });
  const isMapped = Object.values(known.map ?? {}).some((from) => first?.cells.includes(from));
  const likelihood = isMapped
    ? 1
    : headerLikelihood(
        first?.cells ?? [],
        others.map(({ cells }) => cells),
        target,
      );
  const header = known.header ?? likelihood >= 0.5;
  if (known.header === undefined && likelihood > 0.2 && likelihood < 0.9) {
    doubts.push({
      code: "header",
      question: `Does line ${first?.line ?? 1} name the columns?`,
      answers: [header, !header],
    });
  }
  certainties.push(known.header === undefined ? Math.max(likelihood, 1 - likelihood) : 1);
  const draft = dialectSchema.parse({ ...found, header, ...known });
  const dates = guessDateOrder(others.flatMap(({ cells }) => cells));
  // The columns of a deck say which cells are dates.
  if (target === "cdr" && draft.dateOrder === undefined && dates.order !== undefined) {
    draft.dateOrder = dates.order;
    if (dates.rivals.length > 0) {
      doubts.push({
        code: "dateOrder",
        question: "Dates can be read in more than one order: which number is the day?",
        answers: [dates.order, ...dates.rivals],
      });
      certainties.push(0.5);
    }
  }
  const signs = header ? headerSigns(first, { others, draft }) : null;
  if (signs !== null && known.headerDelimiters === undefined) {
    draft.headerDelimiters = signs;
    doubts.push({
      code: "headerDelimiters",
      question: `The header has fewer names than the rows have cells: are they also divided by "${signs.slice(1)}"?`,
      answers: [signs, draft.delimiter],
    });
    certainties.push(0.5);
  }
  return withMapping(records, { draft, certainties, doubts, target });
}

/** What is too large in front of the first row that can be read is its header, and no notice. */
function requireReadable(
  records: readonly TableRecord[],
  { from, to = Number.POSITIVE_INFINITY }: { from: number; to: number | undefined },
): void {
  const [fault] = records.flatMap(({ line, fault: own }) => {
    return own?.reason === "over-limit" && line >= from && line <= to ? [{ line, own }] : [];
  });
  if (fault === undefined) return;
  throw new TableFault("over-limit", fault.line, fault.own.detail.replace(/^Line.*?: /, ""));
}

/** The delimiter and another sign by which the header has as many names as most rows have cells. */
function headerSigns(
  first: TableRecord | undefined,
  { others, draft }: { others: readonly TableRecord[]; draft: Dialect },
): string | null {
  if (first === undefined || draft.names !== undefined) return null;
  const widths = new Map<number, number>();
  for (const { cells } of others) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width = 0] = [...widths].toSorted((one, other) => other[1] - one[1])[0] ?? [];
  if (first.cells.length >= width) return null;
  const more = [",", ";", "\t", "|"].find((sign) => {
    const names = first.text.split(draft.delimiter).flatMap((name) => name.split(sign));
    return sign !== draft.delimiter && names.length === width;
  });
  return more === undefined ? null : draft.delimiter + more;
}

function withMapping(
  records: readonly TableRecord[],
  {
    draft,
    certainties,
    doubts,
    target,
  }: { draft: Dialect; certainties: number[]; doubts: Doubt[]; target: Target },
): Sniffed {
  const ragged = raggedOf(records, draft).filter(
    ({ cells }) => target === "cdr" || cells.filter((cell) => cell !== "").length > 1,
  );
  const isAsked = ragged.length > 0 && draft.ragged === "refuse";
  const askRagged = (answers: Dialect["ragged"][]) => {
    doubts.push({
      code: "ragged",
      question: `${ragged.length} of the first rows have more or fewer cells than there are columns: are they refused, or what is too few empty and what is too many left out?`,
      answers,
    });
    certainties.push(0.7);
  };
  if (isAsked && target === "cdr") askRagged(["refuse", "fill"]);
  const { columns, rows } = rowsOf(records, { ...draft, ragged: "fill" });
  const shown = rows
    .slice(0, SHOWN_ROWS)
    .map(({ cells }) =>
      Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? ""])),
    );
  const least = (mapped: number) => Math.round(Math.min(...certainties, mapped) * 100) / 100;
  if (target === "deck") {
    const notice = records.filter(({ line }) => line < draft.firstLine).map(({ text }) => text);
    const table = { columns, rows: rows.map(({ cells }) => cells), notice };
    const found = findDeck(table, draft);
    if (isAsked) {
      // Where the cells that count are whole all the same, the others are not what is wrong.
      const isWhole = areRead(ragged, columns, found.dialect);
      askRagged(isWhole ? ["fill", "refuse"] : ["refuse", "fill"]);
      if (isWhole) found.dialect.ragged = "fill";
    }
    const asked = found.doubts.length;
    return {
      ...found,
      confidence: least(asked === 0 ? 1 : Math.max(0.2, 0.9 - asked * 0.1)),
      doubts: [...doubts, ...found.doubts],
      columns,
      rows: shown,
    };
  }
  const mapping = mappingOf(columns, draft.map);
  return {
    dialect: { ...draft, map: mapping.map },
    confidence: least(mapping.confidence),
    doubts: [...doubts, ...mapping.doubts],
    columns,
    rows: shown,
  };
}

function rowsOf(records: readonly TableRecord[], dialect: Dialect) {
  const reader = rowReader(dialect);
  const rows: TableRow[] = [];
  try {
    for (const record of records) {
      const line = reader.read(record);
      if (line.kind === "row") rows.push(line);
    }
  } catch (cause) {
    // The first line cannot be a header: there are no rows to show, and no column has a name.
    if (!(cause instanceof TableFault)) throw cause;
  }
  return { columns: [...(reader.columns() ?? [])], rows };
}

function raggedOf(records: readonly TableRecord[], dialect: Dialect): TableRecord[] {
  const reader = rowReader({ ...dialect, ragged: "refuse" });
  const ragged: TableRecord[] = [];
  try {
    for (const record of records) {
      const line = reader.read(record);
      if (line.kind === "refused" && line.reason === "ragged-row") ragged.push(record);
    }
  } catch (cause) {
    if (!(cause instanceof TableFault)) throw cause;
  }
  return ragged;
}
