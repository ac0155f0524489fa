// A rating beside the rules of another edition than the one that made it.
import type { Scope } from "../../access/scope.ts";
import { seenRating } from "../../access/sell-side.ts";
import { TODAYS_EDITION } from "../../cdr/edition.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Call, Priced, Rating } from "../../cdr/rating.ts";
import { cgratesBasisFaults } from "../../cgrates/recompute-basis.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import { basisFaults } from "../../rating/trace/recompute-basis.ts";
import type { Snapshot } from "../ports.ts";
import { priceWith } from "../pricing/price-by-snapshot.ts";
import { semanticsOf, toRating } from "../pricing/rate-batch.ts";
import { type Difference, ratingDifferences } from "./rating-differences.ts";

/** What today's rules give for a call by the tariff version that its rating has. */
export interface Today extends Pick<Priced, "outcome" | "reason" | "sell" | "buy" | "margin"> {
  rules: string;
  /** Something of the rating would be otherwise, its basis apart. */
  changes: boolean;
}

export function pricedToday(
  call: Call,
  by: { rating: Rating; snapshot: Snapshot; figures: QualityFigures | undefined; scope: Scope },
): Today {
  const { snapshot, figures, scope } = by;
  const rating = seenRating(by.rating, scope);
  const rules = TODAYS_EDITION.name;
  const priced = priceWith(call, snapshot, figures === undefined ? {} : { quality: figures });
  const semantics = semanticsOf(snapshot);
  const version = snapshot.version;
  const whole = toRating({ priced, tariffVersion: version, semantics, rules }, rating);
  const now = seenRating(whole, scope);
  const isOfBasis = ({ path }: Difference) => path === "basis" || path.startsWith("basis.");
  const { outcome, reason, sell, buy, margin } = now;
  if (outcome === "voided") throw new Error("a price is never voided");
  return {
    rules,
    changes: !ratingDifferences(rating, now).every(isOfBasis),
    outcome,
    ...(reason === undefined ? {} : { reason }),
    sell,
    buy,
    margin,
  };
}

interface ByBasis {
  matches: boolean;
  differences: Difference[];
  trace: JsonObject;
}

/** What this build can say of a rating by rules that it does not know: is it what its basis gives? */
export function explainedByBasis(rating: Rating): ByBasis {
  return byBasis(
    rating,
    `This build does not know the rules ${rating.rules}: the basis was reckoned again.`,
  );
}

/** What can be said of a rating whose number is masked: the prefix that priced it is stored. */
export function explainedFromPrefix(rating: Rating): ByBasis {
  const prefix = (rating.sell ?? rating.buy)?.prefix;
  const start = prefix == null ? "no prefix matched" : `it starts from the stored prefix ${prefix}`;
  return byBasis(rating, `The number is masked: ${start}; the basis was reckoned again.`);
}

function byBasis(rating: Rating, text: string): ByBasis {
  const isNative = rating.semantics === "native";
  const faults = isNative ? basisFaults(rating) : cgratesBasisFaults(rating).faults;
  const steps = [text, ...faults].map((each) => (isNative ? { step: "basis", text: each } : each));
  return { matches: faults.length === 0, differences: [], trace: { steps } };
}
