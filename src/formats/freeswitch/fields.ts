// Which members of a mod_json_cdr document give which primary field, best first.
import type { Json } from "../../cdr/json.ts";
import {
  DESCRIPTIVE_FIELD_NAMES,
  type DescriptiveFieldName,
  type FieldMap,
  PRIMARY_FIELD_NAMES,
  type PrimaryFieldName,
} from "../../cdr/primary-fields.ts";
import { extracted } from "../extract.ts";
import type { StatedLength } from "../format.ts";
import { type FreeswitchDocument, textOf } from "./document.ts";

/**
 * A name is a channel variable, else `caller_profile.NAME` of the current profile, else a
 * top-level member. `uepochs` is end_uepoch − answer_uepoch. The switch's `direction` is that of
 * the leg and its `duration` includes the ringing: neither is the direction or the usage here.
 */
const FREESWITCH_FIELDS: FieldMap = {
  originId: ["uuid", "caller_profile.uuid"],
  originHost: ["cgr_originhost", "FreeSWITCH-IPv4", "sip_local_network_addr", "switchname"],
  requestType: ["cgr_reqtype", "cgr_RequestType"],
  tenant: ["cgr_tenant"],
  category: ["cgr_category"],
  tor: ["cgr_tor"],
  account: ["cgr_account", "user_name", "accountcode", "caller_profile.username"],
  subject: ["cgr_subject"],
  destination: [
    "cgr_destination",
    "dialed_extension",
    "sip_req_user",
    "caller_profile.destination_number",
  ],
  setupTime: ["start_uepoch", "start_epoch", "start_stamp"],
  answerTime: ["answer_uepoch", "answer_epoch", "answer_stamp"],
  endTime: ["end_uepoch", "end_epoch", "end_stamp"],
  usage: ["billusec", "billmsec", "uepochs", "billsec"],
  pdd: ["progress_mediamsec", "progressmsec"],
  supplier: ["cgr_supplier"],
  disconnectCause: ["cgr_disconnectcause", "hangup_cause"],
  // The number shown to the carrier, before the one the caller registered with.
  callerNumber: ["effective_caller_id_number", "caller_profile.caller_id_number"],
  callerName: ["effective_caller_id_name", "caller_profile.caller_id_name"],
  queue: ["cc_queue"],
  agent: ["cc_agent"],
  trunk: ["sip_gateway_name"],
  duration: ["uduration", "mduration", "duration"],
};

const DIGITS = /^\d+$/;
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
const UNANSWERED_IS_ZERO: readonly FieldName[] = ["setupTime", "answerTime", "endTime"];

type FieldName = PrimaryFieldName | DescriptiveFieldName;

export function freeswitchFields(
  document: FreeswitchDocument,
  fieldMap?: FieldMap,
): Record<string, Json> {
  return fieldsOf(PRIMARY_FIELD_NAMES, document, fieldMap);
}

/** The switch's `direction` is that of the leg, so only a rule of the source makes one of the call. */
export function freeswitchDescription(
  document: FreeswitchDocument,
  fieldMap?: FieldMap,
): Record<string, Json> {
  return fieldsOf(DESCRIPTIVE_FIELD_NAMES, document, fieldMap);
}

function fieldsOf(
  names: readonly FieldName[],
  document: FreeswitchDocument,
  fieldMap: FieldMap = {},
): Record<string, Json> {
  const fields: Record<string, Json> = {};
  for (const field of names) {
    for (const name of fieldMap[field] ?? FREESWITCH_FIELDS[field] ?? []) {
      const value =
        typeof name === "string"
          ? fieldValue(document, field, name)
          : extracted(name.extract, lookUp(document, name.from));
      if (value !== undefined) {
        fields[field] = value;
        break;
      }
    }
  }
  return fields;
}

function fieldValue(
  document: FreeswitchDocument,
  field: FieldName,
  name: string,
): string | undefined {
  if (field === "usage" && name === "uepochs") {
    return lengthOfEpochs(document);
  }
  const value = lookUp(document, name);
  if (field === "usage" || field === "duration") {
    return value === undefined ? undefined : withUnit(name, value);
  }
  if (field === "pdd") {
    // 0 means that no such event came; what is no number stays an extra field only.
    return value !== undefined && DIGITS.test(value) && !isZero(value)
      ? withUnit(name, value)
      : undefined;
  }
  return value !== undefined && UNANSWERED_IS_ZERO.includes(field) && isZero(value)
    ? undefined
    : value;
}

function lookUp(document: FreeswitchDocument, name: string): string | undefined {
  const own = textOf(document.variables[name]);
  if (own !== undefined) {
    return own;
  }
  return name.startsWith("caller_profile.")
    ? textOf(document.callerProfile[name.slice("caller_profile.".length)])
    : textOf(document.members[name]);
}

/** Go duration text; the unit is in the name of the variable, seconds without one. */
function withUnit(name: string, value: string): string {
  if (!PLAIN_NUMBER.test(value)) {
    return value;
  }
  if (name.endsWith("usec") || name === "uduration") {
    return `${value}us`;
  }
  return name.endsWith("msec") || name === "mduration" ? `${value}ms` : `${value}s`;
}

function lengthOfEpochs(document: FreeswitchDocument): string | undefined {
  const answer = lookUp(document, "answer_uepoch");
  const end = lookUp(document, "end_uepoch");
  if (answer === undefined || end === undefined || !DIGITS.test(answer) || !DIGITS.test(end)) {
    return undefined;
  }
  return isZero(answer) ? "0us" : `${BigInt(end) - BigInt(answer)}us`;
}

const LENGTHS = [
  { name: "billusec", resolutionMs: 1 },
  { name: "billmsec", resolutionMs: 1 },
  { name: "billsec", resolutionMs: 1000 },
] as const;
const INSTANTS = [
  { name: "uepoch", unit: "us", resolutionMs: 1 },
  { name: "epoch", unit: "s", resolutionMs: 1000 },
] as const;

/** Every way in which the switch says how long the call was, whichever of them is its usage. */
export function statedLengths(document: FreeswitchDocument): StatedLength[] {
  const lengths = LENGTHS.flatMap(({ name, resolutionMs }) => {
    const value = lookUp(document, name);
    if (value === undefined || !PLAIN_NUMBER.test(value)) return [];
    return [{ name, text: withUnit(name, value), resolutionMs, isElapsed: false }];
  });
  const elapsed = INSTANTS.flatMap(({ name, unit, resolutionMs }) => {
    const [answer = "", end = ""] = [`answer_${name}`, `end_${name}`].map((one) =>
      lookUp(document, one),
    );
    // 0 means that the switch met no such event; what ends before its answer is a fault of times.
    if (![answer, end].every((one) => DIGITS.test(one) && !isZero(one))) return [];
    const passed = BigInt(end) - BigInt(answer);
    if (passed < 0n) return [];
    const text = `${passed}${unit}`;
    return [{ name: `end_${name} − answer_${name}`, text, resolutionMs, isElapsed: true }];
  });
  return [...lengths, ...elapsed];
}

function isZero(value: string): boolean {
  return /^0+$/.test(value);
}
