// Calls that are not to be priced at all, whatever the tariff: tested before everything else.
import type { Call } from "./rating.ts";
import type { Reason } from "./reasons.ts";

/** Why the call is not to be priced; null: it is. */
export function refusalOf(
  call: Pick<Call, "billedSides" | "direction" | "requestType">,
): Reason | null {
  if (call.billedSides === "none") return "leg-not-billed";
  if (call.direction === "*in") return "direction-not-rated";
  if (call.requestType === "*none") return "not-requested";
  return null;
}
