// What reports ask of the store: sums by keys with attempts, as the scope may see them.
import { requireSeesBuy } from "../../access/buy-side.ts";
import { type Scope, scopedFilter } from "../../access/scope.ts";
import type { AttemptTerms } from "../../queries/attempts.ts";
import type { CdrFilter, SummaryRow } from "../../queries/cdr-query.ts";
import type { GroupKey } from "../../queries/group-keys.ts";
import { CONGESTION_CAUSES, EFFECTIVE_CAUSES } from "../../reports/causes.ts";
import type { Store } from "../../stores/store.ts";

const ATTEMPTS: AttemptTerms = {
  effectiveCauses: EFFECTIVE_CAUSES,
  congestionCauses: CONGESTION_CAUSES,
};

/** Whose CDRs, and what ends a long read between two pieces of it. */
export interface Reading {
  scope: Scope;
  signal?: AbortSignal | undefined;
}

export interface SumsWanted {
  filter: CdrFilter;
  groupBy: readonly GroupKey[];
  timeZone: string;
  tellsOfBuy?: boolean | undefined;
  /** The sell side alone, as an account sees it, whoever asks. */
  side?: "sell" | undefined;
}

/** By call time. @throws `forbidden` at what tells of the buy side, where the scope does not see it */
export async function reportSums(
  store: Store,
  wanted: SumsWanted,
  { scope, signal }: Reading,
): Promise<SummaryRow[]> {
  if (wanted.tellsOfBuy === true) requireSeesBuy(scope);
  const filter = scopedFilter(wanted.filter, scope);
  if (filter === "none") return [];
  const query = {
    filter,
    groupBy: [...wanted.groupBy],
    timeZone: wanted.timeZone,
    time: "answer" as const,
    attempts: ATTEMPTS,
    ...(scope.seesBuy && wanted.side === undefined ? {} : { side: "sell" as const }),
  };
  return store.cdrs.summarize(query, signal === undefined ? {} : { signal });
}
