// First and next interval out of one cell: 60/1, 30-6, 1+1, 60, per second.
import { type CellRead, quotedCell } from "./rules.ts";

export interface Intervals {
  first: string;
  next: string;
}

const PAIR =
  /^(\d{1,6})\s*(?:s|sec|secs|seconds?|")?\s*[/\-+:|]\s*(\d{1,6})\s*(?:s|sec|secs|seconds?|")?$/i;
const ONE = /^(\d{1,6})\s*(?:s|sec|secs|seconds?|")?$/i;
const WORDS: Readonly<Record<string, string>> = {
  persecond: "1",
  second: "1",
  perminute: "60",
  minute: "60",
};

/** One number is both; null: the cell is empty. */
export function readIntervals(text: string): CellRead<Intervals | null> {
  if (text === "") return { ok: true, value: null };
  const one = ONE.exec(text)?.[1] ?? WORDS[text.toLowerCase().replaceAll(/[\s-]/g, "")];
  if (one !== undefined) return { ok: true, value: { first: one, next: one } };
  const [, first, next] = PAIR.exec(text) ?? [];
  if (first !== undefined && next !== undefined) return { ok: true, value: { first, next } };
  return {
    ok: false,
    code: "not-whole",
    detail: `${quotedCell(text)} is no interval such as 60/1.`,
  };
}
