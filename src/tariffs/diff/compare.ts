// What changes from one deck to another, row by row, as in force at one time.
import { compareFractions, type Fraction, fractionOf, roundedText } from "../../money/fraction.ts";
import type { RateRow } from "../tariff.ts";
import { codeKey, rowsInForce } from "./in-force.ts";

export const CHANGES = ["new", "up", "down", "terms", "closed", "same", "conflict"] as const;
export type RateChange = (typeof CHANGES)[number];

export interface RateDifference {
  change: RateChange;
  /** Null: there is none. */
  old: RateRow | null;
  new: RateRow | null;
  /** (new − old) ⁄ old in per cent, to four decimals; null where the old rate is 0 or one is missing. */
  percent: string | null;
}

/** Decimals of a percentage. */
const DECIMALS = 4;

export interface ComparedDecks {
  old: readonly RateRow[];
  new: readonly RateRow[];
  /** Rows of the new deck that contradict each other: none of them is in it. */
  conflicts: readonly RateRow[];
  atMs: number;
}

/** By code, in the order of digits. */
export function compareDecks(decks: ComparedDecks): RateDifference[] {
  const before = rowsInForce(decks.old, decks.atMs);
  const after = rowsInForce(decks.new, decks.atMs);
  const conflicts = new Map<string, RateRow[]>();
  for (const row of decks.conflicts) {
    conflicts.set(codeKey(row), [...(conflicts.get(codeKey(row)) ?? []), row]);
  }
  const keys = new Set([...before.keys(), ...after.keys(), ...conflicts.keys()]);
  return [...keys].toSorted().flatMap((key) => {
    const old = before.get(key) ?? [];
    const clash = conflicts.get(key);
    if (clash === undefined) return compareRows(old, after.get(key) ?? []);
    const [was = null] = old;
    return clash.map((row) => ({ change: "conflict", old: was, new: row, percent: null }) as const);
  });
}

/** Rows of one code: each with the one of the same band and `from_second`. */
function compareRows(old: readonly RateRow[], fresh: readonly RateRow[]): RateDifference[] {
  if (old.length === 1 && fresh.length === 1) {
    const [was, is] = [old[0] as RateRow, fresh[0] as RateRow];
    if (partOf(was) === partOf(is)) return [differenceOf(was, is)];
  }
  const left = new Map(old.map((row) => [partOf(row), row] as const));
  const found = fresh.map((row) => {
    const was = left.get(partOf(row)) ?? null;
    left.delete(partOf(row));
    return differenceOf(was, row);
  });
  return [...found, ...[...left.values()].map((row) => differenceOf(row, null))];
}

function partOf({ band, fromSecond }: RateRow): string {
  return band === null && fromSecond === 0 ? "" : `${fromSecond}|${band ?? ""}`;
}

function differenceOf(old: RateRow | null, fresh: RateRow | null): RateDifference {
  const was = old?.status === "open" ? old : null;
  const is = fresh?.status === "open" ? fresh : null;
  if (was === null || is === null) {
    return { change: servedChange({ old, was, new: fresh, is }), old, new: fresh, percent: null };
  }
  const isEqual = was.rate === is.rate && was.unitSeconds === is.unitSeconds;
  const order = isEqual ? 0 : compareRates(was, is);
  if (order !== 0) {
    return { change: order < 0 ? "up" : "down", old, new: fresh, percent: percentOf(was, is) };
  }
  const change = termsOf(was) === termsOf(is) ? "same" : "terms";
  return { change, old, new: fresh, percent: was.rate === "0" ? null : "0" };
}

/**
 * A code that is blocked is not served: it is closed, and comes back as a new one. A block that comes or
 * goes where nothing was served is a change of terms.
 */
function servedChange(rows: {
  old: RateRow | null;
  was: RateRow | null;
  new: RateRow | null;
  is: RateRow | null;
}): RateChange {
  if (rows.was !== null) return "closed";
  if (rows.is !== null) return "new";
  return (rows.old === null) === (rows.new === null) ? "same" : "terms";
}

function ratePerSecond({ rate, unitSeconds }: RateRow): Fraction {
  const { numerator, denominator } = fractionOf(rate);
  return { numerator, denominator: denominator * BigInt(unitSeconds) };
}

function compareRates(was: RateRow, is: RateRow): number {
  return compareFractions(ratePerSecond(was), ratePerSecond(is));
}

function percentOf(was: RateRow, is: RateRow): string | null {
  const [old, fresh] = [ratePerSecond(was), ratePerSecond(is)];
  if (old.numerator === 0n) return null;
  const top = (fresh.numerator * old.denominator - old.numerator * fresh.denominator) * 100n;
  const bottom = old.numerator * fresh.denominator;
  const sign = bottom < 0n ? -1n : 1n;
  return roundedText({ numerator: top * sign, denominator: bottom * sign }, DECIMALS, "*middle");
}

/** What prices a call besides the rate. */
function termsOf(row: RateRow): string {
  const { connectFee, firstInterval, nextInterval, intervalPrice, minimumSeconds } = row;
  const { graceSeconds, minimumAmount, maximumAmount } = row;
  const intervals = [firstInterval, nextInterval, intervalPrice, minimumSeconds, graceSeconds];
  return [connectFee, ...intervals, minimumAmount, maximumAmount].join("|");
}
