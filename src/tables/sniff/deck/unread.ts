// Columns that no name explains, where their cells look like what changes a price: they are asked about, since
// nobody misses what is not read.
import { knownChange, tellsOfEnd } from "../../deck/words.ts";
import type { Doubt } from "../doubt.ts";
import { type ColumnCells, type ColumnFindings, shareOf } from "./evidence.ts";
import { isNameOfOthers, isNameOfPrice } from "./names.ts";

const DATE =
  /^(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[\s.-]*\p{L}{3,9}[\s.-]*\d{2,4})(?:[ T][\d:.]+.*)?$/u;
const STEPS = /^\d{1,4}\s*[/+:|-]\s*\d{1,4}$/;
/** What increments usually are, in seconds. */
const USUAL_STEPS = new Set([1, 5, 6, 10, 12, 15, 18, 20, 30, 36, 45, 60, 90, 120, 180, 300, 600]);
/** Different texts of a column that says what becomes of its rows. */
const MOST_WORDS = 20;

interface Look {
  field: string;
  isLike(cells: readonly string[]): boolean;
  question: string;
  /** Whether the column is proposed, or that it says nothing. */
  isLikely: boolean;
}

const LOOKS: readonly Look[] = [
  {
    field: "prefix",
    isLike: (cells) => shareOf("code", cells) === 1,
    question: "are its digits those behind the code of the country?",
    isLikely: true,
  },
  {
    field: "intervals",
    isLike: (cells) => cells.every((cell) => STEPS.test(cell)),
    question: "are these the increments?",
    isLikely: true,
  },
  ...(["first_interval", "next_interval"] as const).map((field) => ({
    field,
    isLike: (cells: readonly string[]) => cells.every((cell) => USUAL_STEPS.has(Number(cell))),
    question: "is it the first or the next increment, in seconds?",
    isLikely: false,
  })),
  {
    field: "effective_from",
    isLike: (cells) => cells.filter((cell) => DATE.test(cell)).length > cells.length * 0.8,
    question: "is it the day on which a price begins?",
    isLikely: true,
  },
  {
    field: "change",
    isLike: (cells) => cells.some(tellsOfEnd) || isOfChanges(cells),
    question: "does it say which codes are new, changed, closed or blocked?",
    isLikely: true,
  },
  {
    field: "connect_fee",
    isLike: (cells) =>
      shareOf("price", cells) === 1 &&
      cells.some((cell) => /[1-9]/.test(cell)) &&
      cells.some((cell) => /\d[.,]\d/.test(cell)),
    question: "are these a fee for each call?",
    isLikely: false,
  },
];

/** A few words, and most of them known as changes. */
function isOfChanges(cells: readonly string[]): boolean {
  const texts = [...new Set(cells)];
  const known = texts.filter((text) => knownChange(text) !== null);
  return texts.length <= MOST_WORDS && texts.length > 1 && known.length * 2 >= texts.length;
}

/** Each is asked once, and only for a field that has no column yet. */
export function addUnread(
  table: ColumnCells,
  { map, doubts }: ColumnFindings,
  { taken, known }: { taken: Set<string>; known: Readonly<Record<string, string>> },
): void {
  for (const { field, isLike, question, isLikely } of LOOKS) {
    if (!isAskable(field, { map, doubts, known })) continue;
    const like = table.columns.filter((name) => {
      const cells = table.of(name).filter((cell) => cell !== "");
      const isOther = isNameOfOthers(name) || isNameOfPrice(name);
      return !taken.has(name) && !isOther && cells.length > 0 && isLike(cells);
    });
    const [first, ...others] = like;
    if (first === undefined) continue;
    if (isLikely) {
      map[field] = first;
      taken.add(first);
    }
    doubts.push({
      code: `map.${field}`,
      question: `No name says what the column "${first}" is: ${question}`,
      answers: isLikely ? [first, "", ...others] : ["", ...like],
    });
  }
}

function isAskable(
  field: string,
  {
    map,
    doubts,
    known,
  }: { map: Record<string, string>; doubts: Doubt[]; known: Readonly<Record<string, string>> },
): boolean {
  if (map[field] !== undefined || known[field] !== undefined) return false;
  if (doubts.some(({ code }) => code === `map.${field}`)) return false;
  if (field === "prefix") return map["country_code"] !== undefined;
  if (!field.includes("interval")) return true;
  return !["intervals", "first_interval", "next_interval"].some((one) => map[one] !== undefined);
}
