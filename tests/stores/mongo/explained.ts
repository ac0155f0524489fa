// What a server's `explain` says of a plan, in each form that MongoDB answers in: of a find or an
// aggregate, by the classic engine or the one of slots, of one server or of shards.
import type { Document } from "mongodb";

/** Every stage of a plan, the outermost first. */
function stagesUnder(plan: Document | undefined): Document[] {
  if (plan === undefined) return [];
  const inner = [plan["inputStage"], plan["queryPlan"], ...(plan["inputStages"] ?? [])];
  const shards: Document[] = plan["shards"] ?? [];
  return [
    plan,
    ...inner.flatMap((one) => (one === undefined ? [] : stagesUnder(one))),
    ...shards.flatMap(({ winningPlan }) => stagesUnder(winningPlan)),
  ];
}

const ofAggregate = (told: Document): Document | undefined => told["stages"]?.[0]?.$cursor;

/** Stages of the plan that won. */
export function stagesOf(told: Document): Document[] {
  const planner = told["queryPlanner"] ?? ofAggregate(told)?.["queryPlanner"];
  return stagesUnder(planner?.winningPlan);
}

/** How many keys of indexes the read went through; null: it was not said. */
export function keysExamined(told: Document): number | null {
  const stats = told["executionStats"] ?? ofAggregate(told)?.["executionStats"];
  const keys: unknown = stats?.totalKeysExamined;
  return keys === undefined ? null : Number(keys);
}

/** Whether every document that is read comes in the order asked for, and the read ends at its limit. */
export function stopsAtLimit(told: Document): boolean {
  const stages = stagesOf(told).map(({ stage }) => stage);
  return stages.includes("IXSCAN") && !stages.includes("SORT");
}
