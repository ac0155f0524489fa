// A customer's price list: every rate of its VoIP plan that holds or will, what each was before, and what
// is gone.
import { compareFractions, type Fraction, fractionOf, multiply } from "../../money/fraction.ts";
import { rateCells } from "../decks/report.ts";
import { rowsInForce } from "../diff/in-force.ts";
import type { RateRow, RetailPlan, Tariff } from "../tariff.ts";

export type PriceChange = "" | "new" | "up" | "down" | "terms" | "closed";

export interface PricedRow {
  plan: RetailPlan;
  row: RateRow;
  change: PriceChange;
  /** What it was; null: it is new, or nothing is said of before. */
  old: RateRow | null;
}

export const PRICE_COLUMNS = [
  ...["prefix", "destination", "rate", "currency", "unit_seconds", "connect_fee"],
  ...["first_interval", "next_interval", "minimum_seconds", "band", "from_second"],
  ...["caller_prefix", "effective_from", "effective_to", "change", "old_rate"],
] as const;

export interface ListedVersion {
  tariff: Tariff;
  voipPlan: string;
}

/** Null: the tariff has no such VoIP plan. `before`: what the changes are held against. */
export function priceListRows(
  now: ListedVersion,
  { atMs, before }: { atMs: number; before: ListedVersion | null },
): PricedRow[] | null {
  const rows = heldRows(now, atMs);
  if (rows === null) return null;
  const old = before === null ? null : (heldRows(before, atMs) ?? []);
  const was = new Map(
    (old ?? []).filter(({ row }) => isStarted(row, atMs)).map((one) => [keyOf(one.row), one]),
  );
  const current = new Map(
    rows.filter(({ row }) => isStarted(row, atMs)).map((one) => [keyOf(one.row), one]),
  );
  const listed = rows.map(({ plan, row }): PricedRow => {
    const key = keyOf(row);
    const reference = isStarted(row, atMs) ? was.get(key) : (current.get(key) ?? was.get(key));
    const isCompared = old !== null || !isStarted(row, atMs);
    const change = isCompared ? changeOf(row, reference?.row) : "";
    return { plan, row, change, old: isCompared ? (reference?.row ?? null) : null };
  });
  const keys = new Set(rows.map(({ row }) => keyOf(row)));
  const closed = [...was.values()]
    .filter(({ row }) => !keys.has(keyOf(row)))
    .map(({ plan, row }): PricedRow => ({ plan, row, change: "closed", old: row }));
  return [...listed, ...closed].sort(byPrefix);
}

/** Cells in the order of `PRICE_COLUMNS`. */
export function priceCells({ plan, row, change, old }: PricedRow): string[] {
  const cells: Record<string, string> = {
    unit_seconds: "60",
    ...rateCells(row, plan.rules.timeZone),
    currency: plan.rules.currency,
    change,
    old_rate: old?.rate ?? "",
  };
  if (change === "closed") cells["rate"] = "";
  return PRICE_COLUMNS.map((column) => cells[column] ?? "");
}

interface HeldRow {
  plan: RetailPlan;
  row: RateRow;
}

/** Of voice: what holds at the time or later, of equal codes those of the first plan; not banned, not blocked. */
function heldRows({ tariff, voipPlan: name }: ListedVersion, atMs: number): HeldRow[] | null {
  const voipPlan = tariff.voipPlans.find((plan) => plan.name === name);
  if (voipPlan === undefined) return null;
  const bans = voipPlan.ban.flatMap((ban) => tariff.banPlans[ban] ?? []);
  const found: HeldRow[] = [];
  const taken = new Set<string>();
  for (const planName of voipPlan.retail) {
    const plan = tariff.retailPlans.find((one) => one.name === planName);
    if (plan === undefined) continue;
    const held = new Set([...rowsInForce(plan.deck.rows, atMs).values()].flat());
    const own = plan.deck.rows.filter(
      (row) => row.tor === "*voice" && (held.has(row) || !isStarted(row, atMs)),
    );
    const codes = own.map(({ prefix, callerPrefix }) => `${prefix}|${callerPrefix}`);
    for (const row of own) {
      const isHidden =
        taken.has(`${row.prefix}|`) || taken.has(`${row.prefix}|${row.callerPrefix}`);
      const isBanned = bans.some((ban) => row.prefix.startsWith(ban));
      if (!isHidden && !isBanned && row.status === "open") found.push({ plan, row });
    }
    for (const code of codes) taken.add(code);
  }
  return found;
}

function isStarted({ effectiveFromMs: from }: RateRow, atMs: number): boolean {
  return from === null || from <= atMs;
}

function keyOf({ prefix, callerPrefix, band, fromSecond }: RateRow): string {
  return [prefix, callerPrefix, band ?? "", fromSecond].join("|");
}

function changeOf(row: RateRow, old: RateRow | undefined): PriceChange {
  if (old === undefined) return "new";
  const compared = compareFractions(perSecond(row), perSecond(old));
  if (compared !== 0) return compared > 0 ? "up" : "down";
  return termsOf(row) === termsOf(old) ? "" : "terms";
}

function perSecond({ rate, unitSeconds }: RateRow): Fraction {
  return multiply(fractionOf(rate), { numerator: 1n, denominator: BigInt(unitSeconds) });
}

/** Whatever a price has besides; neither where it stands nor from when it holds. */
function termsOf(row: RateRow): string {
  const { line: _line, destination: _name, rate: _rate, unitSeconds: _unit, ...others } = row;
  const { effectiveFromMs: _from, effectiveToMs: _to, ...terms } = others;
  return JSON.stringify(terms);
}

function byPrefix(a: PricedRow, b: PricedRow): number {
  if (a.row.prefix !== b.row.prefix) return a.row.prefix < b.row.prefix ? -1 : 1;
  return (
    (a.row.effectiveFromMs ?? -Infinity) - (b.row.effectiveFromMs ?? -Infinity) ||
    a.row.line - b.row.line
  );
}
