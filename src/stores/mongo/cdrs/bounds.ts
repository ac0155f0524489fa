// Bounds a read over CDRs: the index that it names, and the tenants that the index begins with.
import type { Collection, Document } from "mongodb";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import type { CdrDocument } from "../documents.ts";
import type { IndexHints } from "../indexes/hints.ts";
import { filterQuery } from "./filter.ts";
import { type BoundedQuery, chooseIndex } from "./index-choice.ts";
import type { CdrKeying } from "./key.ts";

export interface Bounded {
  /** Names every tenant there is, where the index needs one and the caller named none. */
  filter: CdrFilter;
  /** The same as a query of the server. */
  match: Document;
  index: string;
}

export interface CdrBounds {
  /** `everyOutcome`: voided CDRs too. */
  of(query: BoundedQuery & { everyOutcome?: boolean }): Promise<Bounded>;
  /** A read with the index that was chosen, or without where the server has it not. */
  through<T>(index: string, read: (hint: { hint?: Document }) => Promise<T>): Promise<T>;
  /** Every tenant that a CDR has, in the order of their names. */
  tenants(): Promise<string[]>;
}

export function cdrBounds(
  collection: Collection<CdrDocument>,
  {
    keying,
    hints,
    indexedExtraFields,
    maxTimeMS,
  }: { keying: CdrKeying; hints: IndexHints; indexedExtraFields: string[]; maxTimeMS: number },
): CdrBounds {
  const tenants = async () => (await collection.distinct("tenant", {}, { maxTimeMS })).sort();
  return {
    tenants,
    async of({ everyOutcome = false, ...query }) {
      const { index, needsTenants } = chooseIndex(query, { keying, indexedExtraFields });
      const lacksTenants = needsTenants && query.filter.tenants === undefined;
      // Asked for each time: another process may have stored the first CDR of a tenant just now.
      const filter = lacksTenants ? { ...query.filter, tenants: await tenants() } : query.filter;
      return { filter, index, match: filterQuery(filter, { keying, everyOutcome }) };
    },
    through: (index, read) => hints.through({ collection: "cdrs", index }, read),
  };
}
