// Warns of retail rows that cost the customer less than every carrier charges for the same prefix.
import type { FaultList } from "../fault-list.ts";
import type { CarrierPlan, Deck, ExchangeRow, RateRow, RetailPlan, Tariff } from "../tariff.ts";

/** Lengths of the calls that are compared, in seconds (units): below cost is what is so for each. */
const LENGTHS = [60, 180, 600];

/** Costs this near to each other count as equal: a warning needs no exact sums of large decks. */
const NEAR = 1e-9;

/**
 * Of each retail plan against the carriers of the VoIP plans that sell it. Rows for a band, a later
 * second or certain callers are left out: they are one part of a price.
 */
export function warnOfLoss(tariff: Tariff, faults: FaultList): void {
  for (const retail of tariff.retailPlans) {
    const sold = tariff.voipPlans.filter((plan) => plan.retail.includes(retail.name));
    const carriers = tariff.carrierPlans.filter(({ name }) =>
      sold.some((plan) => plan.carriers.includes(name)),
    );
    if (carriers.length > 0) warnOfPlan(retail, carriers, tariff, faults);
  }
}

interface Offer {
  carrier: CarrierPlan;
  rows: Map<string, RateRow[]>;
}

function warnOfPlan(
  retail: RetailPlan,
  carriers: CarrierPlan[],
  tariff: Tariff,
  faults: FaultList,
): void {
  const offers = carriers.map((carrier) => ({ carrier, rows: wholeRows(carrier.deck) }));
  const { file, rows } = retail.deck;
  for (const row of rows) {
    if (!isWhole(row)) continue;
    if (!isBelow(row, offers, { retail, tariff })) continue;
    const names = [...new Set(carriers.map(({ name }) => name))].join(", ");
    faults.add(
      file,
      { line: row.line, column: 1 },
      "below-cost",
      `${row.prefix || "*"}: ${names}.`,
    );
  }
}

/**
 * Each carrier that can take the call is dearer. One without a row cannot take it, and one that
 * cannot be compared proves nothing: most rows are told by the first carrier.
 */
function isBelow(
  row: RateRow,
  offers: Offer[],
  of: { retail: RetailPlan; tariff: Tariff },
): boolean {
  let isTold = false;
  for (const offer of offers) {
    const found = isDearer(offer, row, of);
    if (found === "not-dearer") return false;
    isTold ||= found === "dearer";
  }
  return isTold;
}

/** What every call of some time is priced by, from its first second on. */
function isWhole({ status, band, fromSecond, callerPrefix }: RateRow): boolean {
  return status === "open" && band === null && fromSecond === 0 && callerPrefix === "";
}

function wholeRows(deck: Deck): Map<string, RateRow[]> {
  const rows = new Map<string, RateRow[]>();
  for (const row of deck.rows) {
    const own = rows.get(row.prefix);
    if (own === undefined) rows.set(row.prefix, [row]);
    else own.push(row);
  }
  return rows;
}

function isDearer(
  { carrier, rows }: Offer,
  row: RateRow,
  { retail, tariff }: { retail: RetailPlan; tariff: Tariff },
): "dearer" | "not-dearer" | "no-row" {
  const found = longestRows(rows, row);
  // What is free (emergency numbers) is often not the carriers' business: their `*` says nothing of it.
  const isByDefault = row.prefix !== "" && found[0]?.prefix === "";
  if (found.length === 0 || (isByDefault && costOf(row, 60) === 0)) return "no-row";
  // In parts (bands, callers) it may be cheaper at times.
  if (!found.every((one) => isWhole(one) || one.status === "blocked")) return "not-dearer";
  const open = found.filter(({ status }) => status === "open");
  if (open.length === 0) return "no-row";
  const rate = exchangeRate(tariff.exchange, carrier.rules.currency, retail.rules.currency);
  if (rate === null) return "not-dearer";
  const isAlways = LENGTHS.every((length) => {
    const sold = costOf(row, length);
    const limit = sold + NEAR * Math.abs(sold);
    return open.every((one) => costOf(one, length) * rate > limit);
  });
  return isAlways ? "dearer" : "not-dearer";
}

/** Rows of the carrier's longest prefix that hold at some time at which the retail row does. */
function longestRows(rows: Map<string, RateRow[]>, { prefix, ...of }: RateRow): RateRow[] {
  for (let length = prefix.length; length >= 0; length -= 1) {
    const found = (rows.get(prefix.slice(0, length)) ?? []).filter(
      (row) => row.tor === of.tor && overlap(row, of),
    );
    if (found.length > 0) return found;
  }
  return [];
}

type Window = Pick<RateRow, "effectiveFromMs" | "effectiveToMs">;

function overlap(a: Window, b: Window): boolean {
  const starts = (one: Window) => one.effectiveFromMs ?? Number.NEGATIVE_INFINITY;
  const ends = (one: Window) => one.effectiveToMs ?? Number.POSITIVE_INFINITY;
  return starts(a) < ends(b) && starts(b) < ends(a);
}

/** The latest rate; null: there is none. */
function exchangeRate(rows: ExchangeRow[], from: string, to: string): number | null {
  if (from === to) return 1;
  const own = rows.filter((row) => row.from === from && row.to === to);
  const [latest] = own.sort((a, b) => (b.effectiveFromMs ?? 0) - (a.effectiveFromMs ?? 0));
  return latest === undefined ? null : Number(latest.rate);
}

/** What a call of this length costs by one row. */
function costOf(row: RateRow, length: number): number {
  if (length <= row.graceSeconds) return 0;
  const cover = Math.max(length, row.minimumSeconds);
  const { firstInterval: first, nextInterval: next } = row;
  const billed = first >= cover ? first : first + Math.ceil((cover - first) / next) * next;
  const sum = Number(row.connectFee) + (Number(row.rate) * billed) / row.unitSeconds;
  const most = row.maximumAmount === null ? sum : Math.min(sum, Number(row.maximumAmount));
  return row.minimumAmount === null ? most : Math.max(most, Number(row.minimumAmount));
}
