// Bounds a read over CDRs: the index that it names, and the tenants that the index begins with.
import type { Collection, Document } from "mongodb";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import type { CdrDocument } from "../documents.ts";
import type { IndexHints } from "../indexes/hints.ts";
import { type BoundedQuery, chooseIndex } from "./index-choice.ts";

export interface Bounded {
  /** Names every tenant there is, where the index needs one and the caller named none. */
  filter: CdrFilter;
  index: string;
}

export interface CdrBounds {
  of(query: BoundedQuery): Promise<Bounded>;
  /** A read with the index that was chosen, or without where the server has it not. */
  through<T>(index: string, read: (hint: { hint?: Document }) => Promise<T>): Promise<T>;
  /** Every tenant that a CDR has, in the order of their names. */
  tenants(): Promise<string[]>;
}

export function cdrBounds(
  collection: Collection<CdrDocument>,
  {
    hints,
    indexedExtraFields,
    maxTimeMS,
  }: { hints: IndexHints; indexedExtraFields: string[]; maxTimeMS: number },
): CdrBounds {
  const tenants = async () => (await collection.distinct("tenant", {}, { maxTimeMS })).sort();
  return {
    tenants,
    async of(query) {
      const { filter } = query;
      const { index, needsTenants } = chooseIndex(query, indexedExtraFields);
      if (!needsTenants || filter.tenants !== undefined) return { filter, index };
      // Asked for each time: another process may have stored the first CDR of a tenant just now.
      return { filter: { ...filter, tenants: await tenants() }, index };
    },
    through: (index, read) => hints.through({ collection: "cdrs", index }, read),
  };
}
