// Rates stored CDRs anew with what is in force now, one after the other, at once: what a client asks for
// that corrected a price. Rerate jobs show the difference first and can be undone; docs/rerating.md.
import { isDeepStrictEqual } from "node:util";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { contentOf } from "../../../cdr/facts.ts";
import type { Rating } from "../../../cdr/rating.ts";
import type { CdrKey } from "../../../stores/ports/cdrs.ts";
import type { RateBatchParts } from "../../pricing/rate-batch.ts";
import { rateContent, reviseCdr } from "../revise.ts";

/**
 * Whether the CDR has a new revision. One that would cost the same by the same version keeps the one that
 * it has, so that asking twice changes nothing; so does a voided one, and
 * one whose numbers are masked.
 * @throws `not-found`, `conflict`, `store-unavailable`
 */
export async function rateAgain(parts: RateBatchParts, key: CdrKey): Promise<boolean> {
  let isChanged = false;
  await reviseCdr(parts, key, async (stored: StoredCdr) => {
    isChanged = false;
    if (stored.rating.outcome === "voided" || stored.maskedAtMs !== undefined) return null;
    const change = await rateContent(parts, stored, { content: contentOf(stored), origin: stored });
    if (isSame(stored.rating, change.rating)) return null;
    isChanged = true;
    return { rating: change.rating };
  });
  return isChanged;
}

/** When it was made and as which revision is of no account. */
function isSame(a: Rating, b: Rating): boolean {
  const facts = ({
    revision: _number,
    ratedAtMs: _time,
    job: _job,
    note: _note,
    ...same
  }: Rating) => same;
  return isDeepStrictEqual(plain(facts(a)), plain(facts(b)));
}

/** As it comes back from a store. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
