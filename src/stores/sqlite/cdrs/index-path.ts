// The index that bounds a query in SQLite.
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { leadingDigitsOfPrefixes } from "../../leading-digits.ts";
import { extraExpression, extraIndexName, LEADING_DIGITS } from "../schema.ts";

/** An index whose leading columns are held to values, and which then runs by call time and id. */
export interface IndexPath {
  index: string;
  /** SQL of the leading columns. */
  columns: string[];
  /** Every combination of values that the filter allows there; at least one. */
  combinations: string[][];
  /** What an index holds that is not of every row, as it says itself. */
  only?: string;
  /** Bounds of the call time that follow from the filter. */
  fromMs: number;
  toMs: number;
}

/** More ranges of an index than this are not read side by side. */
const MOST_COMBINATIONS = 20;

interface Candidate {
  index: string;
  column: string;
  values: string[] | undefined;
}

function extraCandidates(filter: CdrFilter, indexedExtraFields: string[]): Candidate[] {
  return indexedExtraFields.map((name) => {
    const wanted = Object.hasOwn(filter.extra ?? {}, name) ? filter.extra?.[name] : undefined;
    const values = wanted === undefined ? [] : Array.isArray(wanted) ? wanted : [wanted];
    const usable = wanted !== undefined && values.every((v) => v === null || typeof v !== "object");
    return {
      index: extraIndexName(name),
      column: extraExpression(name),
      values: usable ? values.map((value) => JSON.stringify(value)) : undefined,
    };
  });
}

/** The narrowest index that the filter's members allow; the whole time line when none does. */
export function chooseIndex(filter: CdrFilter, indexedExtraFields: string[]): IndexPath {
  // A call that was answered has its answer time as its call time.
  const ranges = [filter.callTime ?? {}, filter.answerTime ?? {}];
  const bounds = {
    fromMs: Math.max(...ranges.map(({ fromMs = Number.MIN_SAFE_INTEGER }) => fromMs)),
    toMs: Math.min(...ranges.map(({ toMs = Number.MAX_SAFE_INTEGER }) => toMs)),
  };
  const tenants = [...new Set(filter.tenants ?? [])];
  if (filter.tenants === undefined || tenants.length > MOST_COMBINATIONS) {
    return { index: "cdr_by_time", columns: [], combinations: [[]], ...bounds };
  }
  const candidates: Candidate[] = [
    { index: "cdr_by_batch", column: "batch_id", values: filter.batchIds },
    { index: "cdr_by_account", column: "account", values: filter.accounts },
    ...extraCandidates(filter, indexedExtraFields),
    {
      index: "cdr_by_leading_digits",
      column: LEADING_DIGITS,
      values: leadingDigitsOfPrefixes(filter.destinationPrefixes),
    },
    {
      index: "cdr_by_outcome",
      column: "outcome",
      values: filter.side === undefined ? filter.outcomes : undefined,
    },
  ];
  for (const { index, column, values } of candidates) {
    const distinct = values === undefined ? undefined : [...new Set(values)];
    if (distinct === undefined || distinct.length * tenants.length > MOST_COMBINATIONS) continue;
    const combinations = tenants.flatMap((tenant) => distinct.map((value) => [tenant, value]));
    return { index, columns: ["tenant", column], combinations, ...bounds };
  }
  const combinations = tenants.map((tenant) => [tenant]);
  return { index: "cdr_by_tenant", columns: ["tenant"], combinations, ...bounds };
}
