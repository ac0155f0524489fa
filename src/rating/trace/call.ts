// The first steps of a trace: when the call was, whose it is, and the bands that its rows name.
import type { JsonObject } from "../../cdr/json.ts";
import { momentText } from "../../cdr/moment.ts";
import type { AssignmentUsed, Call } from "../../cdr/rating.ts";
import type { NativeSnapshot } from "../snapshot/native.ts";
import { offsetMsAt, type ZoneOffsets } from "../snapshot/zone-offsets.ts";

/** The moment that dates, versions and bands go by: without an answer time it is another one. */
export function timeStep({ callTime, tor }: Call): JsonObject {
  if (callTime === null) return { step: "time", text: "The call has no time.", at: null };
  const at = momentText(callTime);
  return { step: "time", text: `The call of ${tor} is priced as of ${at}.`, at };
}

export function accountStep(call: Call, assignment: AssignmentUsed | null): JsonObject {
  if (assignment === null) return { step: "account", text: "No VoIP plan is assigned." };
  const account = call.account === "" ? "The empty account" : `Account ${call.account}`;
  const text = `${account} has VoIP plan ${assignment.voipPlan} by ${assignment.origin}.`;
  return { step: "account", text, assignment: { ...assignment } };
}

/** What each band that the rows name means, and the call's time on the clock that it goes by. */
export function bandSteps(
  { bands, zones }: NativeSnapshot,
  rows: JsonObject[],
  atMs: number,
): JsonObject[] {
  const named = new Set(rows.map((row) => row["band"]));
  return bands
    .filter(({ name }) => named.has(name))
    .map(({ name, limits, zone: index }) => {
      const { zone } = zones[index] as ZoneOffsets;
      const offsetMinutes = offsetMsAt(zones[index] as ZoneOffsets, atMs) / 60_000;
      const localTime = momentText({ atMs, offsetMinutes });
      return {
        step: "band",
        text: `Band ${name}: ${limits} in ${zone}, where the call began ${localTime}.`,
        band: name,
        limits,
        zone,
        localTime,
      };
    });
}
