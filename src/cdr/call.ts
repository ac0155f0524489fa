// What pricing needs of a stored call: its call time and the Call built from its primary fields.
import type { Cdr, PrimaryFields } from "./cdr.ts";
import type { Moment } from "./moment.ts";
import type { Call } from "./rating.ts";
import { isTimed } from "./usage.ts";

/**
 * The instant that dates, assignments and tariff versions go by: answerTime, else setupTime, else
 * endTime − usage (time calls only), else endTime; null when the record has no time at all.
 */
export function callTimeOf(
  primary: Pick<PrimaryFields, "answerTime" | "setupTime" | "endTime" | "usage" | "tor">,
): Moment | null {
  const begun = primary.answerTime ?? primary.setupTime;
  if (begun !== undefined) {
    return begun;
  }
  const end = primary.endTime;
  if (end === undefined) {
    return null;
  }
  const lengthMs = isTimed(primary.tor) ? primary.usage : 0;
  return { atMs: end.atMs - lengthMs, offsetMinutes: end.offsetMinutes };
}

/** The Call of a record; the assignment is looked up by the caller, at the call time. */
export function toCall(cdr: Cdr): Call {
  const { primary } = cdr;
  const call: Call = {
    id: cdr.id,
    tenant: primary.tenant,
    category: primary.category,
    tor: primary.tor,
    account: primary.account,
    subject: primary.subject,
    destination: primary.destination,
    requestType: primary.requestType,
    direction: primary.direction,
    callTime: callTimeOf(primary),
    usage: primary.usage,
    billedSides: cdr.billedSides ?? "both",
  };
  if (primary.callerNumber !== undefined) call.callerNumber = primary.callerNumber;
  if (primary.supplier !== undefined) call.supplier = primary.supplier;
  if (cdr.ruleSet !== undefined) call.ruleSet = cdr.ruleSet;
  return call;
}
