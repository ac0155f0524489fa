// What the codes of a deck leave open: hyphens, blanks, letters, digits in front.
import type { DeckRules } from "../../deck/rules.ts";
import type { Doubt } from "../doubt.ts";
import { fold } from "./names.ts";

export interface RuleFindings {
  rules: DeckRules;
  doubts: Doubt[];
}

const HYPHEN = /(\d+)\)?\s*[-–—]\s*\(?\+?(\d+)/g;
const NANP = /^[2-9]\d\d(?:[2-9]\d\d)?$/;

/** What the hyphens of a column may mean, the likelier first; null: there are none. */
export function hyphenDoubt(
  cells: readonly string[],
  member: "hyphen" | "countryHyphen",
): Doubt | null {
  const pairs = cells.flatMap((cell) => [...cell.matchAll(HYPHEN)]);
  const [example] = pairs;
  if (example === undefined) return null;
  const isRange = pairs.every(
    ([, first = "", last = ""]) =>
      (first.length === last.length && first < last) ||
      (last.length < first.length && first.slice(-last.length) < last),
  );
  const answers = isRange ? ["range", "separator"] : ["separator", "range"];
  const column = member === "hyphen" ? "a code" : "a country code";
  const question = `A hyphen in ${column} (${example[0]}): is it from one code to another, or between the parts of one?`;
  return { code: `deck.${member}`, question, answers };
}

/** Blanks between digits, but behind a + and beside another sign of lists, where they are no list. */
export function blanksDoubt(cells: readonly string[]): Doubt | null {
  const blank = cells.flatMap((cell) => {
    const parts = cell.split(/[;,/|\n]/).map((part) => part.trim());
    const isSplit = parts.length > 1;
    return parts
      .filter((part) => /\d\s+\+?\d/.test(part) && !/^\+[^+]*$/.test(part))
      .map((part) => ({ part, isSplit }));
  });
  const [example] = blank;
  if (example === undefined) return null;
  const isWithin = blank.some(({ isSplit }) => isSplit);
  return {
    code: "deck.blanks",
    question: `A blank in a code (${example.part}): is it between two codes, or within one?`,
    answers: isWithin ? ["nothing", "list"] : ["list", "nothing"],
  };
}

/** 44,790 is two codes, or one that a spreadsheet wrote as a number, where it did so with every long one. */
export function commasDoubt(cells: readonly string[]): Doubt | null {
  const filled = cells.filter((cell) => cell !== "");
  const example = filled.find((cell) => cell.includes(","));
  const isGrouped = (cell: string) => /^\d{1,3}(?:,\d{3})*$/.test(cell) || !/\d/.test(cell);
  if (example === undefined || !filled.every(isGrouped)) return null;
  const question = `A comma in a code (${example}): is it between two codes, or between thousands?`;
  return { code: "deck.commas", question, answers: ["list", "nothing"] };
}

export function marksDoubt(cells: readonly string[]): Doubt | null {
  const example = cells.find((cell) =>
    /^[+\d][\d\s.-]*\s*\(?(?![xX]+$)\p{L}[\p{L}\s]*\)?$/u.test(cell),
  );
  if (example === undefined || /^\d+[.,]?\d*E\+?\d+$/i.test(example)) return null;
  const question = `Letters behind the digits of a code (${example}): is the row refused, or do they go?`;
  return { code: "deck.codeMarks", question, answers: ["refuse", "drop"] };
}

/** NPA and NPANXX without their 1; the 011 of an IDD, also where its zero is lost. */
export function findFront(cells: readonly string[], column: string): RuleFindings {
  const codes = cells.filter((cell) => /^\d+$/.test(cell));
  if (codes.length === 0 || codes.length < cells.filter((cell) => cell !== "").length * 0.9) {
    return { rules: {}, doubts: [] };
  }
  const isNamed = /npa|nxx/.test(fold(column));
  const [length] = codes.map((code) => code.length);
  const isNanp = codes.every((code) => code.length === length && NANP.test(code));
  if (isNanp && (isNamed || (length === 6 && codes.length >= 10))) {
    const answers = isNamed ? ["1", ""] : ["", "1"];
    const question = `Codes such as ${codes[0]} look like NPANXX without the 1 of North America: is a 1 put in front?`;
    return {
      rules: answers[0] === "" ? {} : { add: "1" },
      doubts: [{ code: "deck.add", question, answers }],
    };
  }
  // Short numbers (112) are whole; a code behind an IDD is longer.
  if (codes.every((code) => code.length < 4)) return { rules: {}, doubts: [] };
  const front = ["011", "11"].find((digits) => codes.every((code) => code.startsWith(digits)));
  if (front === undefined) return { rules: {}, doubts: [] };
  const question = `Every code begins with ${front}, which no number does: is that the 011 of a call from North America?`;
  return {
    rules: { strip: front },
    doubts: [{ code: "deck.strip", question, answers: [front, ""] }],
  };
}
