// Exact sums of decimal texts, kept as one integer and a scale.

/** `digits` × 10^−`scale`. */
export interface MoneySum {
  digits: bigint;
  scale: number;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

export function zeroSum(): MoneySum {
  return { digits: 0n, scale: 0 };
}

/** Adds (or, with −1, takes away) an amount in place. @throws RangeError for no decimal text */
export function addAmount(sum: MoneySum, amount: string, sign: 1 | -1 = 1): void {
  addParsed(sum, parseAmount(amount), sign);
}

/** The same for an amount that goes into several sums and is read once. */
export function addParsed(sum: MoneySum, amount: Readonly<MoneySum>, sign: 1 | -1 = 1): void {
  const { digits, scale } = amount;
  if (scale > sum.scale) {
    sum.digits *= 10n ** BigInt(scale - sum.scale);
    sum.scale = scale;
  }
  const scaled = scale === sum.scale ? digits : digits * 10n ** BigInt(sum.scale - scale);
  sum.digits += sign === 1 ? scaled : -scaled;
}

/** The usual amounts: 14 digits at most, which a Number keeps, and no exponent. */
const SHORT_AMOUNT = /^-?\d{1,6}(\.\d{1,8})?$/;

/** @throws RangeError for no decimal text */
export function parseAmount(text: string): MoneySum {
  if (SHORT_AMOUNT.test(text)) {
    const point = text.indexOf(".");
    if (point < 0) return { digits: BigInt(Number(text)), scale: 0 };
    const digits = BigInt(Number(text.slice(0, point) + text.slice(point + 1)));
    return { digits, scale: text.length - point - 1 };
  }
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${text}`);
  const [, minus, whole = "", decimals = "", exponent = "0"] = match;
  const magnitude = BigInt(whole + decimals);
  const digits = minus === "-" ? -magnitude : magnitude;
  const scale = decimals.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** Plain text without trailing zeros, as sums of CDRs are written. */
export function sumText({ digits, scale }: MoneySum): string {
  const magnitude = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const sign = digits < 0n ? "-" : "";
  if (scale === 0) return sign + magnitude;
  return `${sign}${magnitude.slice(0, -scale)}.${magnitude.slice(-scale)}`.replace(/\.?0+$/, "");
}

/** after − before, exact. */
export function differenceText(before: MoneySum, after: MoneySum): string {
  const scale = Math.max(before.scale, after.scale);
  const at = (sum: MoneySum) => sum.digits * 10n ** BigInt(scale - sum.scale);
  return sumText({ digits: at(after) - at(before), scale });
}

/** −1, 0 or 1, by size without regard to the sign. */
export function compareMagnitudes(left: MoneySum, right: MoneySum): number {
  const scale = Math.max(left.scale, right.scale);
  const size = ({ digits, scale: own }: MoneySum) =>
    (digits < 0n ? -digits : digits) * 10n ** BigInt(scale - own);
  const difference = size(left) - size(right);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
