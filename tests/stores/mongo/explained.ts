// What a server's `explain` says of a plan, in each form that MongoDB answers in: of a find or an
// aggregate, by the classic engine, the one of slots or the express way, of one server or of shards.
import type { Document } from "mongodb";

/** Plans that a stage has under it, whichever member its engine keeps them in. */
const INNER = ["inputStage", "queryPlan", "outerStage", "innerStage", "thenStage", "elseStage"];

/** Every stage of a plan, the outermost first. */
function stagesUnder(plan: Document | undefined): Document[] {
  if (plan === undefined) return [];
  const inner: Document[] = [
    ...INNER.flatMap((member) => plan[member] ?? []),
    ...(plan["inputStages"] ?? []),
    ...(plan["shards"] ?? []).map(({ winningPlan }: Document) => winningPlan),
  ];
  return [plan, ...inner.flatMap(stagesUnder)];
}

/**
 * Where the planner tells its plan: on top, in the first stage of an aggregate, or in one of these for
 * each shard, by its name.
 */
function plannersOf(told: Document): Document[] {
  const shards: Document[] = Object.values(told["shards"] ?? {});
  const cursor: Document | undefined = told["stages"]?.[0]?.$cursor;
  return [told, ...(cursor === undefined ? [] : [cursor]), ...shards.flatMap(plannersOf)].filter(
    ({ queryPlanner }) => queryPlanner !== undefined,
  );
}

/** Stages of the plans that won. */
export function stagesOf(told: Document): Document[] {
  return plannersOf(told).flatMap(({ queryPlanner }) => stagesUnder(queryPlanner.winningPlan));
}

/** The express way tells the key of its index as a text. */
function keyOf({ stage, keyPattern }: Document): Document | undefined {
  if (typeof keyPattern === "string") {
    const members = [...keyPattern.matchAll(/([^\s{},:]+): (-?\d+)/g)];
    return Object.fromEntries(members.map(([, name, order]) => [name, Number(order)]));
  }
  return keyPattern ?? (/IDHACK/.test(stage) ? { _id: 1 } : undefined);
}

/** How documents are found: each stage that reads an index or a collection, with the key of its index. */
export function scansOf(told: Document): { stage: string; key: Document | undefined }[] {
  return stagesOf(told)
    .filter(({ stage }) => /SCAN|IDHACK/.test(stage))
    .map((found) => ({ stage: found["stage"], key: keyOf(found) }));
}

/** How many keys of indexes the read went through, on every shard; null: it was not said. */
export function keysExamined(told: Document): number | null {
  const keys = plannersOf(told).flatMap(({ executionStats }) => {
    const { totalKeysExamined: said } = executionStats ?? {};
    return said === undefined ? [] : [Number(said)];
  });
  return keys.length === 0 ? null : keys.reduce((sum, one) => sum + one, 0);
}

/** Whether every document that is read comes in the order asked for, and the read ends at its limit. */
export function stopsAtLimit(told: Document): boolean {
  const stages = stagesOf(told).map(({ stage }) => stage);
  const scans = scansOf(told);
  return (
    scans.length > 0 && scans.every(({ key }) => key !== undefined) && !stages.includes("SORT")
  );
}
