// Strategy `priority`: the lowest priority number, then the amount.
import { breakTie, type Candidate, compareAmounts } from "../carrier-candidate.ts";

export function compareByPriority(a: Candidate, b: Candidate): number {
  return a.plan.priority - b.plan.priority || compareAmounts(a, b) || breakTie(a, b);
}
