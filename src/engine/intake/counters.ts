// What this process has seen since it started: for system.status and for /metrics.
import { type Scope, seesTenant, seesWhole } from "../../access/scope.ts";
import type { AnswerOutcome } from "./answers.ts";

/** Whose records, and where they came from. */
export interface CountedBy {
  /** Empty: it cannot be told. */
  tenant: string;
  source: string;
}

export interface Count extends CountedBy {
  name: "received" | AnswerOutcome;
  count: number;
}

export interface Counters {
  received(by: CountedBy): void;
  answered(by: CountedBy, outcome: AnswerOutcome): void;
  /** Records of everybody. */
  all(): number;
  /** Sums over the sources of the tenants of a scope; 0 for a scope of a part of a tenant. */
  totals(scope: Scope): Record<Count["name"], number>;
  /** By tenant and source, for metrics. */
  bySource(scope: Scope): Count[];
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

/** Pairs of tenant and source that are counted apart: whoever may write for all can name any. */
const MOST_PAIRS = 2000;
/** What is beyond them. */
const OTHERS = "*others";

interface Counted {
  by: CountedBy;
  own: Map<Count["name"], number>;
}

export function createCounters(): Counters {
  const counts: Counted[] = [];
  let all = 0;
  /** By tenant and source: each post asks twice. */
  const known = new Map<string, Map<string, Counted>>();

  function entryOf({ tenant, source }: CountedBy): Counted {
    const found = known.get(tenant)?.get(source);
    if (found !== undefined) return found;
    if (counts.length >= MOST_PAIRS && tenant !== OTHERS)
      return entryOf({ tenant: OTHERS, source });
    const entry = { by: { tenant, source }, own: new Map() };
    counts.push(entry);
    const ofTenant = known.get(tenant) ?? new Map<string, Counted>();
    known.set(tenant, ofTenant.set(source, entry));
    return entry;
  }

  function add(by: CountedBy, name: Count["name"]): void {
    const { own } = entryOf(by);
    own.set(name, (own.get(name) ?? 0) + 1);
  }

  // Outcomes of a whole tenant tell of accounts and of the buy side.
  const seenBy = (scope: Scope) =>
    counts.filter(({ by }) => seesWhole(scope) && seesTenant(scope, by.tenant));

  return {
    received(by) {
      all += 1;
      add(by, "received");
    },
    all: () => all,
    answered: add,
    totals(scope) {
      const sums = Object.fromEntries(NAMES.map((name) => [name, 0]));
      for (const { own } of seenBy(scope)) {
        for (const [name, count] of own) sums[name] = (sums[name] ?? 0) + count;
      }
      return sums as Record<(typeof NAMES)[number], number>;
    },
    bySource: (scope) =>
      seenBy(scope).flatMap(({ by, own }) =>
        [...own].map(([name, count]) => ({ ...by, name, count })),
      ),
  };
}
