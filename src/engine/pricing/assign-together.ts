// Calls that are priced in the same turn of the event loop, as those of a batch are, ask the store for
// their assignments at once.
import type { Call } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";
import { assignAccounts } from "./rate-batch.ts";

interface Gathering {
  calls: Call[];
  assigned: Promise<void>;
}

/** Of each store, the calls that have come and were not asked for yet. */
const gatherings = new WeakMap<Store, Gathering>();

/** As `assignAccounts` for one call. @throws `store-unavailable` */
export function assignTogether(parts: { store: Store }, call: Call): Promise<void> {
  const { store } = parts;
  const open = gatherings.get(store);
  if (open !== undefined) {
    open.calls.push(call);
    return open.assigned;
  }
  const calls = [call];
  // Calls that began beside this one come before it is this promise's turn.
  const assigned = Promise.resolve().then(() => {
    gatherings.delete(store);
    return assignAccounts(parts, calls);
  });
  gatherings.set(store, { calls, assigned });
  return assigned;
}
