// What reports ask of the store: sums by keys with attempts, as the scope may see them.
import { requireSeesBuy } from "../../access/buy-side.ts";
import { type Scope, scopedFilter } from "../../access/scope.ts";
import type { AttemptTerms } from "../../queries/attempts.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { GroupKey } from "../../queries/group-keys.ts";
import { CONGESTION_CAUSES, EFFECTIVE_CAUSES } from "../../reports/causes.ts";
import type { RollupAnswer } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";

/** Of every report. */
export const ATTEMPTS: AttemptTerms = {
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

/** Where sums were read: those that are kept, the CDRs, or some of both. */
export type SummedFrom = RollupAnswer["from"];

/** Of an answer of several sums. */
export function summedFrom(all: readonly SummedFrom[]): SummedFrom {
  const [first = "cdrs", ...others] = new Set(all);
  return others.length === 0 ? first : "both";
}

/** By call time. @throws `forbidden` at what tells of the buy side, where the scope does not see it */
export async function reportSums(
  store: Pick<Store, "rollups" | "erasures">,
  wanted: SumsWanted,
  { scope, signal }: Reading,
): Promise<RollupAnswer> {
  if (wanted.tellsOfBuy === true) requireSeesBuy(scope);
  const filter = scopedFilter(wanted.filter, scope);
  if (filter === "none") return { rows: [], from: "cdrs" };
  const query = {
    filter,
    groupBy: [...wanted.groupBy],
    timeZone: wanted.timeZone,
    time: "answer" as const,
    attempts: ATTEMPTS,
    ...(scope.seesBuy && wanted.side === undefined ? {} : { side: "sell" as const }),
  };
  const options = signal === undefined ? {} : { signal };
  return store.erasures.summarize(query, () => store.rollups.summarize(query, options), options);
}
