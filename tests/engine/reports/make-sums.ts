// All kept sums at once, as a service makes them behind its work.
import { makeQuarters } from "../../../src/engine/reports/make-quarters.ts";
import { ATTEMPTS } from "../../../src/engine/reports/sums.ts";
import type { Store } from "../../../src/stores/store.ts";

const MOST_AT_ONCE = 200;

/** Makes every quarter hour that is dirty, then the hours and days of them. Answers how many were made. */
export async function makeSums(
  { rollups }: Pick<Store, "rollups">,
  onQuarters: () => void = () => undefined,
): Promise<number> {
  let made = 0;
  for (;;) {
    const some = await makeQuarters(rollups, await rollups.dirty(ATTEMPTS, MOST_AT_ONCE));
    if (some.length === 0) break;
    made += some.length;
    onQuarters();
  }
  for (const piece of await rollups.unjoined(ATTEMPTS)) await rollups.join(piece, ATTEMPTS);
  return made;
}
