// A stored CDR as it was at a moment: the facts, the rating and the history of then.
import type { StoredCdr } from "./cdr.ts";

/** Null when it was not stored yet. `atMs` in epoch milliseconds. */
export function cdrAsOf(cdr: StoredCdr, atMs: number): StoredCdr | null {
  const { history, rating: current, ...facts } = cdr;
  const [first] = history;
  if ((first?.rating ?? current).ratedAtMs > atMs) return null;
  const index = history.findIndex((entry) => entry.replacedAtMs > atMs);
  const entry = history[index];
  if (entry === undefined) return cdr;
  // Content is kept where it was replaced: the first such entry from here on held these facts.
  const content = history.slice(index).find((later) => later.content !== undefined)?.content;
  return { ...facts, ...content, rating: entry.rating, history: history.slice(0, index) };
}
