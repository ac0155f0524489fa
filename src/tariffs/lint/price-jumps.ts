// Warns of prices that are ten times what they were, or a tenth: a slipped decimal point.
import type { FaultList } from "../fault-list.ts";
import type { Deck, PricingRules, RateRow, Tariff } from "../tariff.ts";

const TIMES = 10;
/** Ten times to a billionth is ten times: quotients of decimals are seldom whole. */
const NEAR = 1e-9;

/**
 * A row against the last one before it that prices the same: in its own deck the one whose window
 * began before; where there is none, and `before` is the tariff in force, that of the same plan there.
 */
export function warnOfJumps(tariff: Tariff, before: Tariff | null, faults: FaultList): void {
  for (const kind of ["retailPlans", "carrierPlans"] as const) {
    for (const plan of tariff[kind]) {
      const old = before?.[kind].find(({ name }) => name === plan.name);
      const isComparable = old?.rules.currency === plan.rules.currency;
      warnOfDeck(plan, isComparable && old !== undefined ? old.deck : null, faults);
    }
  }
}

function warnOfDeck(
  { deck }: { deck: Deck; rules: PricingRules },
  old: Deck | null,
  faults: FaultList,
): void {
  // Without dates no two rows price the same: nothing follows anything.
  if (old === null && deck.rows.every((row) => row.effectiveFromMs === null)) return;
  const own = byPlace(deck.rows);
  const inForce = old === null ? null : byPlace(old.rows);
  for (const [key, rows] of own) {
    rows.forEach((row, index) => {
      const last = rows[index - 1] ?? lastBefore(inForce?.get(key) ?? [], row);
      const jump = last === undefined ? null : jumpOf(last, row);
      if (jump === null) return;
      faults.add(deck.file, { line: row.line, column: 1 }, "price-jump", jump);
    });
  }
}

/** Rows that follow each other in time, the earliest first; a row that is blocked has no price. */
function byPlace(rows: readonly RateRow[]): Map<string, RateRow[]> {
  const places = new Map<string, RateRow[]>();
  for (const row of rows) {
    if (row.status === "blocked") continue;
    const { prefix, callerPrefix, tor, band, fromSecond } = row;
    const key = `${prefix}|${callerPrefix}|${tor}|${fromSecond}|${band ?? ""}`;
    const list = places.get(key);
    if (list === undefined) places.set(key, [row]);
    else list.push(row);
  }
  for (const list of places.values()) if (list.length > 1) list.sort((a, b) => start(a) - start(b));
  return places;
}

/** Finite, so that two of them can be subtracted. */
function start({ effectiveFromMs }: RateRow): number {
  return effectiveFromMs ?? -Number.MAX_VALUE;
}

/** Of the rows in force the one that this row ends; one that always held ends the latest. */
function lastBefore(rows: RateRow[], row: RateRow): RateRow | undefined {
  if (row.effectiveFromMs === null) return rows.at(-1);
  return rows.findLast((other) => start(other) <= start(row));
}

function jumpOf(last: RateRow, row: RateRow): string | null {
  const prices = [
    ["rate", Number(last.rate) / last.unitSeconds, Number(row.rate) / row.unitSeconds],
    ["connect_fee", Number(last.connectFee), Number(row.connectFee)],
  ] as const;
  const found = prices.find(([, was, is]) => isJump(was, is));
  if (found === undefined) return null;
  const [name] = found;
  const [was, is] =
    name === "rate" ? [rateText(last), rateText(row)] : [last.connectFee, row.connectFee];
  return `${row.prefix || "*"}: ${name} ${is}, ${was} before.`;
}

function rateText({ rate, unitSeconds }: RateRow): string {
  return unitSeconds === 60 ? rate : `${rate} per ${unitSeconds}`;
}

/** What was free, or is, is no number of times the other. */
function isJump(was: number, is: number): boolean {
  if (was === 0 || is === 0) return false;
  const times = Math.abs(is / was);
  return times >= TIMES * (1 - NEAR) || times <= (1 + NEAR) / TIMES;
}
