// How many groups one sum may have: they are in memory together until they are in order.
import { engineError } from "../errors.ts";

/** More than an answer of the default size can hold. */
export const MOST_GROUPS = 100_000;

/** @throws `too-large` beyond the limit */
export function requireGroups(count: number, most = MOST_GROUPS): void {
  if (count <= most) return;
  throw engineError("too-large", `The sum has more than ${most} groups.`, {
    path: "groupBy",
    hint: "Group by fewer keys, or narrow the filter.",
  });
}
