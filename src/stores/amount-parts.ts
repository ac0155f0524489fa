// Amounts in integer columns: whole units and 10⁻¹⁰ parts, which are compared and summed apart.
import { type Decimal, decimalText, digitsAt, parseDecimal } from "../money/decimal.ts";

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

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

function split(parts: bigint): SplitAmount {
  const units = floorDivide(parts, PARTS_IN_UNIT);
  return { units: Number(units), parts: Number(parts - units * PARTS_IN_UNIT) };
}

/** The number in parts, as far as `PART_DECIMALS` go, and what is left of it below a part. */
function inParts(number: Decimal): { parts: bigint; isExact: boolean } {
  if (number.scale <= PART_DECIMALS) {
    return { parts: digitsAt(number, PART_DECIMALS), isExact: true };
  }
  const divisor = 10n ** BigInt(number.scale - PART_DECIMALS);
  const parts = floorDivide(number.digits, divisor);
  return { parts, isExact: parts * divisor === number.digits };
}

/** Null when the amount has more than 10 decimals or 14 whole digits: it does not fit. */
export function splitAmount(text: string): SplitAmount | null {
  const { parts, isExact } = inParts(parseDecimal(text));
  const limit = MOST_UNITS * PARTS_IN_UNIT;
  return !isExact || parts >= limit || parts < -limit ? null : split(parts);
}

/**
 * The smallest split amount that is not below `text`: `amount ≥ text` and `amount < text` are then
 * exact comparisons for every amount that fits. Bounds beyond what fits become the limit itself.
 */
export function splitBound(text: string): SplitAmount {
  const { parts: floor, isExact } = inParts(parseDecimal(text));
  const parts = isExact ? floor : floor + 1n;
  const limit = MOST_UNITS * PARTS_IN_UNIT;
  if (parts > limit) return split(limit);
  if (parts < -limit) return split(-limit);
  return split(parts);
}

/** A sum of whole units and a sum of 10⁻¹⁰ parts, joined to plain decimal text. */
export function joinSums(units: bigint, parts: bigint): string {
  return decimalText({ digits: units * PARTS_IN_UNIT + parts, scale: PART_DECIMALS });
}
