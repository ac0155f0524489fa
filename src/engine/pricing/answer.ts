// The answer of rating.price and `cdrate price`, whatever road a call came by: one shape.
import type { JsonObject } from "../../cdr/json.ts";
import type { Priced, Semantics } from "../../cdr/rating.ts";

/** Sides, margin, outcome; what CGRateS versions answer besides; and which tariff it was. */
export function priceAnswer(
  priced: Omit<Priced, "basis"> & { basis?: JsonObject; trace?: JsonObject },
  { tariffVersion, semantics }: { tariffVersion: string | null; semantics: Semantics },
) {
  const { cgrates, basis: _stored, ...shown } = priced;
  return { ...shown, ...cgrates, tariffVersion, semantics };
}
