// Suspended records, each within the scope of whoever asks.
import { type Scope, seesOwner, tenantsOf } from "../../access/scope.ts";
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

/** `get`, `retry` and `discard` @throws `not-found`, also for what the scope does not have. */
export interface KeptAside {
  /** Oldest first. */
  find(
    query: Omit<SuspenseQuery, "tenants">,
    scope: Scope,
  ): Promise<{ records: SuspenseRecord[]; nextCursor?: string }>;
  get(id: string, scope: Scope): Promise<SuspenseRecord>;
  retry(id: string, options: RetryOptions): Promise<RetryResult>;
  discard(id: string, by: { scope: Scope; name: string }): Promise<void>;
  /** How many are open, by tenant, the largest first. */
  open(scope: Scope): Promise<OpenSuspense[]>;
}

export function createKeptAside(parts: SuspenseParts): KeptAside {
  const { store } = parts;
  const get = (id: string, scope: Scope) => suspendedInScope(store, id, scope);
  return {
    find: (query, scope) => store.suspense.find({ ...query, ...tenantsOf(scope) }),
    get,
    async retry(id, options) {
      return retrySuspended(parts, await get(id, options.scope), options);
    },
    async discard(id, { scope, name }) {
      await discardSuspended(parts, await get(id, scope), name);
    },
    async open(scope) {
      const counts = await countOpenSuspense(store);
      return counts.filter(({ tenant }) => seesOwner(scope, tenant));
    },
  };
}
