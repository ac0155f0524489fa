// Length texts to integer milliseconds, in exact arithmetic: Go duration syntax, a clock's
// hours, minutes and seconds, or a bare number.

export type DurationResult =
  | { ok: true; ms: number }
  | { ok: false; why: "no-length" | "negative" | "too-long" };

/** What a number without a unit counts. */
export type BareUnit = "s" | "ms" | "ns";

/** The longest length: beyond it a number does not count milliseconds exactly. */
export const LONGEST_MS = Number.MAX_SAFE_INTEGER;

const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["\u00b5s", 1_000n],
  ["\u03bcs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const NUMBER = "(?:\\d+\\.?\\d*|\\.\\d+)";
const DURATION = new RegExp(
  `^([+-]?)(${NUMBER}|(?:${NUMBER}(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$`,
);
const PART = /(\d*)\.?(\d*)(ns|us|\u00b5s|\u03bcs|ms|s|m|h|$)/y;
/** `HH:MM:SS` or `MM:SS`; the first part counts on past 59 and 23. */
const CLOCK = /^([+-]?)(?:(\d{1,9}):([0-5]\d)|(\d{1,9})):([0-5]\d(?:\.\d*)?)$/;
const LONGEST_TEXT = 64;
const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * A length from JSON. A number is seconds, or what `bare` says; those below a microsecond and from
 * 10^21 on, which JavaScript writes with an exponent, are nothing when rounded and too long.
 */
export function readDuration(sent: string | number, bare: BareUnit = "s"): DurationResult {
  if (typeof sent === "string" || !String(sent).includes("e")) {
    return parseDuration(String(sent), bare);
  }
  if (sent < 0) return { ok: false, why: "negative" };
  return sent < 1 ? { ok: true, ms: 0 } : { ok: false, why: "too-long" };
}

/**
 * `10s`, `1m30s`, `1.5h`, `300ms`, `01:02:03`, `02:03`, or a bare number of seconds (or of `bare`)
 * with or without a fraction; rounded half up to the millisecond. A text that is no length, or one
 * beyond `LONGEST_MS`, is not ok.
 */
export function parseDuration(sent: string, bare: BareUnit = "s"): DurationResult {
  const plain = wholeLength(sent, bare);
  if (plain !== null) {
    return { ok: true, ms: plain };
  }
  const text = withUnits(sent.trim());
  const match = text.length > LONGEST_TEXT ? null : DURATION.exec(text);
  if (match === null) {
    return { ok: false, why: "no-length" };
  }
  const [, sign, parts = ""] = match;
  // Nanoseconds as a fraction: numerator over a power of ten that fits every part.
  let numerator = 0n;
  let denominator = 1n;
  PART.lastIndex = 0;
  while (PART.lastIndex < parts.length) {
    const [, whole = "", fraction = "", unit = ""] = PART.exec(parts) ?? [];
    const scale = 10n ** BigInt(fraction.length);
    const each = NANOSECONDS.get(unit === "" ? bare : unit) ?? 0n;
    const nanoseconds = BigInt(`${whole}${fraction}`) * each;
    numerator = numerator * scale + nanoseconds * denominator;
    denominator *= scale;
  }
  if (sign === "-" && numerator > 0n) {
    return { ok: false, why: "negative" };
  }
  const perMs = denominator * NANOSECONDS_PER_MS;
  const ms = Number((2n * numerator + perMs) / (2n * perMs));
  return ms <= LONGEST_MS ? { ok: true, ms } : { ok: false, why: "too-long" };
}

/** So few digits that their microseconds, and as seconds their milliseconds, are exact numbers. */
const WHOLE = /^(\d{1,12})(s|ms|us)?$/;

/** Milliseconds of what nearly every sender writes, a whole number of one unit; null: it is another. */
function wholeLength(sent: string, bare: BareUnit): number | null {
  const match = WHOLE.exec(sent);
  const unit = match?.[2] ?? bare;
  if (match === null || unit === "ns") return null;
  const count = Number(match[1]);
  if (unit === "ms") return count;
  return unit === "s" ? count * 1000 : Math.floor((count + 500) / 1000);
}

/** A clock's length in Go syntax; every other text as it is. */
function withUnits(text: string): string {
  const match = text.length > LONGEST_TEXT ? null : CLOCK.exec(text);
  if (match === null) return text;
  const [, sign, hours = "0", minutes, ownMinutes = "0", seconds] = match;
  return `${sign}${hours}h${minutes ?? ownMinutes}m${seconds}s`;
}

/** Whether a length is a number without a unit; then the whole number that it is, if it is one. */
export function bareNumber(sent: string | number): { whole: bigint | null } | null {
  const text = String(sent).trim();
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) || text.length > LONGEST_TEXT) return null;
  return { whole: /^\+?\d+$/.test(text) ? BigInt(text.replace("+", "")) : null };
}
