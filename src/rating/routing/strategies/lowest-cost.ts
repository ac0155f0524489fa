// Strategy `lowest-cost`: the cheapest for this very call.
import { breakTie, type Candidate, compareAmounts } from "../carrier-candidate.ts";

export function compareByLowestCost(a: Candidate, b: Candidate): number {
  return compareAmounts(a, b) || breakTie(a, b);
}
