// cdr.void: takes a CDR out of every sum and query; what it was stays in its history.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Rating } from "../../cdr/rating.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";
import { reviseCdr } from "./revise.ts";

/** The next revision of a CDR that is voided: no amounts, and the reason why. */
export function voidedRating(
  current: Rating,
  { ratedAtMs, note }: { ratedAtMs: number; note: string },
): Rating {
  return {
    revision: current.revision + 1,
    ratedAtMs,
    outcome: "voided",
    note,
    tariffVersion: null,
    semantics: current.semantics,
    assignment: null,
    normalized: current.normalized,
    sell: null,
    buy: null,
    margin: null,
    basis: {},
  };
}

/** Voiding what is voided changes nothing. @throws `not-found`, `conflict`, `store-unavailable` */
export function voidCdr(
  parts: RateBatchParts,
  { tenant, id, note }: CdrKey & { note: string },
): Promise<StoredCdr> {
  return reviseCdr(parts, { tenant, id }, async ({ rating }) =>
    rating.outcome === "voided"
      ? null
      : { rating: voidedRating(rating, { ratedAtMs: parts.clock(), note }) },
  );
}
