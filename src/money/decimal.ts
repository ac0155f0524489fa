// Decimal text as an integer and a scale, and back: the one parser of amounts. No float in between.

/** `digits` × 10^−`scale`; the scale is never negative. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** The usual amounts: 14 digits at most, which a Number keeps, and no exponent. */
const SHORT = /^-?\d{1,6}(\.\d{1,8})?$/;

/** Reads decimal text (`-0.1420`, `1e-7`). @throws RangeError for anything else */
export function parseDecimal(text: string): Decimal {
  if (SHORT.test(text)) {
    const point = text.indexOf(".");
    if (point < 0) return { digits: BigInt(Number(text)), scale: 0 };
    const digits = BigInt(Number(text.slice(0, point) + text.slice(point + 1)));
    return { digits, scale: text.length - point - 1 };
  }
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${text}`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const magnitude = BigInt(whole + fraction);
  const digits = sign === "-" ? -magnitude : magnitude;
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

const POWERS = Array.from({ length: 20 }, (_none, exponent) => 10n ** BigInt(exponent));

function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}

/** The digits at a scale that is not below its own. */
export function digitsAt({ digits, scale: own }: Readonly<Decimal>, scale: number): bigint {
  return scale === own ? digits : digits * powerOfTen(scale - own);
}

/** −1, 0 or 1. */
export function compareDecimals(left: Readonly<Decimal>, right: Readonly<Decimal>): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = digitsAt(left, scale) - digitsAt(right, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** Plain text with as many decimals as the scale; `sign` is written in front. */
function fullText({ digits, scale }: Readonly<Decimal>, sign: string): string {
  const magnitude = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + magnitude;
  return `${sign}${magnitude.slice(0, -scale)}.${magnitude.slice(-scale)}`;
}

/** Plain text without idle zeros: `0.142`, `-7`. */
export function decimalText(decimal: Readonly<Decimal>): string {
  const text = fullText(decimal, decimal.digits < 0n ? "-" : "");
  return decimal.scale === 0 ? text : text.replace(/\.?0+$/, "");
}

/** The same number, with the same idle zeros, without an exponent (`1e-7` is `0.0000001`). */
export function plainText(text: string): string {
  if (!/[eE]/.test(text)) return text;
  return fullText(parseDecimal(text), text.startsWith("-") ? "-" : "");
}
