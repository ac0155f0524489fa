// Does an outcome fit the amounts beside it? From the rating alone, without pricing it again.
import type { BilledSides, Rating } from "../../cdr/rating.ts";

type SideName = "sell" | "buy";
const SIDES: SideName[] = ["sell", "buy"];

/** What is wrong, in words: `rated` is all sides that were asked for, `partial` some of them. */
export function outcomeFaults(rating: Rating, billedSides: BilledSides = "both"): string[] {
  const { outcome } = rating;
  const asked = SIDES.filter((name) => isAsked(name, rating, billedSides));
  const priced = SIDES.filter((name) => (rating[name]?.amount ?? null) !== null);
  const said = SIDES.map((name) => `${name} ${rating[name]?.amount ?? "none"}`).join(", ");
  const faults = priced
    .filter((name) => outcome !== "voided" && !isBilled(name, billedSides))
    .map((name) => `${name} has an amount, but its leg bills ${billedSides}`);
  const expected = expectedOutcome(rating, { asked: asked.length, priced: priced.length });
  if (outcome !== expected) faults.push(`outcome ${outcome}, but ${said}`);
  return faults;
}

function expectedOutcome(
  { outcome, reason, semantics }: Rating,
  { asked, priced }: { asked: number; priced: number },
): Rating["outcome"] | "one without amounts" {
  if (outcome === "voided") return priced === 0 ? "voided" : "one without amounts";
  // CGRateS answers a call without usage whether or not it finds a price for it.
  if (reason === "unanswered" && semantics !== "native") return "rated";
  if (priced === 0) return "unrated";
  return priced === asked ? "rated" : "partial";
}

/**
 * A side that is there was asked for, and one whose reckoning is in the basis. A native tariff may
 * ask for one side only, but an unanswered call has each side that its leg bills; a CGRateS
 * tariff always asks for the sell side.
 */
function isAsked(name: SideName, rating: Rating, billedSides: BilledSides): boolean {
  if (rating[name] !== null) return true;
  if (!isBilled(name, billedSides)) return false;
  if (rating.semantics !== "native") return name === "sell";
  return rating.reason === "unanswered" || rating.basis[name] !== undefined;
}

function isBilled(name: SideName, billedSides: BilledSides): boolean {
  return billedSides === "both" || billedSides === name;
}
