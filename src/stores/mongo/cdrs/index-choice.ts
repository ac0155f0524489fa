// The index that bounds a query over CDRs: ids; else tenant with batch, account, extra field, prefix,
// outcome or nothing, each with a time.
import type { CdrFilter, CdrPageQuery, SortKey, TimeRange } from "../../../queries/cdr-query.ts";
import { leadingDigitsOfPrefixes } from "../../leading-digits.ts";
import { extraIndexName } from "../indexes/wanted.ts";
import type { CdrKeying } from "./key.ts";

type TimeAxis = "callTime" | "receivedAt" | "setupTime";

/** Indexes of a time alone: for one tenant or several, and for all. */
const TIMES: Record<TimeAxis, { tenant: string; all: string }> = {
  callTime: { tenant: "tenant", all: "time" },
  receivedAt: { tenant: "tenantReceived", all: "received" },
  setupTime: { tenant: "tenantSetup", all: "setup" },
};

/** A sum or a count has no sort; a cursor says where a page begins. */
export type BoundedQuery = { filter: CdrFilter } & Partial<Pick<CdrPageQuery, "sort" | "cursor">>;

export interface IndexChoice {
  index: string;
  /** The index goes by the tenant: where the filter names none, it is to name all there are. */
  needsTenants: boolean;
}

/** So many ranges of keys cost less than to ask which tenants there are. */
const FEW_IDS = 20;

export function chooseIndex(
  query: BoundedQuery,
  { keying, indexedExtraFields }: { keying: CdrKeying; indexedExtraFields: string[] },
): IndexChoice {
  const { filter } = query;
  if (filter.ids !== undefined) {
    // Bytes have a hash of the tenant: many keys are better said one by one than as ranges.
    const needsTenants = keying === "bytes" && filter.ids.length > FEW_IDS;
    return { index: "_id_", needsTenants };
  }
  const ofTenant = (index: string): IndexChoice => ({ index, needsTenants: true });
  if (filter.batchIds !== undefined) return ofTenant("batch");
  if (filter.accounts !== undefined) return ofTenant("account");
  const { extra: wanted = {} } = filter;
  const extra = indexedExtraFields.find((name) => Object.hasOwn(wanted, name));
  if (extra !== undefined) return ofTenant(extraIndexName(extra));
  const axis = timeAxis(query);
  if (axis === "callTime" && leadingDigitsOfPrefixes(filter.destinationPrefixes) !== undefined) {
    return ofTenant("leadingDigits");
  }
  if (axis === "callTime" && filter.side === undefined && filter.outcomes !== undefined)
    return ofTenant("outcome");
  const { tenant, all } = TIMES[axis];
  return { index: filter.tenants === undefined ? all : tenant, needsTenants: false };
}

function isRange(range: TimeRange | undefined): boolean {
  return range?.fromMs !== undefined || range?.toMs !== undefined;
}

/** The times that the filter gives a range of. */
export function rangedTimes({
  callTime,
  answerTime,
  receivedAt,
  setupTime,
}: CdrFilter): TimeAxis[] {
  return [
    ...(isRange(callTime) || isRange(answerTime) ? ["callTime" as const] : []),
    ...(isRange(receivedAt) ? ["receivedAt" as const] : []),
    ...(isRange(setupTime) ? ["setupTime" as const] : []),
  ];
}

/** Usage and duration have no index of their own: the range is gone through, and the server keeps the best of it. */
const SORT_AXIS: Record<SortKey, TimeAxis | null> = {
  callTime: "callTime",
  receivedAt: "receivedAt",
  setupTime: "setupTime",
  usage: null,
  duration: null,
};

/**
 * The time of the sort, where the filter has a range of it or of none; else a time that it has a
 * range of. A later page goes on by its sort: sorting the whole range for each page would take as
 * many times as there are pages.
 */
function timeAxis({ filter, sort, cursor }: BoundedQuery): TimeAxis {
  const ranged = rangedTimes(filter);
  const sorted = sort === undefined ? null : SORT_AXIS[sort.by];
  const isBySort = cursor !== undefined || ranged.length === 0;
  if (sorted !== null && (isBySort || ranged.includes(sorted))) return sorted;
  return ranged[0] ?? "callTime";
}
