// Events of channels as Asterisk 22 sends them to a user with the read class `call`.
import { eventText } from "./events.ts";

export interface Leg {
  channel: string;
  uniqueId: string;
  linkedId: string;
  number?: string;
  name?: string;
  account?: string;
  exten?: string;
}

/** Who calls, and the trunk that takes it. */
export const CALLER: Leg = {
  channel: "PJSIP/201-0000000a",
  uniqueId: "1772496000.10",
  linkedId: "1772496000.10",
  number: "201",
  name: "Ann",
  account: "1001",
  exten: "34650123456",
};
export const CALLED: Leg = {
  channel: "PJSIP/trunk-0000000b",
  uniqueId: "1772496000.11",
  linkedId: "1772496000.10",
  number: "34650123456",
};

const STATES: Record<number, string> = { 0: "Down", 4: "Ring", 5: "Ringing", 6: "Up" };

function snapshot(leg: Leg, state: number, prefix = ""): Record<string, string> {
  const { channel, uniqueId, linkedId, number = "<unknown>", name = "<unknown>" } = leg;
  const { account = "", exten = "s" } = leg;
  return Object.fromEntries(
    Object.entries({
      Channel: channel,
      ChannelState: String(state),
      ChannelStateDesc: STATES[state] ?? "",
      CallerIDNum: number,
      CallerIDName: name,
      ConnectedLineNum: "<unknown>",
      ConnectedLineName: "<unknown>",
      Language: "en",
      AccountCode: account,
      Context: "from-internal",
      Exten: exten,
      Priority: "1",
      Uniqueid: uniqueId,
      Linkedid: linkedId,
    }).map(([key, value]) => [`${prefix}${key}`, value]),
  );
}

/** `Newchannel`, `Newstate`, `BridgeEnter`, `Hangup` … of one channel. */
export function channelEvent(
  Event: string,
  leg: Leg,
  state: number,
  more: Record<string, string> = {},
): string {
  return eventText({ Event, Privilege: "call,all", ...snapshot(leg, state), ...more });
}

export function dialEvent(Event: string, [from, to]: [Leg, Leg], states: [number, number]): string {
  const both = { ...snapshot(from, states[0]), ...snapshot(to, states[1], "Dest") };
  return eventText({ Event, Privilege: "call,all", ...both, DialString: "trunk/34650123456" });
}

/** The answer's rows of the action Status. */
export function statusList(
  ActionID: string,
  legs: readonly (Leg & { state: number; seconds: number })[],
): string {
  const rows = legs.map(({ state, seconds, ...leg }) =>
    channelEvent("Status", leg, state, { ActionID, Type: "PJSIP", Seconds: String(seconds) }),
  );
  const end = { Event: "StatusComplete", ActionID, EventList: "Complete" };
  return `${rows.join("")}${eventText({ ...end, ListItems: String(legs.length) })}`;
}
