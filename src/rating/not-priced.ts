// Calls that are not priced, or not as usual, in the fixed order of the tests.
import type { AssignmentUsed, Call } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { CallNumbers } from "./call-numbers.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "./native-snapshot.ts";

/** Tested first, before account, ban and prefix; null: the call is to be priced. */
export function refusalOf(call: Call): Reason | null {
  if (call.billedSides === "none") return "leg-not-billed";
  if (call.direction === "*in") return "direction-not-rated";
  if (call.requestType === "*none") return "not-requested";
  return null;
}

export type Prerequisites =
  | { ok: true; voipPlan: CompiledVoipPlan; assignment: AssignmentUsed }
  | { ok: false; reason: Reason };

/** What pricing cannot do without: a time, an account's VoIP plan, a number. */
export function prerequisitesOf(
  call: Call,
  snapshot: NativeSnapshot,
  found: { assignment: AssignmentUsed | null; numbers: CallNumbers },
): Prerequisites {
  if (call.callTime === null) return { ok: false, reason: "no-call-time" };
  if (found.assignment === null) return { ok: false, reason: "account-unknown" };
  const voipPlan = snapshot.voipPlans.get(found.assignment.voipPlan);
  if (voipPlan === undefined) return { ok: false, reason: "voip-plan-unknown" };
  if (!found.numbers.known) return { ok: false, reason: "rule-set-unknown" };
  // Data sessions and the like may have no number at all: they can match a default row alone.
  if (found.numbers.destination.normalized === "" && call.tor === "*voice") {
    return { ok: false, reason: "number-not-matchable" };
  }
  return { ok: true, voipPlan, assignment: found.assignment };
}
