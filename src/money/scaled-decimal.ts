// Decimal text to integers of a power of ten and back: exact both ways, no float in between.
import { digitsAt, parseDecimal } from "./decimal.ts";

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);

/** Texts of this many characters hold at most 15 digits. */
const SHORT_TEXT = 15;

/** 10 to a small exponent as a Number; Infinity where a Number would not be exact. */
export function powerOfTen(exponent: number): number {
  return POWERS_OF_TEN[exponent] ?? Number.POSITIVE_INFINITY;
}

/** Digits after the point, once the text is written without an exponent. */
export function decimalPlaces(text: string): number {
  if (text.includes("e") || text.includes("E")) return parseDecimal(text).scale;
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/** Decimal text × 10^scale; `scale` is at least its decimal places. */
export function toScaled(text: string, scale: number): bigint {
  return digitsAt(parseDecimal(text), scale);
}

/** The integer as a Number where that is exact, else NaN, which no sum or comparison survives. */
export function exactNumber(scaled: bigint): number {
  const number = Number(scaled);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

/** `toScaled` as a Number, NaN where that is not exact; quick for the usual short texts. */
export function scaledNumber(text: string, scale: number): number {
  const digits = decimalPlaces(text);
  if (text.length > SHORT_TEXT || text.includes("e")) return exactNumber(toScaled(text, scale));
  // Up to 15 digits are read and multiplied without any rounding.
  const point = text.length - digits - 1;
  const whole = digits === 0 ? text : text.slice(0, point) + text.slice(point + 1);
  const scaled = Number(whole) * powerOfTen(scale - digits);
  return Number.isSafeInteger(scaled) ? scaled : exactNumber(toScaled(text, scale));
}

/** Up to here a quotient of integers is never as near to the next one as a float could not tell. */
const QUOTIENT_MAX = 2 ** 52 - 1;

/** Units of 10^-decimals as text with exactly that many decimals (142n, 4: `0.0142`). */
export function fixedText(units: bigint | number, decimals: number): string {
  if (decimals === 0) return String(units);
  const negative = units < 0;
  const power = powerOfTen(decimals);
  if (typeof units === "number" && Math.abs(units) <= QUOTIENT_MAX && power <= QUOTIENT_MAX) {
    const size = Math.abs(units);
    const whole = Math.floor(size / power);
    // The 1 in front keeps the zeros that the decimals begin with.
    const text = `${whole}.${String(power + size - whole * power).slice(1)}`;
    return negative ? `-${text}` : text;
  }
  const digits = String(negative ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const text = `${whole}.${digits.slice(digits.length - decimals)}`;
  return negative ? `-${text}` : text;
}

/** The same without idle zeros (142n, 4: `0.0142`; 100n, 2: `1`). */
export function canonicalText(units: bigint | number, decimals: number): string {
  const text = fixedText(units, decimals);
  if (decimals === 0) return text;
  let end = text.length;
  while (text[end - 1] === "0") end--;
  return text.slice(0, text[end - 1] === "." ? end - 1 : end);
}
