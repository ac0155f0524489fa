// A stored CDR as it was at a moment: the facts, the rating and the history of then.
import type { StoredCdr } from "./cdr.ts";
import { factsAt } from "./facts.ts";

/** Null when it was not stored yet. `atMs` in epoch milliseconds. */
export function cdrAsOf(cdr: StoredCdr, atMs: number): StoredCdr | null {
  const { history, rating: current } = cdr;
  const [first] = history;
  if ((first?.rating ?? current).ratedAtMs > atMs) return null;
  const index = history.findIndex((entry) => entry.replacedAtMs > atMs);
  const entry = history[index];
  if (entry === undefined) return cdr;
  return { ...factsAt(cdr, index), rating: entry.rating, history: history.slice(0, index) };
}
