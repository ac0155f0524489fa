// Calls of the last days that have no price, or only one, by reason: what a repair would bring in.
import { EVERYTHING, type Scope, seesTenant, seesWhole } from "../../access/scope.ts";
import type { Reason } from "../../cdr/reasons.ts";
import type { SummaryRow } from "../../queries/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";

export interface UnpricedRow {
  tenant: string;
  outcome: string;
  reason: string | null;
  calls: number;
}

export interface UnpricedCounts {
  /**
   * Of the tenants of the scope, as of at most a minute ago; none for a scope of a part of a tenant.
   * Read by the index of outcomes.
   */
  counts(scope?: Scope): Promise<UnpricedRow[]>;
}

const UNPRICED_DAYS = 7;
const DAY_MS = 86_400_000;
const FRESH_MS = 60_000;
/** So few tenants and two outcomes are read by their index; more would be a walk over all calls. */
const TENANTS_AT_ONCE = 10;

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
}: {
  store: Store;
  clock: Clock;
}): UnpricedCounts {
  let reading: { sinceMs: number; rows: Promise<UnpricedRow[]> } | null = null;

  async function read(): Promise<UnpricedRow[]> {
    const nowMs = clock();
    const callTime = { fromMs: nowMs - UNPRICED_DAYS * DAY_MS, toMs: nowMs + DAY_MS };
    const known = await store.cdrs.tenants();
    const found: UnpricedRow[] = [];
    for (let start = 0; start < known.length; start += TENANTS_AT_ONCE) {
      const tenants = known.slice(start, start + TENANTS_AT_ONCE);
      const rows = await store.cdrs.summarize({
        filter: { tenants, outcomes: ["unrated", "partial"], callTime },
        groupBy: ["tenant", "outcome", "reason"],
        timeZone: "UTC",
        time: "answer",
      });
      found.push(...withoutCurrencies(rows));
    }
    return found.sort((a, b) => b.calls - a.calls);
  }

  return {
    async counts(scope = EVERYTHING) {
      if (!seesWhole(scope)) return [];
      const nowMs = clock();
      if (reading === null || nowMs - reading.sinceMs >= FRESH_MS) {
        const rows = read();
        reading = { sinceMs: nowMs, rows };
        rows.catch(() => {
          reading = null;
        });
      }
      return (await reading.rows).filter(({ tenant }) => seesTenant(scope, tenant));
    },
  };
}

/** Sums have a row for each currency; calls without a price are one. */
function withoutCurrencies(rows: readonly SummaryRow[]): UnpricedRow[] {
  const sums = new Map<string, UnpricedRow>();
  for (const { keys, calls } of rows) {
    const { tenant, outcome, reason = null } = keys;
    const key = JSON.stringify([tenant, outcome, reason]);
    const sum = sums.get(key) ?? { tenant: tenant ?? "", outcome: outcome ?? "", reason, calls: 0 };
    sum.calls += calls;
    sums.set(key, sum);
  }
  return [...sums.values()];
}

/** What to do about the most calls that a repair would price; undefined when there are none. */
export function unpricedHint(rows: readonly UnpricedRow[]): string | undefined {
  const [worst] = rows.filter(({ reason }) => !INTENDED.has(reason));
  if (worst === undefined) return undefined;
  const { tenant, calls, outcome, reason } = worst;
  const filter = `--tenant ${shellWord(tenant)} --outcome ${outcome}${reason === null ? "" : ` --reason ${reason}`}`;
  return `${calls} calls of ${tenant} in the last ${UNPRICED_DAYS} days are ${outcome}${reason === null ? "" : ` (${reason})`}: repair tariff or account, then \`cdrate rerate plan ${filter}\`.`;
}

/** A tenant is what a sender wrote; the command is for somebody to paste. */
function shellWord(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
