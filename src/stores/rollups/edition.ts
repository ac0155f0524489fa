// By which rules sums were made: those of another edition are as good as none.
import { createHash } from "node:crypto";
import type { AttemptTerms } from "../../queries/attempts.ts";
import { COUNTED_AS, ROLLUPS } from "../../rollups/kinds.ts";
import { COUNTS, MONEY } from "../../rollups/table.ts";

/** To be raised when sums are kept in other bytes: older ones are made anew then. */
const KEPT_AS = 2;

const known = new WeakMap<AttemptTerms, string>();

/** Of what rollups there are, what they count, and by which causes. */
export function editionOf(terms: AttemptTerms): string {
  const found = known.get(terms);
  if (found !== undefined) return found;
  const { effectiveCauses, congestionCauses } = terms;
  const rules = [KEPT_AS, COUNTED_AS, ROLLUPS, COUNTS, MONEY, effectiveCauses, congestionCauses];
  const edition = createHash("sha256").update(JSON.stringify(rules)).digest("hex").slice(0, 16);
  known.set(terms, edition);
  return edition;
}
