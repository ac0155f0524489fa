// Orders the carriers that can take a call as the VoIP plan's strategy says.
import type { Reason } from "../../cdr/reasons.ts";
import type { Selection, Strategy } from "../../tariffs/tariff.ts";
import { selectionLoss } from "../selection/order.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "../snapshot/native.ts";
import { type Candidate, compareAmounts } from "./carrier-candidate.ts";
import { compareByCdrStats } from "./strategies/cdr-stats.ts";
import { compareByLowestCost } from "./strategies/lowest-cost.ts";
import { compareByPriority } from "./strategies/priority.ts";
import { compareByQuality, compareFigures, type QualityFigures } from "./strategies/quality.ts";
import { compareByDraw, drawByWeight } from "./strategies/weight.ts";

export interface RoutingContext {
  strategy: Strategy | Selection["rule"];
  callId: string;
  quality?: QualityFigures | undefined;
}

/** The tariff's selection, where it has one, in place of the VoIP plan's strategy. */
export function strategyOf(
  { selection }: NativeSnapshot,
  { routing }: CompiledVoipPlan,
): RoutingContext["strategy"] {
  return selection?.rule ?? routing;
}

type Compare = (a: Candidate, b: Candidate) => number;

/** The order of a strategy among these candidates: below 0 when the first goes before. */
function strategyOrder(candidates: Candidate[], context: RoutingContext): Compare {
  switch (context.strategy) {
    case "cdr-stats":
      return compareByCdrStats;
    case "lowest-cost":
      return compareByLowestCost;
    case "priority":
      return compareByPriority;
    case "quality":
      return compareByQuality(context.quality);
    case "weight":
      drawByWeight(candidates, context.callId);
      return compareByDraw;
  }
}

/** Those that can take the call, the strategy's choice first. */
export function rankCarriers(candidates: Candidate[], context: RoutingContext): Candidate[] {
  const able = candidates.filter((candidate) => candidate.reason === null);
  return able.length < 2 ? able : able.sort(strategyOrder(candidates, context));
}

/** The strategy's choice alone, without a list; null: none can take the call. */
export function chooseCarrier(candidates: Candidate[], context: RoutingContext): Candidate | null {
  const compare = strategyOrder(candidates, context);
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (candidate.reason !== null) continue;
    if (best === null || compare(candidate, best) < 0) best = candidate;
  }
  return best;
}

/** Why a candidate that could take the call lost to the one that was chosen. */
export function lossReason(
  loser: Candidate,
  winner: Candidate,
  { strategy, quality }: RoutingContext,
): Reason {
  const hasOtherPriority = loser.plan.priority !== winner.plan.priority;
  if (strategy === "cdr-stats") return selectionLoss(loser, winner);
  if (strategy === "weight") return "not-drawn";
  if (strategy === "priority" && hasOtherPriority) return "lower-priority";
  if (strategy === "quality" && compareFigures(quality, loser, winner) !== 0) {
    return "lower-quality";
  }
  if (compareAmounts(loser, winner) !== 0) return "dearer";
  return hasOtherPriority ? "lower-priority" : "later-in-plan";
}
