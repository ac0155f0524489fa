// What native pricing of a call cannot do without, tested in a fixed order.
import type { AssignmentUsed, Call } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { CallNumbers } from "./call-numbers.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "./snapshot/native.ts";

export type Prerequisites =
  | { ok: true; voipPlan: CompiledVoipPlan; assignment: AssignmentUsed }
  | { ok: false; reason: Reason };

/** What pricing cannot do without: a usage that can be true, a time, an account's VoIP plan, a number. */
export function prerequisitesOf(
  call: Call,
  snapshot: NativeSnapshot,
  found: { assignment: AssignmentUsed | null; numbers: CallNumbers },
): Prerequisites {
  if (call.usageFault !== undefined) return { ok: false, reason: call.usageFault };
  if (call.callTime === null) return { ok: false, reason: "no-call-time" };
  if (found.assignment === null) return { ok: false, reason: "account-unknown" };
  const voipPlan = snapshot.voipPlans.get(found.assignment.voipPlan);
  if (voipPlan === undefined) return { ok: false, reason: "voip-plan-unknown" };
  if (!found.numbers.known) return { ok: false, reason: "rule-set-unknown" };
  if (!found.numbers.matching.matchable) {
    return { ok: false, reason: "number-not-matchable" };
  }
  return { ok: true, voipPlan, assignment: found.assignment };
}
