// Reads the values of CGRateS's columns: durations, time stamps, times of day, lists and numbers.
import { DateTime } from "luxon";

/** Of the units of a duration in Go's syntax. */
export const NS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/**
 * Nanoseconds of a duration: Go syntax (`1h2m3.5s`), or a number without unit, which counts
 * `bareUnitNs` (1 in 0.10 and master, a second before). Empty is 0, `*unlimited` is −1.
 * Null: not a duration, or beyond what a double counts exactly.
 */
export function parseDuration(text: string, bareUnitNs: bigint): number | null {
  if (text === "") return 0;
  if (text === "*unlimited") return -1;
  const bare = /^(\d*)(?:\.(\d*))?$/.exec(text);
  if (bare && /\d/.test(text)) return exact(scaled(bare[1], bare[2], bareUnitNs));
  const signed = /^([+-]?)((?:\d*\.?\d*(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (!signed) return null;
  let totalNs = 0n;
  for (const part of (signed[2] ?? "").matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const [, whole = "", fraction = "", unit = ""] = part;
    if (whole === "" && fraction === "") return null;
    totalNs += scaled(whole, fraction, NS_PER_UNIT[unit] ?? 0n);
  }
  return exact(signed[1] === "-" ? -totalNs : totalNs);
}

/** Go cuts off what is below a nanosecond. */
function scaled(whole = "", fraction = "", unitNs = 1n): bigint {
  const digits = BigInt(`${whole}${fraction}` || "0");
  return (digits * unitNs) / 10n ** BigInt(fraction.length);
}

function exact(ns: bigint): number | null {
  const number = Number(ns);
  return Number.isSafeInteger(number) ? number : null;
}

/** A number of a float column with its canonical text; empty is 0. Null: not a number. */
export function parseAmount(text: string): { value: number; text: string } | null {
  if (text === "") return { value: 0, text: "0" };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)) return null;
  const plain = plainText(text);
  return { value: Number(plain), text: plain };
}

/** The same number without plus sign, exponent, or needless zeros. */
function plainText(text: string): string {
  const [mantissa = "", exponentText = "0"] = text.toLowerCase().split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const point = whole.length + Number(exponentText);
  const digits = (whole + fraction).padEnd(point, "0");
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits;
  const split = Math.max(point, 1);
  const integer = padded.slice(0, split).replace(/^0+(?=\d)/, "");
  const decimals = padded.slice(split).replace(/0+$/, "");
  const plain = decimals === "" ? integer : `${integer}.${decimals}`;
  return plain === "0" ? "0" : sign + plain;
}

/** A whole number of an int column; empty is 0. Null: not one. */
export function parseWhole(text: string): number | null {
  if (text === "") return 0;
  if (!/^[+-]?\d{1,9}$/.test(text)) return null;
  return Number(text);
}

/** Elements of a `;` list that are numbers, and those that CGRateS drops. */
export function parseNumberList(text: string): { numbers: number[]; dropped: string[] } {
  const numbers: number[] = [];
  const dropped: string[] = [];
  if (text === "" || text === "*any") return { numbers, dropped };
  for (const element of text.split(";")) {
    if (/^[+-]?\d{1,9}$/.test(element)) numbers.push(Number(element));
    else dropped.push(element);
  }
  return { numbers, dropped };
}

/** Nanoseconds after midnight of `HH:MM:SS` (empty: midnight); null: no time of day. */
export function parseTimeOfDay(text: string): number | null {
  if (text === "") return 0;
  const parts = /^(\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(text);
  if (!parts) return null;
  const [hours, minutes, seconds] = parts.slice(1).map(Number) as [number, number, number];
  return (hours * 3600 + minutes * 60 + seconds) * 1e9;
}

export type Timestamp =
  | { kind: "instant"; atMs: number; atNs: number }
  /** Empty, `*unlimited` or the year 1: always in the past. */
  | { kind: "always" }
  | { kind: "relative" }
  | { kind: "invalid" };

const RFC3339 = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)?$/;

/** Every form that CGRateS reads; a time without zone is UTC. */
export function parseTimestamp(text: string): Timestamp {
  if (text === "" || text === "*unlimited") return { kind: "always" };
  if (
    /^(\*(now|daily|monthly|monthly_estimated|yearly|month_end|mo\+.*|prebilling_month)|\+.+)$/.test(
      text,
    )
  ) {
    return { kind: "relative" };
  }
  const rfc = RFC3339.exec(text);
  if (rfc) {
    const [, date = "", time = "", fraction = "", zone = "Z"] = rfc;
    return instant(`${date}T${time}${zone}`, fraction);
  }
  if (/^\d{14}$/.test(text)) {
    return instant(text.replace(/^(....)(..)(..)(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6Z"));
  }
  const local = /^(\d\d)[./](\d\d)[./](\d{4}) +(\d\d:\d\d:\d\d)$/.exec(text);
  if (local) return instant(`${local[3]}-${local[2]}-${local[1]}T${local[4]}Z`);
  const unixDecimals = { 10: 0, 13: 3, 19: 9 }[text.length];
  if (unixDecimals !== undefined && /^\d+$/.test(text)) {
    const ns = BigInt(text) * 10n ** BigInt(9 - unixDecimals);
    return { kind: "instant", atMs: Number(ns / 1_000_000n), atNs: Number(ns % 1_000_000n) };
  }
  return { kind: "invalid" };
}

function instant(iso: string, fraction = ""): Timestamp {
  const time = DateTime.fromISO(iso, { setZone: true });
  if (!time.isValid) return { kind: "invalid" };
  if (time.toUTC().year <= 1) return { kind: "always" };
  const ns = Number(fraction.padEnd(9, "0"));
  const restMs = Math.floor(ns / 1e6);
  return { kind: "instant", atMs: time.toMillis() + restMs, atNs: ns - restMs * 1e6 };
}
