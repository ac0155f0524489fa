// What account.set certainly held for a call when it was rated, to hold a stored rating against.
import type { Assignment, Call } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";

/** Clocks of two processes on one store are no further apart than this. */
const CLOCKS_APART_MS = 600_000;

export interface AssignmentSeen {
  /** There is an entry from that moment; entries are replaced under it, never taken away. */
  wasSet: boolean;
  /** The entry, or the end, that the rating must have used instead; null: it may have used its own. */
  instead: Assignment | null;
}

/**
 * Looks at the entries from `used.fromMs` on that are in force at the call. One that was last
 * written before the CDR arrived stood unchanged at each of its ratings, so that nothing but it or a
 * later entry can have been used. One that was written since may have been another then, or not
 * there: it tells nothing.
 */
export async function seeAssignment(
  store: Store,
  { used, call, receivedAtMs }: { used: Assignment; call: Call; receivedAtMs: number },
): Promise<AssignmentSeen> {
  const all = await store.accounts.getFor([used]);
  const wasSet = all.some(({ fromMs }) => fromMs === used.fromMs);
  const callMs = call.callTime?.atMs ?? Number.POSITIVE_INFINITY;
  const inForce = all.filter(({ fromMs }) => fromMs >= used.fromMs && fromMs <= callMs);
  for (const entry of inForce.toReversed()) {
    if (isSame(entry, used)) break;
    const setMs = await store.accounts.setMs(entry);
    if (setMs === null || setMs > receivedAtMs - CLOCKS_APART_MS) continue;
    return { wasSet, instead: entry };
  }
  return { wasSet, instead: null };
}

function isSame(left: Assignment, right: Assignment): boolean {
  return (
    left.fromMs === right.fromMs &&
    left.voipPlan === right.voipPlan &&
    left.numbering === right.numbering
  );
}
