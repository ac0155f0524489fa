// `selection: cdr-stats`: the longest prefix of all carriers, then the lowest priority, then the rate.
import { compareSelected } from "../../selection/order.ts";
import type { Candidate } from "../carrier-candidate.ts";

export function compareByCdrStats(a: Candidate, b: Candidate): number {
  return compareSelected(a, b) || a.order - b.order;
}
