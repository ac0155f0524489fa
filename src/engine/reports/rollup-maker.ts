// Which of the processes on a store makes kept sums: one at a time, by a lease in the store.
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";

/** What the store has the lease under, among those of feeds and outputs; none of these has such a name. */
export const ROLLUP_MAKER = "rollups:";

/** Whether a process has the lease now. */
export async function isMade(
  { feeds }: Pick<Store, "feeds">,
  { clock }: { clock: Clock },
): Promise<boolean> {
  const [record] = await feeds.getFor([ROLLUP_MAKER]);
  return record !== undefined && record.owner !== null && record.leaseUntilMs > clock();
}
