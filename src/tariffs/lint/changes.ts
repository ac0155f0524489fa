// Warns of what a deck changes against the same plan in force: prices by half or more, codes that go,
// and codes that come later.
import { compareDecks, type RateDifference } from "../diff/compare.ts";
import { latestStart } from "../diff/in-force.ts";
import type { FaultList } from "../fault-list.ts";
import type { Deck, RateRow, Tariff } from "../tariff.ts";

/** Per cent. */
const LARGE_CHANGE = 50;
/** Ten times is a jump of its own, and told as one. */
const JUMP_UP = 900;
const JUMP_DOWN = -90;
/** Codes that one warning names. */
const NAMED = 10;

export function warnOfChanges(tariff: Tariff, before: Tariff | null, faults: FaultList): void {
  for (const kind of ["retailPlans", "carrierPlans"] as const) {
    for (const { name, deck, rules } of tariff[kind]) {
      const old = before?.[kind].find((plan) => plan.name === name);
      if (old === undefined || old.rules.currency !== rules.currency) continue;
      warnOfDeck(deck, old.deck, faults);
    }
  }
}

function warnOfDeck(deck: Deck, old: Deck, faults: FaultList): void {
  const atMs = latestStart([deck.rows, old.rows]) ?? 0;
  const found = compareDecks({ old: old.rows, new: deck.rows, conflicts: [], atMs });
  for (const { old: was, new: is, percent } of found) {
    if (was === null || is === null || percent === null || !isLarge(Number(percent))) continue;
    const sign = percent.startsWith("-") ? "" : "+";
    const detail = `${is.prefix || "*"}: ${is.rate}, ${was.rate} in force (${sign}${percent} %).`;
    faults.add(deck.file, { line: is.line, column: 1 }, "price-change", detail);
  }
  warnOfGone(deck, found, faults);
  warnOfLater(deck, old, faults);
}

function isLarge(percent: number): boolean {
  return Math.abs(percent) >= LARGE_CHANGE && percent < JUMP_UP && percent > JUMP_DOWN;
}

/** A code that is blocked is still said to be so: gone is what the deck has no row for. */
function warnOfGone(
  { file, rows }: Deck,
  found: readonly RateDifference[],
  faults: FaultList,
): void {
  const there = new Set(rows.map(({ prefix }) => prefix));
  const gone = new Set(
    found.flatMap(({ change, old }) =>
      change === "closed" && old !== null && !there.has(old.prefix) ? [old.prefix || "*"] : [],
    ),
  );
  if (gone.size === 0) return;
  faults.add(file, { line: 1, column: 1 }, "codes-gone", `${gone.size}: ${namesOf([...gone])}.`);
}

/** A code that nothing priced before, and that begins on a day: until then a shorter one holds. */
function warnOfLater({ file, rows }: Deck, old: Deck, faults: FaultList): void {
  const known = new Set(old.rows.map(({ prefix }) => prefix));
  const own = new Set(rows.map(({ prefix }) => prefix));
  const always = new Set(
    rows.flatMap(({ prefix, effectiveFromMs }) => (effectiveFromMs === null ? [prefix] : [])),
  );
  const later = new Map<string, RateRow>();
  for (const row of rows) {
    const { prefix } = row;
    if (known.has(prefix) || always.has(prefix) || later.has(prefix)) continue;
    if (shorterOf(prefix, own) !== null) later.set(prefix, row);
  }
  for (const [prefix, row] of later) {
    const detail = `${prefix}: until then ${shorterOf(prefix, own) || "*"} prices its calls.`;
    faults.add(file, { line: row.line, column: 1 }, "later-code", detail);
  }
}

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
