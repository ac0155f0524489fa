// Which sign stands between cells, and where the table begins.
import { type Dialect, PLAIN_DIALECT } from "../dialect.ts";
import { TABLE_LIMITS } from "../limits.ts";
import { recordReader, type TableRecord } from "../records.ts";
import { isKnownName, type Target } from "./names.ts";

const SIGNS = [",", ";", "\t", "|"] as const;

export interface DelimiterGuess {
  delimiter: string;
  confidence: number;
  /** Others that fit about as well. */
  rivals: string[];
  /** Cells of most rows. */
  width: number;
  /** Line of the first record that is as wide as the table. */
  firstLine: number;
}

/** Rows that are looked at. */
export const SAMPLE_RECORDS = 500;

/** Characters that are made records at a time: most of a sample is never looked at. */
const PIECE = 16_384;

export function recordsOf(text: string, dialect: Partial<Dialect>): TableRecord[] {
  const reader = recordReader({ ...PLAIN_DIALECT, ...dialect }, TABLE_LIMITS);
  const records: TableRecord[] = [];
  for (let start = 0; start < text.length; start += PIECE) {
    records.push(...reader.push(text.slice(start, start + PIECE)));
    if (records.length >= SAMPLE_RECORDS) return records.slice(0, SAMPLE_RECORDS);
  }
  return [...records, ...reader.end()].slice(0, SAMPLE_RECORDS);
}

export function isBlank({ cells }: TableRecord): boolean {
  return cells.every((cell) => cell === "");
}

interface Shape {
  lineEnd: Dialect["lineEnd"];
  target: Target;
}

interface Scored {
  sign: string;
  score: number;
  width: number;
  firstLine: number;
}

/** The sign by which most lines have one number of cells, and which leaves no other in the cells. */
export function guessDelimiter(text: string, shape: Shape): DelimiterGuess {
  const scored = SIGNS.map((sign) => scoreOf(sign, text, shape));
  const [best, ...others] = scored.toSorted((left, right) => right.score - left.score);
  if (best === undefined || best.score === 0) {
    // One column, or nothing at all.
    return { delimiter: ",", confidence: 0.5, rivals: [], width: 1, firstLine: 1 };
  }
  const rivals = others.filter(({ score }) => score > best.score * 0.8);
  const margin = (others[0]?.score ?? 0) / best.score;
  return {
    delimiter: best.sign,
    confidence: Math.max(0.3, Math.min(1, best.score * (1 - margin / 2))),
    rivals: rivals.map(({ sign }) => sign),
    width: best.width,
    firstLine: best.firstLine,
  };
}

function scoreOf(sign: string, text: string, { lineEnd, target }: Shape): Scored {
  const records = recordsOf(text, { delimiter: sign, lineEnd, quoting: "lazy" }).filter(
    (record) => !isBlank(record),
  );
  const widths = new Map<number, number>();
  for (const { cells } of records) widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
  const [width = 1, rows = 0] =
    [...widths].filter(([cells]) => cells > 1).toSorted((left, right) => right[1] - left[1])[0] ??
    [];
  if (width < 2) return { sign, score: 0, width: 1, firstLine: 1 };
  const wide = records.filter(({ cells }) => cells.length === width);
  const strange = wide.filter(({ cells }) => cells.some((cell) => hasOther(cell, sign))).length;
  const score = (rows / records.length) * (1 - strange / wide.length / 2);
  return { sign, score, width, firstLine: beginOf(records, width, target) };
}

/** Another sign in a cell, but not as the decimal comma of a number. */
function hasOther(cell: string, own: string): boolean {
  if (/^[-+]?\d+,\d+$/.test(cell)) return false;
  return SIGNS.some((sign) => sign !== own && cell.includes(sign));
}

/**
 * The first line of the table: as wide as most rows, or nearly, and with a cell in each place but
 * for a few; a notice in the same file has most of them empty. Names make a header of any width.
 */
function beginOf(records: readonly TableRecord[], width: number, target: Target): number {
  const first = records.find(({ cells }) => {
    const filled = cells.filter((cell) => cell !== "");
    const isWide = cells.length >= width - 1 && filled.length > width / 2;
    return isWide || filled.filter((cell) => isKnownName(cell, target)).length >= 3;
  });
  return first?.line ?? records.find(({ cells }) => cells.length === width)?.line ?? 1;
}
