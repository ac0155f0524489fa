// The rows of one prefix that hold at a moment, whoever calls and for whatever type of record.
import { INVALID_CALLER } from "../../tariffs/tariff.ts";
import { termOf } from "../deck/plan-price.ts";
import {
  type CompiledDeck,
  type CompiledPlan,
  type NativeSnapshot,
  TERM_BLOCKED,
  TERM_CALLER,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_TOR,
} from "../snapshot/native.ts";
import { endRowOf, entryOf, firstRowOf } from "../snapshot/prefix-index.ts";

/** A row of a plan's deck. */
export interface ListedRow {
  plan: CompiledPlan;
  /** Empty: the default row. */
  prefix: string;
  row: number;
}

/** A key of the snapshot's index. */
export interface IndexKey {
  key: string;
  node: number;
}

/**
 * Of each type of record and caller prefix the rows of the latest window that holds at `atMs`, in the
 * order in which they are looked at; blocked ones are among them.
 */
export function rowsHeld(
  { index, decks }: NativeSnapshot,
  plan: CompiledPlan,
  { key, node }: IndexKey,
  atMs: number,
): ListedRow[] {
  const entry = entryOf(index, node, plan.deck);
  if (entry < 0) return [];
  const deck = decks[plan.deck] as CompiledDeck;
  const latest = new Map<string, number>();
  const found: ListedRow[] = [];
  const end = endRowOf(index, entry);
  for (let row = firstRowOf(index, entry); row < end; row++) {
    const from = termOf(deck, row, TERM_EFFECTIVE_FROM);
    if (from > atMs || termOf(deck, row, TERM_EFFECTIVE_TO) <= atMs) continue;
    const kind = `${termOf(deck, row, TERM_TOR)} ${termOf(deck, row, TERM_CALLER)}`;
    // The latest window of a kind stands first.
    const window = latest.get(kind) ?? from;
    latest.set(kind, window);
    if (window === from) found.push({ plan, prefix: key, row });
  }
  return found;
}

export function isBlocked({ decks }: NativeSnapshot, { plan, row }: ListedRow): boolean {
  return termOf(decks[plan.deck] as CompiledDeck, row, TERM_BLOCKED) === 1;
}

/** Rows of plans that stand later hold only for calls that no row before them is for. */
export function withoutHidden(snapshot: NativeSnapshot, plans: ListedRow[][]): ListedRow[] {
  const held: ListedRow[] = [];
  for (const rows of plans) {
    held.push(...rows.filter((row) => !held.some((before) => hides(snapshot, before, row))));
  }
  return held;
}

function hides(snapshot: NativeSnapshot, before: ListedRow, row: ListedRow): boolean {
  if (before.plan === row.plan) return false;
  const facts = ({ plan, row: at }: ListedRow) => {
    const deck = snapshot.decks[plan.deck] as CompiledDeck;
    const caller = snapshot.callerPrefixes[termOf(deck, at, TERM_CALLER)] ?? "";
    return { tor: termOf(deck, at, TERM_TOR), caller };
  };
  const [a, b] = [facts(before), facts(row)];
  if (a.tor !== b.tor) return false;
  if (a.caller === INVALID_CALLER || b.caller === INVALID_CALLER) {
    return a.caller === "" || a.caller === b.caller;
  }
  return b.caller.startsWith(a.caller);
}
