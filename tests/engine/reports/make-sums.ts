// All kept sums at once, as a service makes them behind its work.
import { joinPieces, makeQuarters } from "../../../src/engine/reports/make-quarters.ts";
import { ATTEMPTS } from "../../../src/engine/reports/sums.ts";
import type { AttemptTerms } from "../../../src/queries/attempts.ts";
import type { JoinedPiece, UnjoinedPage } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";

const MOST_AT_ONCE = 200;

/** Hours and days that could be joined, of every page. */
export async function allUnjoined(
  rollups: Pick<Store["rollups"], "unjoined">,
  terms: AttemptTerms = ATTEMPTS,
): Promise<JoinedPiece[]> {
  const found: JoinedPiece[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page: UnjoinedPage = await rollups.unjoined(terms, before);
    found.push(...page.pieces);
    before = page.before;
  }
  return found;
}

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
  await joinPieces(rollups, await allUnjoined(rollups));
  return made;
}
