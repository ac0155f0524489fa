// The index that bounds a query in MongoDB, by name.
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { leadingDigitsOfPrefixes } from "../../leading-digits.ts";
import { encodeName } from "../documents.ts";

/** Index names: each is the fields named, then call time and id. */
export const CDR_INDEXES = {
  time: [],
  tenant: ["tenant"],
  account: ["tenant", "primary.account"],
  leadingDigits: ["tenant", "keys.leadingDigits"],
  outcome: ["tenant", "rating.outcome"],
  batch: ["tenant", "batchId"],
} as const;

export type CdrIndex = keyof typeof CDR_INDEXES;

export function extraIndexName(name: string): string {
  return `extra ${encodeName(name)}`;
}

/** Name of the index that a read by call time is to use; undefined: by id. */
export function chooseHint(filter: CdrFilter, indexedExtraFields: string[]): string | undefined {
  if (filter.ids !== undefined) return undefined;
  const named = (index: CdrIndex): string => index;
  if (filter.tenants === undefined) return named("time");
  if (filter.batchIds !== undefined) return named("batch");
  if (filter.accounts !== undefined) return named("account");
  const { extra: wanted = {} } = filter;
  const extra = indexedExtraFields.find((name) => Object.hasOwn(wanted, name));
  if (extra !== undefined) return extraIndexName(extra);
  if (leadingDigitsOfPrefixes(filter.destinationPrefixes) !== undefined)
    return named("leadingDigits");
  return named(filter.outcomes === undefined ? "tenant" : "outcome");
}
