// The trace of a priced call: each step in order, in words for a person and facts for a program.
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { AssignmentUsed, Call, Priced, Side } from "../../cdr/rating.ts";
import { fractionText } from "../../money/fraction.ts";
import { decimalPlaces, toScaled } from "../../money/scaled-decimal.ts";
import type { NormalizedNumberAnswer } from "../../numbering/normalize.ts";
import type { CallNumbers } from "../call-numbers.ts";
import type { CallPricer } from "../call-pricer.ts";
import { selectionStep } from "../selection/basis.ts";
import type { CompiledPlan, CompiledVoipPlan } from "../snapshot/native.ts";
import { accountStep, bandSteps, timeStep } from "./call.ts";
import { triedPrefixes } from "./matched-prefixes.ts";

interface Traced {
  context: CallPricer;
  call: Call;
  assignment: AssignmentUsed | null;
  numbers: CallNumbers;
  /** Null where the call was not priced. */
  voipPlan: CompiledVoipPlan | null;
  priced: Priced;
}

/** `{ steps: [{ step, text, … }], basis }`; the amounts can be recomputed from `basis` alone. */
export function traceOf(traced: Traced): JsonObject {
  const { call, numbers, assignment, priced, voipPlan } = traced;
  const steps: JsonObject[] = [
    timeStep(call),
    accountStep(call, assignment),
    numberStep("destination", numbers, numbers.destination),
  ];
  if (numbers.caller !== null) {
    steps.push(numberStep("caller", numbers, numbers.caller));
  }
  if (voipPlan !== null) steps.push(...planSteps(traced, voipPlan));
  const selection = priced.basis["selection"] as JsonObject | undefined;
  if (selection !== undefined) steps.push(selectionStep(selection));
  const unit = traced.context.request.isTime ? "s" : "units";
  steps.push(...sideSteps("sell", priced.sell, { basis: priced.basis["sell"], unit }));
  if (priced.basis["routing"] !== undefined && voipPlan !== null) {
    steps.push(routingStep(traced, voipPlan));
  }
  steps.push(...sideSteps("buy", priced.buy, { basis: priced.basis["buy"], unit }));
  if (priced.margin !== null) steps.push(marginStep(priced));
  steps.push(outcomeStep(priced));
  return { steps, basis: priced.basis };
}

function numberStep(
  role: "destination" | "caller",
  { ruleSet, formerDigits, callers }: CallNumbers,
  answer: NormalizedNumberAnswer,
): JsonObject {
  const read = answer.normalized === "" ? "nothing to match" : answer.normalized;
  const former = role === "destination" ? formerDigits : callers.former;
  const then = former === "" ? "" : `; rows for ${former}, as it was dialled then, go first`;
  return {
    step: role,
    text: `Rule set ${ruleSet} reads "${answer.raw}" as ${read} (${answer.kind})${then}.`,
    ruleSet,
    normalized: answer.normalized,
    kind: answer.kind,
    match: answer.match,
    steps: answer.steps.map((step) => ({ ...step })),
  };
}

function planSteps({ context, priced }: Traced, voipPlan: CompiledVoipPlan): JsonObject[] {
  const ban = priced.basis["ban"] as JsonObject | undefined;
  const { retailPlans, carrierPlans } = context.snapshot;
  const decks = [
    ...voipPlan.retail.map((index) => ["retail", retailPlans[index] as CompiledPlan] as const),
    ...voipPlan.carriers.map((index) => ["carrier", carrierPlans[index] as CompiledPlan] as const),
  ];
  const matches = decks.map(([kind, plan]) => matchStep(context, kind, plan));
  const rows = matches.flatMap(({ tried }) =>
    ((tried ?? []) as JsonObject[]).flatMap(({ figures }) => (figures ?? []) as JsonObject[]),
  );
  return [
    {
      step: "ban",
      text:
        ban === undefined
          ? "No ban plan covers the number."
          : `Ban plan ${ban["plan"]} covers the number by ${ban["prefix"]}.`,
    },
    ...matches,
    ...bandSteps(context.snapshot, rows, context.request.atMs),
  ];
}

function matchStep(context: CallPricer, kind: string, plan: CompiledPlan): JsonObject {
  const { tried, matched } = triedPrefixes(context, plan);
  const found = matched === null ? "no prefix matches" : `prefix ${matched} matches`;
  return {
    step: "match",
    text: `${kind === "retail" ? "Retail" : "Carrier"} plan ${plan.name}: ${found}.`,
    kind,
    plan: plan.name,
    prefix: matched,
    tried,
  };
}

function sideSteps(
  name: string,
  side: Side | null,
  { basis, unit }: { basis: Json | undefined; unit: "s" | "units" },
): JsonObject[] {
  if (side === null) return [{ step: name, text: `The ${name} side is not asked for.` }];
  if (side.amount === null) {
    return [
      { step: name, text: `No ${name} amount: ${side.reason}.`, reason: side.reason ?? null },
    ];
  }
  const facts = basis as JsonObject | undefined;
  if (facts?.["spans"] === undefined) {
    return [{ step: name, text: `The ${name} amount is ${side.amount} ${side.currency}.` }];
  }
  const spans = facts["spans"] as JsonObject[];
  const rounding = facts["rounding"] as JsonObject;
  return [
    {
      step: `${name}-time`,
      text: `Usage ${facts["usage"]} ${unit} after rounding (${rounding["usage"]}) is billed as ${facts["billed"]} ${unit}.`,
      rows: facts["rows"] ?? [],
      spans: spans.map((span) => ({ ...span, amount: spanAmount(span) })),
    },
    {
      step: `${name}-amount`,
      text: `${sumText(facts, spans)}${amountText(facts)}.`,
      exact: facts["exact"] ?? null,
    },
    {
      step: `${name}-rounding`,
      text: `Rounded ${rounding["mode"]} to ${rounding["decimals"]} decimals: ${side.amount} ${side.currency}.`,
      amount: side.amount,
    },
  ];
}

/** Rate × seconds ⁄ unit of one span, exact. */
function spanAmount({ rate, seconds, unitSeconds }: JsonObject): string {
  const text = String(rate);
  const scale = decimalPlaces(text);
  return fractionText({
    numerator: toScaled(text, scale) * BigInt(Number(seconds)),
    denominator: 10n ** BigInt(scale) * BigInt(Number(unitSeconds)),
  });
}

/** `0.1 + 0.03 × 60 ⁄ 60 + …` */
function sumText(facts: JsonObject, spans: JsonObject[]): string {
  const parts = spans.map(
    (span) => `${span["rate"]} × ${span["seconds"]} ⁄ ${span["unitSeconds"]}`,
  );
  return [facts["connectFee"], ...parts].join(" + ");
}

/** The sum, or that it is more than the row's maximum, or less than its minimum. */
function amountText({ capped, raised, exact }: JsonObject): string {
  if (raised === true) return ` is less than the minimum: raised to ${exact}`;
  return capped === true ? ` is more than the maximum, which is ${exact}` : ` = ${exact}`;
}

/** With the priorities of all plans, which decide where amounts or figures are equal. */
function routingStep({ context, priced }: Traced, voipPlan: CompiledVoipPlan): JsonObject {
  const { basis, buy } = priced;
  const plans = voipPlan.carriers.map((index) => context.snapshot.carrierPlans[index]);
  const priorities = plans.flatMap((plan) =>
    plan === undefined ? [] : [{ plan: plan.name, priority: plan.priority }],
  );
  const routing = basis["routing"] as JsonObject;
  const by =
    buy?.basis === "named" ? "The CDR names its carrier" : `Strategy ${routing["strategy"]}`;
  const chosen = buy?.plan === null || buy === null ? "none" : `${buy.carrier} (${buy.plan})`;
  const text = `${by}; the buy side is ${chosen}.`;
  return { step: "routing", text, chosen: buy?.plan ?? null, priorities, ...routing };
}

function marginStep({ margin, basis }: Priced): JsonObject {
  const text =
    margin?.amount === null || margin === null
      ? `No margin: ${margin?.reason}.`
      : `Margin ${margin.amount} ${margin.currency}.`;
  return { step: "margin", text, exchange: basis["exchange"] ?? null };
}

function outcomeStep({ outcome, reason }: Priced): JsonObject {
  return {
    step: "outcome",
    text: `The call is ${outcome}${reason === undefined ? "" : `: ${reason}`}.`,
    outcome,
    reason: reason ?? null,
  };
}
