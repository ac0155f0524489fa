// A call described by parameters (rating.price, cdrate price) instead of by a stored CDR.
import {
  DEFAULT_CATEGORY,
  DEFAULT_DIRECTION,
  DEFAULT_REQUEST_TYPE,
  DEFAULT_TENANT,
} from "../../cdr/defaults.ts";
import type { Moment } from "../../cdr/moment.ts";
import type { Call } from "../../cdr/rating.ts";
import { isTimed, typeOfRecord } from "../../cdr/usage.ts";
import { engineError } from "../../errors.ts";
import { LONGEST_MS, readDuration } from "../../mediation/duration-text.ts";
import { USAGE_RULES, usageFault } from "../../mediation/plausible-usage.ts";
import { parseTime } from "../../mediation/time-text.ts";

const MOST_UNITS = Number.MAX_SAFE_INTEGER;

export interface CallParameters {
  id?: string | undefined;
  tenant?: string | undefined;
  category?: string | undefined;
  tor?: string | undefined;
  account?: string | undefined;
  subject?: string | undefined;
  destination?: string | undefined;
  callerNumber?: string | undefined;
  /** Any form that feeds accept, in UTC where it names no zone; absent: `nowMs`. */
  answerTime?: string | undefined;
  /** What the usage is held against; it needs the answer time. */
  endTime?: string | undefined;
  /** Seconds (voice) or units as a number, or a duration text for voice. */
  usage: number | string;
  carrier?: string | undefined;
  ruleSet?: string | undefined;
}

/** @throws EngineError `invalid-params` that names the member */
export function callOf(parameters: CallParameters, nowMs: number): Call {
  const { account = "", subject = account } = parameters;
  const tor = typeOfRecord(parameters.tor);
  const { callerNumber, carrier, ruleSet } = parameters;
  const times = knownTimes(parameters);
  const callTime = times.answerTime ?? { atMs: nowMs, offsetMinutes: 0 };
  const usage = usageOf(parameters.usage, tor);
  const fault = usageFault({ tor, usage, ...times }, USAGE_RULES);
  const call: Call = {
    id: parameters.id ?? "",
    tenant: parameters.tenant ?? DEFAULT_TENANT,
    category: parameters.category ?? DEFAULT_CATEGORY,
    tor,
    account,
    subject,
    destination: parameters.destination ?? "",
    requestType: DEFAULT_REQUEST_TYPE,
    direction: DEFAULT_DIRECTION,
    callTime,
    usage,
    billedSides: "both",
  };
  if (callerNumber !== undefined) call.callerNumber = callerNumber;
  if (carrier !== undefined) call.supplier = carrier;
  if (fault !== null) call.usageFault = fault.reason;
  if (ruleSet !== undefined) call.ruleSet = ruleSet;
  return call;
}

/** The times that parameters name; never the clock. @throws EngineError `invalid-params` */
function knownTimes({ answerTime, endTime }: Pick<CallParameters, "answerTime" | "endTime">): {
  answerTime?: Moment;
  endTime?: Moment;
} {
  const answer = answerTime === undefined ? null : namedMoment(answerTime, "answerTime");
  const end = endTime === undefined ? null : namedMoment(endTime, "endTime");
  if (end === null) return answer === null ? {} : { answerTime: answer };
  if (answer === null) {
    throw engineError("invalid-params", "endTime: it goes with answerTime.", { path: "endTime" });
  }
  if (end.atMs >= answer.atMs) return { answerTime: answer, endTime: end };
  throw engineError("invalid-params", "endTime: it is before answerTime.", { path: "endTime" });
}

/** Null for a text that means no time, such as 0. */
function namedMoment(text: string, path: string): Moment | null {
  const read = parseTime(text, "UTC");
  if (read.kind === "moment") return read.moment;
  if (read.kind === "absent") return null;
  throw engineError("invalid-params", `${path}: ${read.detail}`, { path });
}

/** Integer milliseconds for voice, integer units otherwise. */
function usageOf(usage: number | string, tor: string): number {
  const fault = (text: string) =>
    engineError("invalid-params", `usage: ${text}`, { path: "usage" });
  if (!isTimed(tor)) {
    const units = typeof usage === "number" || /^\d+$/.test(usage.trim()) ? Number(usage) : -1;
    // The number itself is not said: one that large may have lost digits when it was read.
    if (units > MOST_UNITS) throw fault(`over ${MOST_UNITS} units are not counted exactly`);
    if (Number.isInteger(units) && units >= 0) return units;
    throw fault(`"${usage}" is not a whole number of units ≥ 0`);
  }
  const read = readDuration(usage);
  if (read.ok) return read.ms;
  if (read.why === "too-long") throw fault(`it is longer than ${LONGEST_MS} ms`);
  throw fault(read.why === "negative" ? `"${usage}" is negative` : `"${usage}" is not a duration`);
}
