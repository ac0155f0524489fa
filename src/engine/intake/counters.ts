// What this process has seen since it started: for system.status and for /metrics.
import type { AnswerOutcome } from "./answers.ts";

export interface Counters {
  received(source: string): void;
  answered(source: string, outcome: AnswerOutcome): void;
  /** Sums over all sources. */
  totals(): Record<"received" | AnswerOutcome, number>;
  /** By source, for metrics. */
  bySource(): { source: string; name: "received" | AnswerOutcome; count: number }[];
}

const NAMES = [
  "received",
  "rated",
  "partial",
  "unrated",
  "duplicate",
  "conflict",
  "suspended",
] as const;

export function createCounters(): Counters {
  const counts = new Map<string, Map<(typeof NAMES)[number], number>>();

  function add(source: string, name: (typeof NAMES)[number]): void {
    let own = counts.get(source);
    if (own === undefined) {
      own = new Map();
      counts.set(source, own);
    }
    own.set(name, (own.get(name) ?? 0) + 1);
  }

  return {
    received: (source) => add(source, "received"),
    answered: add,
    totals() {
      const sums = Object.fromEntries(NAMES.map((name) => [name, 0]));
      for (const own of counts.values()) {
        for (const [name, count] of own) sums[name] = (sums[name] ?? 0) + count;
      }
      return sums as Record<(typeof NAMES)[number], number>;
    },
    bySource: () =>
      [...counts].flatMap(([source, own]) =>
        [...own].map(([name, count]) => ({ source, name, count })),
      ),
  };
}
