// The sums that are kept for reports against those over the CDRs.
import { isDeepStrictEqual } from "node:util";
import type { CdrFilter, SummaryQuery } from "../../queries/cdr-query.ts";
import type { GroupKey } from "../../queries/group-keys.ts";
import { GROUP_REPORTS } from "../../reports/groups.ts";
import type { Store } from "../../stores/store.ts";
import { ATTEMPTS } from "../reports/sums.ts";
import { type AuditCheck, BrokenRecord, MOST_EXAMPLES, orFault } from "./findings.ts";

const NAME = "kept-sums-agree";
/** CDRs may be written between the two readings: then they are read once more. */
const ATTEMPTS_TO_COMPARE = 3;

/** By the keys of every report; `total`: the CDRs that the audit reads. */
export async function compareKeptSums(
  store: Pick<Store, "cdrs" | "rollups">,
  filter: CdrFilter,
  total: number,
): Promise<AuditCheck> {
  const differing: string[] = [];
  for (const { name, keys } of GROUP_REPORTS) {
    const found = await orFault(() => compareKeys(store, filter, keys));
    if (found instanceof BrokenRecord) {
      return { name: NAME, ok: null, detail: `not compared: ${found.message}` };
    }
    if (!found.isEqual) differing.push(`report.${name}: read ${found.from}`);
  }
  if (differing.length === 0) return { name: NAME, ok: true, detail: `${total} CDRs` };
  const detail = `other sums than over the CDRs: ${differing.slice(0, MOST_EXAMPLES).join("; ")}`;
  return { name: NAME, ok: false, detail };
}

async function compareKeys(
  store: Pick<Store, "cdrs" | "rollups">,
  filter: CdrFilter,
  keys: readonly GroupKey[],
): Promise<{ isEqual: boolean; from: string }> {
  const query: SummaryQuery = {
    ...{ filter, groupBy: [...new Set<GroupKey>(["tenant", ...keys])] },
    ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
  };
  for (let attempt = 1; ; attempt += 1) {
    const kept = await store.rollups.summarize(query);
    if (kept.from === "cdrs") return { isEqual: true, from: kept.from };
    const isEqual = isDeepStrictEqual(kept.rows, await store.cdrs.summarize(query));
    if (isEqual || attempt === ATTEMPTS_TO_COMPARE) return { isEqual, from: kept.from };
  }
}
