// Suspended records, each within the scope of whoever asks.
import {
  requireWhole,
  type Scope,
  seesOwner,
  seesTenant,
  seesWhole,
  tenantsOf,
} from "../../access/scope.ts";
import type { OpenSuspense, SuspenseQuery, SuspenseRecord } from "../../stores/ports/suspense.ts";
import { countOpenSuspense } from "./open-suspense.ts";
import {
  discardSuspended,
  type RetryOptions,
  type RetryResult,
  retrySuspended,
  type SuspenseParts,
  suspendedInScope,
} from "./suspense.ts";

/**
 * `get`, `retry` and `discard` @throws `not-found`, also for what the scope does not have. All
 * @throws `forbidden` for a scope of a part of a tenant: a record that was not understood is of no
 * account, and its bytes name carriers.
 */
export interface KeptAside {
  /** Oldest first. */
  find(
    query: Omit<SuspenseQuery, "tenants">,
    scope: Scope,
  ): Promise<{ records: SuspenseRecord[]; nextCursor?: string }>;
  get(id: string, scope: Scope): Promise<SuspenseRecord>;
  retry(id: string, options: RetryOptions): Promise<RetryResult>;
  discard(id: string, by: { scope: Scope; name: string }): Promise<void>;
  /** How many are open, by tenant, the largest first; none for a scope of a part of a tenant. */
  open(scope: Scope): Promise<OpenSuspense[]>;
}

export function createKeptAside(parts: SuspenseParts): KeptAside {
  const { store } = parts;
  const get = (id: string, scope: Scope) => {
    requireWhole(scope);
    return suspendedInScope(store, id, scope);
  };
  return {
    async find(query, scope) {
      requireWhole(scope);
      const page = await store.suspense.find({ ...query, ...tenantsOf(scope) });
      return { ...page, records: page.records.map((record) => seenRecord(record, scope)) };
    },
    get: async (id, scope) => seenRecord(await get(id, scope), scope),
    async retry(id, options) {
      return retrySuspended(parts, await get(id, options.scope), options);
    },
    async discard(id, { scope, name }) {
      await discardSuspended(parts, await get(id, scope), name);
    },
    async open(scope) {
      if (!seesWhole(scope)) return [];
      const counts = await countOpenSuspense(store);
      return counts.filter(({ tenant }) => seesOwner(scope, tenant));
    },
  };
}

/** Without those who sent the same bytes, and a CDR that a retry made of it for another tenant. */
function seenRecord(
  { owners: _others, retriedAs, ...record }: SuspenseRecord,
  scope: Scope,
): SuspenseRecord {
  const isSeen = retriedAs !== undefined && seesTenant(scope, retriedAs.tenant);
  return isSeen ? { ...record, retriedAs } : record;
}
