// Recomputes the amounts of a rating from its JSON basis alone: nothing of the product is used.
type Basis = { sell?: SideBasis; buy?: SideBasis; exchange?: { rate: string } };

interface SideBasis {
  spans?: { seconds: number; rate: string; unitSeconds: number }[];
  connectFee: string;
  maximumAmount?: string;
  minimumAmount?: string;
  rounding: { decimals: number; mode: "half-up" | "half-down" | "half-even" | "up" | "down" };
  currency: string;
}

type Fraction = [top: bigint, bottom: bigint];

const read = (text: string): Fraction => {
  const [whole = "0", decimals = ""] = text.split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
};
const plus = (a: Fraction, b: Fraction): Fraction => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
const times = (a: Fraction, b: Fraction): Fraction => [a[0] * b[0], a[1] * b[1]];

function round([top, bottom]: Fraction, { decimals, mode }: SideBasis["rounding"]): string {
  const scaled = (top < 0n ? -top : top) * 10n ** BigInt(decimals);
  const units = scaled / bottom;
  const half = 2n * (scaled % bottom) - bottom;
  const isUp =
    (mode === "up" && scaled % bottom > 0n) ||
    (mode === "half-up" && half >= 0n) ||
    (mode === "half-down" && half > 0n) ||
    (mode === "half-even" && (half > 0n || (half === 0n && units % 2n === 1n)));
  const rounded = units + (isUp ? 1n : 0n);
  const sign = top < 0n && rounded > 0n ? "-" : "";
  const digits = String(rounded).padStart(decimals + 1, "0");
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function amountOf(side: SideBasis | undefined): string | null {
  if (side?.spans === undefined) return null;
  let sum = read(side.connectFee);
  for (const { rate, seconds, unitSeconds } of side.spans) {
    sum = plus(sum, times(read(rate), [BigInt(seconds), BigInt(unitSeconds)]));
  }
  const maximum = side.maximumAmount === undefined ? sum : read(side.maximumAmount);
  if (sum[0] * maximum[1] > maximum[0] * sum[1]) sum = maximum;
  const minimum = side.minimumAmount === undefined ? sum : read(side.minimumAmount);
  return round(sum[0] * minimum[1] < minimum[0] * sum[1] ? minimum : sum, side.rounding);
}

export function recompute({ sell, buy, exchange }: Basis) {
  const [sold, bought] = [amountOf(sell), amountOf(buy)];
  if (!sell || !buy || sold === null || bought === null) return { sold, bought, margin: null };
  if (sell.currency !== buy.currency && !exchange) return { sold, bought, margin: null };
  const cost = exchange ? round(times(read(bought), read(exchange.rate)), sell.rounding) : bought;
  const decimals = Math.max(...[sold, cost].map((text) => text.split(".")[1]?.length ?? 0));
  const margin = plus(read(sold), times(read(cost), [-1n, 1n]));
  return { sold, bought, margin: round(margin, { decimals, mode: "down" }) };
}
