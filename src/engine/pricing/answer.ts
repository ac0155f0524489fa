// The answer of rating.price and `cdrate price`, whatever road a call came by: one shape.
import type { JsonObject } from "../../cdr/json.ts";
import type { Priced, Semantics } from "../../cdr/rating.ts";

/** Sides, margin, outcome; what CGRateS versions answer besides; and which tariff it was. */
export function priceAnswer(
  priced: Omit<Priced, "basis"> & { basis?: JsonObject; trace?: JsonObject },
  { tariffVersion, semantics }: { tariffVersion: string | null; semantics: Semantics },
) {
  const { outcome, assignment, normalized, sell, buy, margin, reason, cheapest, runs } = priced;
  return {
    outcome,
    assignment,
    normalized,
    sell,
    buy,
    margin,
    // Each price asked for makes this: a member that is undefined is none in JSON, and no copy is made.
    reason,
    cheapest,
    runs,
    trace: priced.trace,
    ...priced.cgrates,
    tariffVersion,
    semantics,
  };
}
