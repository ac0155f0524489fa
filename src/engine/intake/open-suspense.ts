// How many suspended records wait for somebody, by tenant: for /metrics and system.status.
import type { OpenSuspense } from "../../stores/ports/suspense.ts";
import type { Store } from "../../stores/store.ts";

/** A tenant is what a sender wrote: so many are named, the largest; the rest is one line. */
const MOST_TENANTS = 100;
const OTHER_TENANTS = "(others)";

/** By count, the largest first. Read by an index; nothing is kept between two calls. */
export async function countOpenSuspense(store: Store): Promise<OpenSuspense[]> {
  const counts = await store.suspense.openByTenant();
  const sorted = counts.toSorted((left, right) => right.open - left.open);
  const others = sorted.slice(MOST_TENANTS).reduce((sum, { open }) => sum + open, 0);
  const named = sorted.slice(0, MOST_TENANTS);
  return others === 0 ? named : [...named, { tenant: OTHER_TENANTS, open: others }];
}
