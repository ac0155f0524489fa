// One change of one stored CDR, made on its current revision however many others change it too.
import { isDeepStrictEqual } from "node:util";
import type { Cdr, CdrContent, CdrOrigin, StoredCdr } from "../../cdr/cdr.ts";
import { contentOf, originOf, withOrigin } from "../../cdr/facts.ts";
import type { Rating } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import { type RateBatchParts, rateBatch } from "../pricing/rate-batch.ts";
import { noteMoved } from "./moved-lines.ts";

export interface Change {
  rating: Rating;
  /** New facts, where they change too. */
  content?: CdrContent;
  /** Where those came from, where that changes too. */
  origin?: CdrOrigin;
}

const MOST_ATTEMPTS = 20;

/**
 * Writes what `change` makes of the current state; where that changed meanwhile, it is asked
 * again. Null changes nothing. Answers the state after.
 * @throws `not-found`, `conflict` when others keep changing it, `store-unavailable`
 */
export async function reviseCdr(
  { store, clock }: Pick<RateBatchParts, "store" | "clock">,
  { tenant, id }: CdrKey,
  change: (stored: StoredCdr) => Promise<Change | null>,
): Promise<StoredCdr> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const stored = await store.cdrs.get({ tenant, id });
    if (stored === null) throw engineError("not-found", `There is no CDR ${id}.`, { path: "id" });
    const changed = await change(stored);
    if (changed === null) return stored;
    const { origin } = changed;
    if (origin !== undefined && origin.batchId !== stored.batchId) await noteMoved(store, stored);
    const expectedRevision = stored.rating.revision;
    const isMasked = stored.maskedAtMs !== undefined;
    const [outcome] = await store.cdrs.revise([
      { tenant, id, expectedRevision, ...changed, atMs: clock(), isMasked },
    ]);
    if (outcome === "revised") {
      const { warnings: _old, ...facts } = withOrigin(stored, changed.origin ?? stored);
      return { ...facts, ...(changed.content ?? contentOf(stored)), rating: changed.rating };
    }
  }
  throw engineError("conflict", `CDR ${id} is being changed by others; try again.`, { path: "id" });
}

/** What comes again in its own batch keeps its line there: another CDR may have that of the arrival. */
export function arrivedOrigin({ batchId, batchLine }: StoredCdr, arrived: CdrOrigin): CdrOrigin {
  const origin = originOf(arrived);
  const isSameBatch = batchId !== undefined && batchId === origin.batchId;
  return isSameBatch && batchLine !== undefined ? { ...origin, batchLine } : origin;
}

/** @throws `conflict` for one whose numbers are masked: nothing can be priced by them */
export function requireUnmasked({ id, maskedAtMs }: Pick<StoredCdr, "id" | "maskedAtMs">): void {
  if (maskedAtMs === undefined) return;
  throw engineError("conflict", `The numbers of CDR ${id} are masked.`, {
    path: "id",
    hint: "It keeps its price; it can be voided.",
  });
}

/**
 * Prices new facts of a stored CDR, and of this origin, as its next revision.
 * @throws `conflict` for one whose numbers are masked
 */
export async function rateContent(
  parts: RateBatchParts,
  stored: StoredCdr,
  { content, origin }: { content: CdrContent; origin: CdrOrigin },
): Promise<Change> {
  requireUnmasked(stored);
  const { rating: current, history: _history, warnings: _old, ...facts } = stored;
  const cdr: Cdr = { ...withOrigin(facts, origin), ...content };
  const [rated] = await rateBatch(parts, [cdr]);
  if (rated === undefined) throw new Error("rateBatch answers one CDR for each");
  const rating = { ...rated.rating, revision: current.revision + 1 };
  const isSame = isDeepStrictEqual(originOf(stored), originOf(origin));
  return { rating, content, ...(isSame ? {} : { origin: originOf(origin) }) };
}

/**
 * The id of a voided CDR arrived again: its facts become a new content revision that is priced, of
 * the source and the batch that it came by now.
 * Null when the CDR is no longer voided, because another arrival was first.
 */
export async function reviveCdr(parts: RateBatchParts, arrived: Cdr): Promise<StoredCdr | null> {
  let isFirst = false;
  const stored = await reviseCdr(parts, arrived, (current) => {
    isFirst = current.rating.outcome === "voided" && current.maskedAtMs === undefined;
    return isFirst
      ? rateContent(parts, current, {
          content: contentOf(arrived),
          origin: arrivedOrigin(current, arrived),
        })
      : Promise.resolve(null);
  });
  return isFirst ? stored : null;
}
