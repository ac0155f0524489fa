// The price list of a VoIP plan at a moment: what its customers pay by prefix, or its carriers charge.

import { keysFrom, longestMatch } from "../snapshot/digit-trie.ts";
import type { CompiledPlan, CompiledVoipPlan, NativeSnapshot } from "../snapshot/native.ts";
import { isBlocked, type ListedRow, rowsHeld, withoutHidden } from "./rows.ts";

export type ListSide = "sell" | "buy";

export interface ListChoice {
  side: ListSide;
  /** Prefixes that begin with these digits. */
  start: string;
  /** Those before this one are left out. */
  from?: string;
  atMs: number;
  /** Rows of every retail plan, also those that a plan before it hides. */
  everyPlan?: boolean;
}

/** The retail or the carrier plans of a VoIP plan, in its order. */
export function plansOf(
  { retailPlans, carrierPlans }: NativeSnapshot,
  voipPlan: CompiledVoipPlan,
  side: ListSide,
): CompiledPlan[] {
  return side === "sell"
    ? voipPlan.retail.map((index) => retailPlans[index] as CompiledPlan)
    : voipPlan.carriers.map((index) => carrierPlans[index] as CompiledPlan);
}

/**
 * Prefix by prefix in the order of their digits, the rows that hold; none where no plan has the prefix
 * then, where it is banned or where all is blocked. The caller of the generator gives way between them.
 */
export function* priceList(
  snapshot: NativeSnapshot,
  voipPlan: CompiledVoipPlan,
  { side, start, from, atMs, everyPlan = side === "buy" }: ListChoice,
): Generator<{ prefix: string; rows: ListedRow[] }, void> {
  const plans = plansOf(snapshot, voipPlan, side);
  for (const key of keysFrom(snapshot.index.trie, start, from)) {
    if (isBanned(voipPlan, key.key)) {
      yield { prefix: key.key, rows: [] };
      continue;
    }
    const held = plans.map((plan) => rowsHeld(snapshot, plan, key, atMs));
    const rows = everyPlan ? held.flat() : withoutHidden(snapshot, held);
    yield { prefix: key.key, rows: rows.filter((row) => !isBlocked(snapshot, row)) };
  }
}

/** True where every number that begins so is banned. */
function isBanned({ ban }: CompiledVoipPlan, prefix: string): boolean {
  return ban.some(({ trie }) => longestMatch(trie, prefix) >= 0);
}
