// The loss guard: retail rows that cost the customer less than every carrier charges for the same prefix,
// or less than some carrier does.
import type { CellsOfDecks } from "../decks/folder.ts";
import { forEachCode } from "../decks/order.ts";
import type { FaultList } from "../fault-list.ts";
import type { CarrierPlan, Deck, ExchangeRow, RateRow, RetailPlan, Tariff } from "../tariff.ts";
import { bandSituations } from "../time/band-situations.ts";
import { type DeckFaults, faultsOfDeck } from "./place.ts";

/** Lengths of the calls that are compared, in seconds (units): below cost is what is so for each. */
const LENGTHS = [60, 180, 600];

/** Costs this near to each other count as equal: a warning needs no exact sums of large decks. */
const NEAR = 1e-9;
/** Codes that one note names. */
const NAMED = 10;

/** Below whose price each row is told by itself. */
export type LossGuard = "cheapest" | "dearest";

export interface GuardedTariff {
  tariff: Tariff;
  cells: CellsOfDecks;
  lossGuard?: LossGuard | undefined;
}

/**
 * Of each retail plan against the carriers of the VoIP plans that sell it: a row of a band against what carriers
 * charge while it is in force. Rows for a later second or certain callers are left out: they are one part of a price.
 */
export function warnOfLoss(
  { tariff, cells, lossGuard = "cheapest" }: GuardedTariff,
  faults: FaultList,
): void {
  const situations = once(() => bandSituations(tariff.bands));
  for (const retail of tariff.retailPlans) {
    const sold = tariff.voipPlans.filter((plan) => plan.retail.includes(retail.name));
    const carriers = tariff.carrierPlans.filter(({ name }) =>
      sold.some((plan) => plan.carriers.includes(name)),
    );
    if (carriers.length === 0) continue;
    const own = faultsOfDeck(retail.deck, cells, faults);
    warnOfPlan(retail, carriers, { tariff, lossGuard, situations }, own);
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface Offer {
  carrier: CarrierPlan;
  rows: ReadonlyMap<string, readonly RateRow[]>;
}

interface GuardedPlan {
  tariff: Tariff;
  lossGuard: LossGuard;
  /** Sets of bands that hold together. */
  situations: () => string[][];
}

interface Sold extends Pick<GuardedPlan, "tariff" | "situations"> {
  retail: RetailPlan;
  own: () => ReadonlyMap<string, readonly RateRow[]>;
}

function warnOfPlan(
  retail: RetailPlan,
  carriers: CarrierPlan[],
  { tariff, lossGuard, situations }: GuardedPlan,
  faults: DeckFaults,
): void {
  const of = { retail, tariff, situations, own: once(() => rowsByCode(retail.deck)) };
  const offers = carriers.map((carrier) => ({ carrier, rows: rowsByCode(carrier.deck) }));
  const dear: { row: RateRow; text: string }[] = [];
  for (const row of retail.deck.rows) {
    if (!isPriced(row)) continue;
    const { names, isEach } = dearerCarriers(row, offers, of);
    if (names.length === 0) continue;
    const band = row.band === null ? "" : ` (${row.band})`;
    const text = `${row.prefix || "*"}${band}: ${names.join(", ")}`;
    if (isEach) faults.add(row, "rate", "below-cost", `${text}.`);
    else if (lossGuard === "dearest")
      faults.add(row, "rate", "below-dearest", `${text}.`, "warning");
    else if (row.rate !== "0") dear.push({ row, text });
  }
  // Where calls take the cheapest carrier that is usual, and told in one line.
  const [first] = dear;
  if (first === undefined) return;
  const named = dear.slice(0, NAMED).map(({ text }) => text);
  const rest = dear.length > NAMED ? ` and ${dear.length - NAMED} more` : "";
  faults.add(first.row, "rate", "below-dearest", `${dear.length}: ${named.join("; ")}${rest}.`);
}

/**
 * Carriers that charge more. One without a row cannot take the call, and one that cannot be compared
 * proves nothing; `isEach`: no carrier that can take it charges less.
 */
function dearerCarriers(
  row: RateRow,
  offers: Offer[],
  of: Sold,
): { names: string[]; isEach: boolean } {
  const names: string[] = [];
  let isEach = true;
  for (const offer of offers) {
    const found = isDearer(offer, row, of);
    if (found === "not-dearer") isEach = false;
    if (found === "dearer") names.push(offer.carrier.name);
  }
  return { names, isEach };
}

/** What calls are priced by from their first second on, whoever calls. */
function isPriced({ status, fromSecond, callerPrefix }: RateRow): boolean {
  return status === "open" && fromSecond === 0 && callerPrefix === "";
}

function rowsByCode(deck: Deck): Map<string, readonly RateRow[]> {
  const rows = new Map<string, readonly RateRow[]>();
  forEachCode(deck.rows, (own, prefix) => rows.set(prefix, own));
  return rows;
}

function isDearer(
  { carrier, rows }: Offer,
  row: RateRow,
  sold: Sold,
): "dearer" | "not-dearer" | "no-row" {
  const { retail, tariff } = sold;
  const found = longestRows(rows, row);
  // What is free (emergency numbers) is often not the carriers' business: their `*` says nothing of it.
  const isByDefault = row.prefix !== "" && found[0]?.prefix === "";
  if (found.length === 0 || (isByDefault && costOf(row, 60) === 0)) return "no-row";
  // In parts (steps, callers) it may be cheaper at times.
  if (!found.every((one) => isPriced(one) || one.status === "blocked")) return "not-dearer";
  const beside = rowsBeside(row, { carrier, found }, sold);
  if (beside === null) return "not-dearer";
  const open = beside.filter(({ status }) => status === "open");
  if (open.length === 0) return "no-row";
  const rate = exchangeRate(tariff.exchange, carrier.rules.currency, retail.rules.currency);
  if (rate === null) return "not-dearer";
  const isAlways = LENGTHS.every((length) => {
    const price = costOf(row, length);
    const limit = price + NEAR * Math.abs(price);
    return open.every((one) => costOf(one, length) * rate > limit);
  });
  return isAlways ? "dearer" : "not-dearer";
}

/** Those of the carrier that are in force at some time at which the retail row is; null: it cannot be told. */
function rowsBeside(
  row: RateRow,
  { carrier, found }: { carrier: CarrierPlan; found: readonly RateRow[] },
  { retail, tariff, situations, own }: Sold,
): readonly RateRow[] | null {
  const ofCode = (tariff.bands.length === 0 ? [row] : (own().get(row.prefix) ?? [])).filter((one) =>
    isOneWindow(one, row),
  );
  const isBanded = [...ofCode, ...found].some(({ band }) => band !== null);
  if (!isBanded) return found;
  const zones = tariff.bands.map(({ timeZone }) => timeZone);
  const isOneClock = [...zones, carrier.rules.timeZone].every(
    (zone) => zone === null || zone === retail.rules.timeZone,
  );
  if (!isOneClock) return null;
  const times = situations().filter((bands) => rowIn(ofCode, bands) === row);
  const windows = new Set(found.map(({ effectiveFromMs }) => effectiveFromMs));
  const beside = [...windows].flatMap((fromMs) => {
    const window = found.filter(({ effectiveFromMs }) => effectiveFromMs === fromMs);
    return times.flatMap((bands) => rowIn(window, bands) ?? []);
  });
  return [...new Set(beside)];
}

function isOneWindow(one: RateRow, row: RateRow): boolean {
  const isCaller = one.callerPrefix === row.callerPrefix && one.tor === row.tor;
  return isCaller && one.fromSecond === 0 && one.effectiveFromMs === row.effectiveFromMs;
}

/** Of a window the row that is in force while these bands hold, in their order. */
function rowIn(rows: readonly RateRow[], bands: readonly string[]): RateRow | undefined {
  for (const band of bands) {
    const own = rows.find((row) => row.band === band);
    if (own !== undefined) return own;
  }
  return rows.find(({ band }) => band === null);
}

/** Rows of the carrier's longest prefix that hold at some time at which the retail row does. */
function longestRows(
  rows: ReadonlyMap<string, readonly RateRow[]>,
  of: RateRow,
): readonly RateRow[] {
  for (let length = of.prefix.length; length >= 0; length -= 1) {
    const own = rows.get(of.prefix.slice(0, length)) ?? [];
    const isFitting = (row: RateRow) => row.tor === of.tor && overlap(row, of);
    if (own.length > 0 && own.every(isFitting)) return own;
    const found = own.filter(isFitting);
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
