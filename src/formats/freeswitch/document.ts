// The parts of a mod_json_cdr document that matter for billing, whatever the age of the switch.
import type { Leg } from "../../cdr/cdr.ts";
import type { Json, JsonObject } from "../../cdr/json.ts";

export interface FreeswitchDocument {
  /** All top-level members as they came. */
  members: JsonObject;
  /** Channel variables, decoded. */
  variables: JsonObject;
  /** Caller profile of the current call-flow profile, which is the first one sent. */
  callerProfile: JsonObject;
}

export function asObject(value: Json | undefined): JsonObject {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value : {};
}

/** Sets a member whatever its name: plain assignment of `__proto__` would lose the value. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } else {
    object[name] = value;
  }
}

/** The first of an array, or the value itself: older switches write single objects. */
function firstOf(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Text of a variable; numbers are written as text, empty ones and all others are absent. */
export function textOf(value: Json | undefined): string | undefined {
  const first = firstOf(value);
  if (typeof first === "number") {
    return String(first);
  }
  return typeof first === "string" && first !== "" ? first : undefined;
}

/** `callflow` is an object, an array (current profile first) or a repeated, gathered member. */
export function callerProfileOf(members: JsonObject): JsonObject {
  return asObject(firstOf(asObject(firstOf(members["callflow"]))["caller_profile"]));
}

interface LegFacts {
  leg: Leg;
  callId: string;
}

/**
 * A leg with an originator is a b-leg (the switch's own test); the a-leg's uuid joins the legs.
 * A leg that names itself as its originator is an a-leg, so that no billable row is dropped.
 */
export function legOf(document: FreeswitchDocument, ownUuid: string): LegFacts {
  const originator = asObject(document.callerProfile["originator"]);
  const profile = asObject(
    firstOf(originator["originator_caller_profiles"] ?? originator["originator_caller_profile"]),
  );
  const aLegUuid = textOf(document.variables["originating_leg_uuid"]) ?? textOf(profile["uuid"]);
  const isBLeg = aLegUuid === undefined ? Object.keys(originator).length > 0 : aLegUuid !== ownUuid;
  if (!isBLeg) {
    return { leg: "a", callId: ownUuid };
  }
  return { leg: "b", callId: aLegUuid ?? textOf(document.variables["call_uuid"]) ?? ownUuid };
}
