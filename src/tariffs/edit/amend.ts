// A deck with the changes of a file that has only what is new, changed and closed. Nothing is guessed: what the
// file leaves open of a code is a fault.
import type { DeckCells } from "../decks/cells.ts";
import type { DeckColumn } from "../decks/columns.ts";
import type { Closing } from "../decks/merge.ts";
import { codeKey, holdsAt, startOf } from "../diff/in-force.ts";
import type { FaultList } from "../fault-list.ts";
import type { RateRow } from "../tariff.ts";

export interface Amendment {
  file: string;
  rows: readonly RateRow[];
  closings: readonly Closing[];
  /** Columns that the file has. */
  said: ReadonlySet<DeckColumn>;
  cells: DeckCells;
}

export interface AmendOptions {
  /** What a row without a day takes the place of holds then. */
  nowMs: number;
  faults: FaultList;
}

/** What the file says of one code, caller and type of record. */
interface CodeChange {
  rows: RateRow[];
  closings: Closing[];
}

/**
 * The rows of the deck, in its order, with those of the file. Of a code that the file has:
 *
 * - a row with a day begins a window there, in place of one from the same day; those before it stay;
 * - a row without a day takes the place of what holds now and held before;
 * - a closed code ends on its day, and without one is gone;
 * - a row that the deck has as it is changes nothing;
 * - what the file has no column for (a name, a fee, increments) is as in the row that is in force on that day.
 *
 * `amendment-conflict`: a row of the deck begins after what the file says and is not in the file; a window has a band
 * or step that the file does not name; the file closes a code and sells it at the same time.
 */
export function amendRows(
  base: readonly RateRow[],
  amendment: Amendment,
  options: AmendOptions,
): RateRow[] {
  const changes = changesByCode(amendment);
  const before = new Map<string, RateRow[]>();
  for (const row of base) {
    const key = codeKey(row);
    if (changes.has(key)) before.set(key, [...(before.get(key) ?? []), row]);
  }
  const changed = new Map<string, readonly RateRow[]>();
  for (const [key, change] of changes) {
    const own = before.get(key) ?? [];
    const fresh = amendCode(own, change, { ...options, amendment });
    if (fresh !== own) changed.set(key, fresh);
  }
  const found: RateRow[] = [];
  for (const row of base) {
    const key = codeKey(row);
    const fresh = changed.get(key);
    if (fresh === undefined) {
      found.push(row);
      continue;
    }
    // Where the first row of the code stood are all of them now.
    found.push(...fresh);
    changed.set(key, NONE);
  }
  for (const rows of changed.values()) found.push(...rows);
  return found;
}

const NONE: readonly RateRow[] = [];

function changesByCode({ rows, closings }: Amendment): Map<string, CodeChange> {
  const changes = new Map<string, CodeChange>();
  const of = (key: string): CodeChange => {
    const known = changes.get(key) ?? { rows: [], closings: [] };
    changes.set(key, known);
    return known;
  };
  for (const row of rows) of(codeKey(row)).rows.push(row);
  for (const closing of closings) of(codeKey(closing)).closings.push(closing);
  return changes;
}

type CodeOptions = AmendOptions & { amendment: Amendment };

function amendCode(
  base: readonly RateRow[],
  sent: CodeChange,
  options: CodeOptions,
): readonly RateRow[] {
  const { nowMs, amendment } = options;
  const rows = sent.rows.map((row) => completed(row, base, { said: amendment.said, nowMs }));
  const change = { ...sent, rows };
  const isThere = (row: RateRow) => base.some((one) => isRestated(row, one, nowMs));
  const fresh = change.rows.filter((row) => !isThere(row));
  if (fresh.length === 0 && change.closings.length === 0) return base;
  const conflict = conflictOf(base, { ...change, rows: fresh }, { nowMs, all: change.rows });
  if (conflict !== null) {
    report("amendment-conflict", conflict, options);
    return base;
  }
  const days = new Set(fresh.map(({ effectiveFromMs }) => effectiveFromMs));
  const isReplaced = (row: RateRow) =>
    days.has(row.effectiveFromMs) || (days.has(null) && startOf(row) <= nowMs);
  // A window is replaced whole, with the rows of it that stay as they are.
  const own = change.rows.filter(({ effectiveFromMs }) => days.has(effectiveFromMs));
  const kept = base.filter((row) => !isReplaced(row));
  return closed([...kept, ...own].sort(byStart), change.closings, options);
}

const TERMS = [
  ["destination", "destination"],
  ["connect_fee", "connectFee"],
  ["minimum_seconds", "minimumSeconds"],
  ["grace_seconds", "graceSeconds"],
  ["minimum_amount", "minimumAmount"],
  ["maximum_amount", "maximumAmount"],
  ["interval_price", "intervalPrice"],
] as const satisfies readonly (readonly [DeckColumn, keyof RateRow])[];

/** With the terms that the file says nothing of, as they are when the row begins. */
function completed(
  row: RateRow,
  base: readonly RateRow[],
  { said, nowMs }: { said: ReadonlySet<DeckColumn>; nowMs: number },
): RateRow {
  const was = windowAt(base, row.effectiveFromMs ?? nowMs).find((one) => isOnePart(one, row));
  if (was === undefined) return row;
  const kept = TERMS.filter(([column]) => !said.has(column)).map(([, term]) => [term, was[term]]);
  const hasSteps = said.has("first_interval") || said.has("next_interval");
  const { firstInterval, nextInterval } = hasSteps ? row : was;
  return { ...row, ...Object.fromEntries(kept), firstInterval, nextInterval };
}

function byStart(one: RateRow, other: RateRow): number {
  const [a, b] = [startOf(one), startOf(other)];
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The same price of the same part, from the same day, or in force now where the file names no day. */
function isRestated(row: RateRow, one: RateRow, nowMs: number): boolean {
  if (termsOf(row) !== termsOf(one)) return false;
  if (row.effectiveFromMs === one.effectiveFromMs) {
    return row.effectiveToMs === one.effectiveToMs;
  }
  return row.effectiveFromMs === null && row.effectiveToMs === null && holdsAt(one, nowMs);
}

/** Neither its place in a file, nor what the destination is called, nor its days. */
function termsOf(row: RateRow): string {
  const { line: _line, destination: _name, effectiveFromMs: _from, ...rest } = row;
  const { effectiveToMs: _to, ...terms } = rest;
  return JSON.stringify(terms);
}

interface Conflict {
  row: Pick<RateRow, "line" | "band" | "fromSecond">;
  detail: string;
}

function conflictOf(
  base: readonly RateRow[],
  { rows, closings }: CodeChange,
  { nowMs, all }: { nowMs: number; all: readonly RateRow[] },
): Conflict | null {
  const events = [
    ...rows.map((row) => ({ atMs: row.effectiveFromMs ?? nowMs, row })),
    ...closings.map(({ atMs, line }) => ({ atMs: atMs ?? nowMs, row: { ...PLACE, line } })),
  ];
  const [first] = events.toSorted((a, b) => a.atMs - b.atMs);
  if (first === undefined) return null;
  const code = base[0]?.prefix || rows[0]?.prefix || "*";
  const at = (row: Conflict["row"], what: string): Conflict => ({
    row,
    detail: `${code}: ${what}`,
  });
  const days = new Set(all.map(({ effectiveFromMs }) => effectiveFromMs));
  const isOpen = (row: RateRow) =>
    startOf(row) > first.atMs || closings.some(({ atMs }) => startOf(row) === atMs);
  const later = base.find((row) => isOpen(row) && !days.has(row.effectiveFromMs));
  if (later !== undefined) {
    return at(first.row, `the deck has a price from ${dayOf(startOf(later))} on, the file none.`);
  }
  const [closing, other] = closings;
  if (closing !== undefined && other !== undefined && closing.atMs !== other.atMs) {
    return at({ ...PLACE, line: other.line }, `it is closed in line ${closing.line} too.`);
  }
  const sold = closing?.atMs === null ? rows.find((row) => startOf(row) <= nowMs) : undefined;
  if (closing !== undefined && sold !== undefined) {
    return at(sold, `line ${closing.line} closes it, without a day.`);
  }
  for (const row of rows) {
    const startMs = row.effectiveFromMs ?? nowMs;
    const named = all.filter((one) => one.effectiveFromMs === row.effectiveFromMs);
    const left = windowAt(base, startMs).find((one) => !named.some((own) => isOnePart(own, one)));
    if (left !== undefined) return at(row, `${partText(left)} is in the deck, not in the file.`);
  }
  return null;
}

const PLACE = { band: null, fromSecond: 0 } as const;

/** The window that is in force then: of the rows that hold those that began last. */
function windowAt(rows: readonly RateRow[], atMs: number): RateRow[] {
  const held = rows.filter((row) => holdsAt(row, atMs));
  const latest = held.reduce((last, row) => Math.max(last, startOf(row)), Number.NEGATIVE_INFINITY);
  return held.filter((row) => startOf(row) === latest && row.status === "open");
}

function isOnePart(one: RateRow, other: RateRow): boolean {
  return one.band === other.band && one.fromSecond === other.fromSecond;
}

function partText({ band, fromSecond }: RateRow): string {
  const of = band === null ? "a price without a band" : `the band ${band}`;
  return fromSecond === 0 ? of : `${of} from second ${fromSecond}`;
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(".000Z", "Z");
}

/** Rows that begin before the code is closed end then. */
function closed(
  rows: readonly RateRow[],
  [closing]: readonly Closing[],
  options: CodeOptions,
): readonly RateRow[] {
  if (closing === undefined) return rows;
  const { atMs, line } = closing;
  if (!rows.some((row) => atMs === null || startOf(row) < atMs)) {
    const detail = `${closing.prefix || "*"}.`;
    report("amendment-without-row", { row: { ...PLACE, line }, detail }, options);
  }
  if (atMs === null) return rows.filter((row) => startOf(row) > options.nowMs);
  return rows.map((row) => {
    if (startOf(row) >= atMs || (row.effectiveToMs ?? atMs + 1) <= atMs) return row;
    return { ...row, effectiveToMs: atMs };
  });
}

function report(
  code: "amendment-conflict" | "amendment-without-row",
  { row, detail }: Conflict,
  { faults, amendment }: CodeOptions,
): void {
  faults.add(amendment.file, () => amendment.cells.place(row, "prefix"), code, detail);
}
