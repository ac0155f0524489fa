// What pricing needs of a stored call: its call time and the Call built from its primary fields.
import type { Cdr, Moment, PrimaryFields } from "./cdr.ts";
import type { Call } from "./rating.ts";
import { isTimed } from "./usage.ts";

/**
 * The instant that dates, assignments and tariff versions go by: answerTime, else setupTime, else
 * endTime − usage (time calls only), else endTime; null when the record has no time at all.
 */
export function callTimeOf(primary: PrimaryFields): Moment | null {
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
  return {
    id: cdr.id,
    tenant: primary.tenant,
    category: primary.category,
    tor: primary.tor,
    account: primary.account,
    subject: primary.subject,
    destination: primary.destination,
    ...(primary.callerNumber === undefined ? {} : { callerNumber: primary.callerNumber }),
    requestType: primary.requestType,
    direction: primary.direction,
    callTime: callTimeOf(primary),
    usage: primary.usage,
    ...(primary.supplier === undefined ? {} : { supplier: primary.supplier }),
    billedSides: cdr.billedSides ?? "both",
    ...(cdr.ruleSet === undefined ? {} : { ruleSet: cdr.ruleSet }),
  };
}
