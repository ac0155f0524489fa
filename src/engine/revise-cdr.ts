// One change of one stored CDR, made on its current revision however many others change it too.
import type { Cdr, CdrContent, StoredCdr } from "../cdr/cdr.ts";
import type { Rating } from "../cdr/rating.ts";
import { engineError } from "../errors.ts";
import { type RateBatchParts, rateBatch } from "./rate-batch.ts";

export interface Change {
  rating: Rating;
  /** New facts, where they change too. */
  content?: CdrContent;
}

const MOST_ATTEMPTS = 20;

/**
 * Writes what `change` makes of the current state; where that changed meanwhile, it is asked
 * again. Null changes nothing. Answers the state after.
 * @throws `not-found`, `conflict` when others keep changing it, `store-unavailable`
 */
export async function reviseCdr(
  { store, clock }: Pick<RateBatchParts, "store" | "clock">,
  id: string,
  change: (stored: StoredCdr) => Promise<Change | null>,
): Promise<StoredCdr> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const stored = await store.get(id);
    if (stored === null) throw engineError("not-found", `There is no CDR ${id}.`, { path: "id" });
    const changed = await change(stored);
    if (changed === null) return stored;
    const expectedRevision = stored.rating.revision;
    const [outcome] = await store.revise([{ id, expectedRevision, ...changed, atMs: clock() }]);
    if (outcome === "revised") return { ...stored, ...changed.content, rating: changed.rating };
  }
  throw engineError("conflict", `CDR ${id} is being changed by others; try again.`, { path: "id" });
}

/** Prices new facts of a stored CDR as its next revision. */
export async function rateContent(
  parts: RateBatchParts,
  stored: StoredCdr,
  content: CdrContent,
): Promise<Change> {
  const { rating: current, history: _history, ...facts } = stored;
  const cdr: Cdr = { ...facts, ...content };
  const [rated] = await rateBatch(parts, [cdr]);
  if (rated === undefined) throw new Error("rateBatch answers one CDR for each");
  return { rating: { ...rated.rating, revision: current.revision + 1 }, content };
}

/**
 * The id of a voided CDR arrived again: its facts become a new content revision that is priced.
 * Null when the CDR is no longer voided, because another arrival was first.
 */
export async function reviveCdr(parts: RateBatchParts, arrived: Cdr): Promise<StoredCdr | null> {
  const { id, primary, extra, contentHash } = arrived;
  let isFirst = false;
  const stored = await reviseCdr(parts, id, (current) => {
    isFirst = current.rating.outcome === "voided";
    return isFirst
      ? rateContent(parts, current, { primary, extra, contentHash })
      : Promise.resolve(null);
  });
  return isFirst ? stored : null;
}
