// Calls that are priced in the same turn of the event loop, as those of a batch are, ask for their
// assignments at once.
import type { Call } from "../../cdr/rating.ts";
import type { AssignmentLookup } from "./known-assignments.ts";
import { assignAccounts } from "./rate-batch.ts";

interface Gathering {
  calls: Call[];
  assigned: Promise<void>;
}

/** Of each look-up, the calls that have come and were not asked for yet. */
const gatherings = new WeakMap<AssignmentLookup, Gathering>();

/** As `assignAccounts` for one call. @throws `store-unavailable` */
export function assignTogether(
  { accounts }: { accounts: AssignmentLookup },
  call: Call,
): Promise<void> {
  const open = gatherings.get(accounts);
  if (open !== undefined) {
    open.calls.push(call);
    return open.assigned;
  }
  const calls = [call];
  // Calls that began beside this one come before it is this promise's turn.
  const assigned = Promise.resolve().then(() => {
    gatherings.delete(accounts);
    return assignAccounts({ accounts }, calls);
  });
  gatherings.set(accounts, { calls, assigned });
  return assigned;
}
