// The functions of expressions over the columns of a row: each takes texts and answers a text, in time
// that their lengths bound.
import { matchedPart } from "../pattern.ts";

export interface ExpressionFunction {
  /** Arguments that it takes. */
  fewest: number;
  most: number;
  /** Place of the argument that is a pattern, and so a constant. */
  pattern?: number;
  run(args: readonly string[]): string;
}

/** Longer results are cut: no field may have so many characters. */
const LONGEST_RESULT = 4096;
const NUMBER = /^[+-]?\d{1,30}(?:\.\d{1,20})?$/;
const MANY = 50;

export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  /** The texts one behind the other. */
  concat: { fewest: 1, most: MANY, run: (args) => args.join("").slice(0, LONGEST_RESULT) },
  /** The first that is not empty. */
  first: { fewest: 1, most: MANY, run: (args) => args.find((text) => text !== "") ?? "" },
  /** A bare number as a length of this unit. */
  seconds: { fewest: 1, most: 1, run: ([text = ""]) => withUnit(text, "s") },
  milliseconds: { fewest: 1, most: 1, run: ([text = ""]) => withUnit(text, "ms") },
  microseconds: { fewest: 1, most: 1, run: ([text = ""]) => withUnit(text, "us") },
  /** Unix seconds with a fraction as a time; 0 is none. */
  epoch: { fewest: 1, most: 1, run: ([text = ""]) => epochMs(text) },
  /** A time without a zone is one in UTC. */
  utc: {
    fewest: 1,
    most: 1,
    run: ([text = ""]) => (/:\d\d(?:\.\d*)?$/.test(text.trim()) ? `${text.trim()}Z` : text),
  },
  /** Exact sums and differences of numbers; nothing where one of them is none. */
  plus: { fewest: 2, most: 2, run: ([left = "", right = ""]) => sumOf(left, right, 1n) },
  minus: { fewest: 2, most: 2, run: ([left = "", right = ""]) => sumOf(left, right, -1n) },
  /** What the one group of the pattern holds. */
  part: {
    fewest: 2,
    most: 2,
    pattern: 1,
    run: ([text = "", pattern = ""]) => matchedPart(pattern, text) ?? "",
  },
  /** Value, then pairs of a text and a result, then what counts else: without regard to case. */
  when: { fewest: 3, most: MANY, run: ([value = "", ...rest]) => chosen(value, rest) },
};

function withUnit(text: string, unit: string): string {
  const trimmed = text.trim();
  return NUMBER.test(trimmed) ? `${trimmed}${unit}` : trimmed;
}

function epochMs(text: string): string {
  const [, whole = "", fraction = ""] = /^(\d{1,11})(?:\.(\d{1,20}))?$/.exec(text.trim()) ?? [];
  if (whole === "") return text;
  const ms = `${whole}${fraction.slice(0, 3).padEnd(3, "0")}`;
  return /^0+$/.test(ms) ? "" : ms;
}

interface Scaled {
  digits: bigint;
  scale: number;
}

function scaled(text: string): Scaled | null {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return null;
  const [whole = "", fraction = ""] = trimmed.replace(/^\+/, "").split(".");
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function sumOf(left: string, right: string, sign: bigint): string {
  const [one, other] = [scaled(left), scaled(right)];
  if (one === null || other === null) return "";
  const scale = Math.max(one.scale, other.scale);
  const raised = ({ digits, scale: own }: Scaled) => digits * 10n ** BigInt(scale - own);
  return decimalText(raised(one) + sign * raised(other), scale);
}

function decimalText(digits: bigint, scale: number): string {
  const negative = digits < 0n ? "-" : "";
  const text = String(digits < 0n ? 0n - digits : digits).padStart(scale + 1, "0");
  if (scale === 0) return negative + text;
  return `${negative}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function chosen(value: string, rest: readonly string[]): string {
  const sought = value.trim().toLowerCase();
  for (let at = 0; at + 1 < rest.length; at += 2) {
    if (rest[at]?.toLowerCase() === sought) return rest[at + 1] ?? "";
  }
  return rest.length % 2 === 1 ? (rest.at(-1) ?? "") : "";
}
