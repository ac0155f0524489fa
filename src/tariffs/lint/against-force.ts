// Warns of what a deck changes against the same plan in force, code by code: prices that jump, increases
// that are told too late, codes that go and codes that come later.
import { DateTime } from "luxon";
import { forEachCodeOfTwo } from "../decks/order.ts";
import { holdsAt } from "../diff/in-force.ts";
import { compareRates, percentOf } from "../diff/rates.ts";
import type { Deck, RateRow } from "../tariff.ts";
import type { DeckFaults } from "./place.ts";
import { jumpOf } from "./price-jumps.ts";
import { type PlaceRows, placesOf, startOf } from "./windows.ts";

export interface AgainstForce {
  deck: Deck;
  /** Null: there is none to compare with. */
  old: Deck | null;
  nowMs: number | null;
  /** Per cent. */
  priceJump: number;
  /** Agreed between the news of an increase and its day; null: none are. */
  noticeDays: number | null;
  timeZone: string;
}

const NEARLY = 0.999;
/** Codes that one warning names. */
const NAMED = 10;
const NO_ROWS: readonly RateRow[] = [];

export function warnAgainstForce(against: AgainstForce, faults: DeckFaults): void {
  const { deck, old } = against;
  // Without dates no two rows of a deck price the same: nothing follows anything.
  if (old === null && deck.rows.every((row) => row.effectiveFromMs === null)) return;
  const gone: string[] = [];
  const own = new Set<string>();
  forEachCodeOfTwo(old?.rows ?? NO_ROWS, deck.rows, (was, is, prefix) => {
    if (is.length === 0) {
      if (was.some((row) => isServed(row, against.nowMs))) gone.push(prefix || "*");
      return;
    }
    for (const place of placesOf(is, was)) {
      for (let index = 0; index < place.rows.length; index += 1) {
        const row = place.rows[index] as RateRow;
        warnOfRow({ row, last: place.rows[index - 1], place }, against, faults);
      }
    }
    if (old !== null) warnOfLater({ was, is, own }, against, faults);
    if (!is.every((row) => isLater(row, against.nowMs))) own.add(prefix);
  });
  if (gone.length > 0) faults.addToDeck("codes-gone", `${gone.length}: ${namesOf(gone)}.`);
}

/** Now, or from a later day on. */
function isServed({ status, effectiveToMs }: RateRow, nowMs: number | null): boolean {
  return status === "open" && (effectiveToMs === null || nowMs === null || effectiveToMs > nowMs);
}

interface RowInPlace {
  row: RateRow;
  /** The window before it in its deck. */
  last: RateRow | undefined;
  place: PlaceRows;
}

function warnOfRow(
  { row, last, place }: RowInPlace,
  against: AgainstForce,
  faults: DeckFaults,
): void {
  // What is in force already is no news.
  if (place.old.some((one) => isSamePrice(one, row))) return;
  const before = last ?? lastBefore(place.old, row);
  const jump = before === undefined ? null : jumpOf(before, row);
  if (jump !== null) faults.add(row, jump.column, "price-jump", jump.detail);
  const startMs = beginsAt(row, against.nowMs);
  if (isReplaced(row, place, startMs)) return;
  const was = place.old.findLast((one) => startMs === null || holdsAt(one, startMs));
  if (was === undefined) return;
  if (jump === null) warnOfChange({ row, was }, against, faults);
  warnOfNotice({ row, was, startMs }, against, faults);
}

function isSamePrice(one: RateRow, other: RateRow): boolean {
  const isSame = compareRates(one, other) === 0 && one.connectFee === other.connectFee;
  return isSame && one.effectiveFromMs === other.effectiveFromMs;
}

/** Of the rows in force the one that this row ends; one that always held ends the latest. */
function lastBefore(rows: readonly RateRow[], row: RateRow): RateRow | undefined {
  if (row.effectiveFromMs === null) return rows.at(-1);
  return rows.findLast((other) => startOf(other) <= startOf(row));
}

/** When a row is first paid: not before now. */
function beginsAt({ effectiveFromMs }: RateRow, nowMs: number | null): number | null {
  if (nowMs === null || effectiveFromMs === null) return nowMs ?? effectiveFromMs;
  return Math.max(nowMs, effectiveFromMs);
}

/** A window that is over by then, or that a later one has replaced. */
function isReplaced(row: RateRow, { rows }: PlaceRows, atMs: number | null): boolean {
  if (atMs === null) return false;
  return !holdsAt(row, atMs) || rows.findLast((one) => startOf(one) <= atMs) !== row;
}

function warnOfChange(
  { row, was }: { row: RateRow; was: RateRow },
  { priceJump }: AgainstForce,
  faults: DeckFaults,
): void {
  const ratio = Number(row.rate) / row.unitSeconds / (Number(was.rate) / was.unitSeconds);
  // Told exactly only where it is near enough: most prices hardly move.
  if (Math.abs(ratio - 1) * 100 < priceJump * NEARLY) return;
  const percent = percentOf(was, row);
  if (percent === null || Math.abs(Number(percent)) < priceJump) return;
  faults.add(row, "rate", "price-change", `${changeText(row, was)}.`);
}

function changeText(row: RateRow, was: RateRow): string {
  const percent = percentOf(was, row);
  const sign = percent?.startsWith("-") === true ? "" : "+";
  const by = percent === null ? "" : ` (${sign}${percent} %)`;
  return `${row.prefix || "*"}: ${row.rate}, ${was.rate} in force${by}`;
}

function warnOfNotice(
  { row, was, startMs }: { row: RateRow; was: RateRow; startMs: number | null },
  { noticeDays, nowMs, timeZone }: AgainstForce,
  faults: DeckFaults,
): void {
  if (noticeDays === null || nowMs === null || startMs === null) return;
  if (compareRates(was, row) >= 0) return;
  const dayOf = (atMs: number) => DateTime.fromMillis(atMs, { zone: timeZone }).startOf("day");
  const days = Math.round(dayOf(startMs).diff(dayOf(nowMs), "days").days);
  if (days >= noticeDays) return;
  const told = `${changeText(row, was)}, ${days} days from now; agreed are ${noticeDays}.`;
  faults.add(row, "effective_from", "short-notice", told);
}

/**
 * A code whose every row begins on a day to come: until then a shorter one of the deck prices its calls,
 * or, where the code is in force now, nothing may.
 */
function warnOfLater(
  { was, is, own }: { was: readonly RateRow[]; is: readonly RateRow[]; own: ReadonlySet<string> },
  { nowMs }: AgainstForce,
  faults: DeckFaults,
): void {
  if (!is.every((row) => isLater(row, nowMs))) return;
  const [row] = is.toSorted((a, b) => startOf(a) - startOf(b));
  if (row === undefined) return;
  const isKnown = was.some((one) =>
    nowMs === null ? !isLater(one, nowMs) : holdsAt(one, nowMs) && one.status === "open",
  );
  const shorter = shorterOf(row.prefix, own);
  if (shorter === null && !isKnown) return;
  const until = shorter === null ? "nothing" : shorter || "*";
  const detail = `${row.prefix || "*"}: until then ${until} prices its calls.`;
  faults.add(row, "effective_from", "later-code", detail);
}

function isLater({ effectiveFromMs: from }: RateRow, nowMs: number | null): boolean {
  return from !== null && (nowMs === null || from > nowMs);
}

/** Shorter codes stand before longer ones that they begin. */
function shorterOf(prefix: string, own: ReadonlySet<string>): string | null {
  for (let length = prefix.length - 1; length >= 0; length -= 1) {
    if (own.has(prefix.slice(0, length))) return prefix.slice(0, length);
  }
  return null;
}

function namesOf(codes: readonly string[]): string {
  const rest = codes.length - NAMED;
  return codes.slice(0, NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
