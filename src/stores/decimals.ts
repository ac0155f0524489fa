// Exact decimal text as scaled integers: splitting amounts for columns, comparing and summing them.

/** `digits` × 10^−`scale`; the scale is never negative. */
interface ScaledInteger {
  digits: bigint;
  scale: number;
}

/** Whole units (rounded down, so that negative amounts are right) and the 10⁻¹⁰ parts above. */
export interface SplitAmount {
  units: number;
  /** 0 to 9,999,999,999. */
  parts: number;
}

const PART_DECIMALS = 10;
const PARTS_IN_UNIT = 10n ** BigInt(PART_DECIMALS);
/** Beyond this the sum of one piece of rows could leave 64 bits. */
const MOST_UNITS = 10n ** 14n;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Reads decimal text (`-0.1420`, `1e-7`); throws a RangeError for anything else. */
function parseDecimal(text: string): ScaledInteger {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${text}`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const magnitude = BigInt(whole + fraction);
  const digits = sign === "-" ? -magnitude : magnitude;
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function rescale(number: ScaledInteger, scale: number): bigint {
  return number.digits * 10n ** BigInt(scale - number.scale);
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function split(parts: bigint): SplitAmount {
  const units = floorDivide(parts, PARTS_IN_UNIT);
  return { units: Number(units), parts: Number(parts - units * PARTS_IN_UNIT) };
}

/** Null when the amount has more than 10 decimals or 14 whole digits: it does not fit. */
export function splitAmount(text: string): SplitAmount | null {
  const number = parseDecimal(text);
  const excess = Math.max(0, number.scale - PART_DECIMALS);
  const divisor = 10n ** BigInt(excess);
  if (number.digits % divisor !== 0n) return null;
  const kept = { digits: number.digits / divisor, scale: number.scale - excess };
  const parts = rescale(kept, PART_DECIMALS);
  const limit = MOST_UNITS * PARTS_IN_UNIT;
  return parts >= limit || parts < -limit ? null : split(parts);
}

/**
 * The smallest split amount that is not below `text`: `amount ≥ text` and `amount < text` are then
 * exact comparisons for every amount that fits. Bounds beyond what fits become the limit itself.
 */
export function splitBound(text: string): SplitAmount {
  const number = parseDecimal(text);
  const excess = Math.max(0, number.scale - PART_DECIMALS);
  const divisor = 10n ** BigInt(excess);
  const ceiling = -floorDivide(-number.digits, divisor);
  const parts = rescale({ digits: ceiling, scale: number.scale - excess }, PART_DECIMALS);
  const limit = MOST_UNITS * PARTS_IN_UNIT;
  if (parts > limit) return split(limit);
  if (parts < -limit) return split(-limit);
  return split(parts);
}

/** −1, 0 or 1. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  const difference = rescale(a, scale) - rescale(b, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** Plain text with as many decimals as the scale. */
function formatDecimal(number: ScaledInteger, sign: string): string {
  const magnitude = number.digits < 0n ? -number.digits : number.digits;
  const padded = magnitude.toString().padStart(number.scale + 1, "0");
  if (number.scale === 0) return `${sign}${padded}`;
  return `${sign}${padded.slice(0, -number.scale)}.${padded.slice(-number.scale)}`;
}

/** Plain text without trailing zeros. */
function shortDecimal(number: ScaledInteger): string {
  const text = formatDecimal(number, number.digits < 0n ? "-" : "");
  return number.scale === 0 ? text : text.replace(/\.?0+$/, "");
}

/** The same number, with the same trailing zeros, without an exponent. */
export function plainDecimal(text: string): string {
  if (!/[eE]/.test(text)) return text;
  return formatDecimal(parseDecimal(text), text.startsWith("-") ? "-" : "");
}

/** A sum of whole units and a sum of 10⁻¹⁰ parts, joined to plain decimal text. */
export function joinSums(units: bigint, parts: bigint): string {
  return shortDecimal({ digits: units * PARTS_IN_UNIT + parts, scale: PART_DECIMALS });
}

/** The exact sum, as plain text without trailing zeros. */
export function addDecimals(left: string, right: string): string {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  const scale = Math.max(a.scale, b.scale);
  return shortDecimal({ digits: rescale(a, scale) + rescale(b, scale), scale });
}
