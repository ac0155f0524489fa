// Durations as the engine reads and writes them: nanoseconds, Go's syntax.
import { NS_PER_UNIT } from "../../cgrates/folder/field-values.ts";
import { ApiError } from "../method.ts";

/** What Go's `int64` holds. */
const MOST_NS = 2n ** 63n - 1n;

/** A bare number, as Go's `ParseFloat` takes it. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Nanoseconds of a text; a bare number is nanoseconds, the empty text 0, `*unlimited` −1.
 * @throws ApiError with Go's words
 */
export function readDuration(text: string): number {
  if (text === "") return 0;
  if (text === "*unlimited") return -1;
  return Number(goDuration(NUMBER.test(text) ? `${text}ns` : text));
}

/** Go's `time.ParseDuration`. @throws ApiError */
export function goDuration(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  let rest = text.slice(sign.length);
  if (rest === "0") return 0n;
  // Made where it is thrown: an error costs more than the reading.
  const invalid = () => new ApiError(`time: invalid duration ${quoted(text)}`);
  if (rest === "") throw invalid();
  let totalNs = 0n;
  while (rest !== "") {
    const [number = "", whole = "", fraction = ""] = /^(\d*)(?:\.(\d*))?/.exec(rest) ?? [];
    if (whole === "" && fraction === "") throw invalid();
    rest = rest.slice(number.length);
    const unit = /^[^.\d]*/.exec(rest)?.[0] ?? "";
    if (unit === "") throw new ApiError(`time: missing unit in duration ${quoted(text)}`);
    const unitNs = NS_PER_UNIT[unit];
    if (unitNs === undefined) {
      throw new ApiError(`time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`);
    }
    totalNs += (BigInt(`${whole}${fraction}`) * unitNs) / 10n ** BigInt(fraction.length);
    if (totalNs > MOST_NS) throw invalid();
    rest = rest.slice(unit.length);
  }
  return sign === "-" ? -totalNs : totalNs;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Go's `Duration.String`: `1m35s`, `1.5s`, `300ms`, `0s`. */
export function durationText(ns: number): string {
  if (ns === 0) return "0s";
  const sign = ns < 0 ? "-" : "";
  const all = BigInt(Math.round(Math.abs(ns)));
  if (all < 1_000_000_000n) return sign + underSecond(all);
  const seconds = all / 1_000_000_000n;
  const fraction = String(all % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const hours = seconds / 3600n;
  const minutes = (seconds / 60n) % 60n;
  const text = `${seconds % 60n}${fraction === "" ? "" : `.${fraction}`}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${text}`;
  return minutes > 0n ? `${sign}${minutes}m${text}` : sign + text;
}

function underSecond(ns: bigint): string {
  const [unit, divisor] =
    ns < 1_000n ? ["ns", 1n] : ns < 1_000_000n ? ["µs", 1_000n] : ["ms", 1_000_000n];
  return `${Number(ns) / Number(divisor)}${unit}`;
}
