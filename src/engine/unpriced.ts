// Calls of the last days that have no price, or only one, by reason: what a repair would bring in.
import { DEFAULT_TENANT } from "../cdr/defaults.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { Store } from "../stores/store.ts";
import type { Clock } from "./ports.ts";

export interface UnpricedRow {
  tenant: string;
  outcome: string;
  reason: string | null;
  calls: number;
}

export interface UnpricedCounts {
  /** As of at most a minute ago; read by the index of outcomes, for known tenants. */
  counts(): Promise<UnpricedRow[]>;
}

const UNPRICED_DAYS = 7;
const DAY_MS = 86_400_000;
const FRESH_MS = 60_000;

/** Reasons that are as they should be: no repair of a tariff gives these calls a price. */
const INTENDED: ReadonlySet<string | null> = new Set<Reason>([
  "leg-not-billed",
  "direction-not-rated",
  "not-requested",
  "banned",
  "blocked",
]);

export function createUnpricedCounts({
  store,
  clock,
  tenants,
}: {
  store: Store;
  clock: Clock;
  tenants(): Iterable<string>;
}): UnpricedCounts {
  let reading: { sinceMs: number; rows: Promise<UnpricedRow[]> } | null = null;

  async function read(): Promise<UnpricedRow[]> {
    const nowMs = clock();
    const rows = await store.summarize({
      filter: {
        tenants: [...new Set([DEFAULT_TENANT, ...tenants()])],
        outcomes: ["unrated", "partial"],
        callTime: { fromMs: nowMs - UNPRICED_DAYS * DAY_MS, toMs: nowMs + DAY_MS },
      },
      groupBy: ["tenant", "outcome", "reason"],
      timeZone: "UTC",
      time: "answer",
    });
    const sums = new Map<string, UnpricedRow>();
    for (const { keys, calls } of rows) {
      const { tenant = null, outcome = null, reason = null } = keys;
      const key = JSON.stringify([tenant, outcome, reason]);
      const sum = sums.get(key) ?? {
        tenant: tenant ?? "",
        outcome: outcome ?? "",
        reason,
        calls: 0,
      };
      sum.calls += calls;
      sums.set(key, sum);
    }
    return [...sums.values()].sort((a, b) => b.calls - a.calls);
  }

  return {
    counts() {
      const nowMs = clock();
      if (reading === null || nowMs - reading.sinceMs >= FRESH_MS) {
        const rows = read();
        reading = { sinceMs: nowMs, rows };
        rows.catch(() => {
          reading = null;
        });
      }
      return reading.rows;
    },
  };
}

/** What to do about the most calls that a repair would price; undefined when there are none. */
export function unpricedHint(rows: readonly UnpricedRow[]): string | undefined {
  const [worst] = rows.filter(({ reason }) => !INTENDED.has(reason));
  if (worst === undefined) return undefined;
  const { calls, outcome, reason } = worst;
  const filter = `--outcome ${outcome}${reason === null ? "" : ` --reason ${reason}`}`;
  return `${calls} calls of the last ${UNPRICED_DAYS} days are ${outcome}${reason === null ? "" : ` (${reason})`}: repair tariff or account, then \`cdrate rerate plan ${filter}\`.`;
}
