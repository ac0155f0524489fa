// What a selection decided by, for the basis of a rating and its explanation.
import type { JsonObject } from "../../cdr/json.ts";
import type { CallPricer } from "../call-pricer.ts";
import type { SidePrice } from "../side-price.ts";
import type { CompiledVoipPlan } from "../snapshot/native.ts";
import { retailLosers } from "./order.ts";

/** The digits that were looked up, and the retail plans that lost; carriers are in `routing`. */
export function selectionBasis(
  context: CallPricer,
  voipPlan: CompiledVoipPlan,
  sell: SidePrice | null,
): JsonObject | null {
  const { selection } = context.snapshot;
  if (selection === undefined) return null;
  const { digits, shortest } = context.request;
  const cuts: string[] = [];
  for (let length = digits.length; length >= shortest; length--) cuts.push(digits.slice(0, length));
  const chosen = sell?.priced ?? null;
  return {
    rule: selection.rule,
    lookedUp: cuts,
    ...(chosen === null
      ? {}
      : {
          retail: chosen.plan.name,
          priority: chosen.plan.priority,
          retailCandidates: retailLosers(context, voipPlan, chosen),
        }),
  };
}

/** In words, for the trace. */
export function selectionStep(basis: JsonObject): JsonObject {
  const { rule, lookedUp, retail } = basis;
  const digits = (lookedUp as string[]).join(", ");
  const sold =
    retail === undefined ? "No retail plan has one with a carrier" : `Retail plan ${retail}`;
  const text = `Selection ${rule}: ${digits} are looked up; the longest prefix goes first, then the lowest priority, then the lowest rate. ${sold}.`;
  return { step: "selection", text, ...basis };
}
