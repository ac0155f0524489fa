// What Asterisk's own fields tell of a call beside its billed facts, by their names in lower case.
import type { CallDirection } from "../../cdr/cdr.ts";
import type { RecordRules } from "../format.ts";
import { matchedPart } from "../pattern.ts";

/** Channels that are trunks where the source names none: those that are called so. */
const USUAL_TRUNK = /^(?:SIP|PJSIP|IAX2|DAHDI)\/(?:trunk|provider|gateway)/i;
/** Channels of people, as queues ring them; the number of a DAHDI channel is a port. */
const MEMBER = /^(?:SIP|PJSIP|IAX2|SCCP|Agent|Local)\//i;

/**
 * By the names of descriptive fields. `channel` and `dstchannel` are held against the trunks: from one
 * is inbound, to one outbound, both external. Neither is internal only where the source names its
 * trunks, since others may have any names. The queue is what Queue() was called with, the agent whose
 * channel it rang.
 */
export function describeCall(
  values: ReadonlyMap<string, string>,
  trunks: RecordRules["trunks"],
): Record<string, string> {
  const value = (name: string) => values.get(name)?.trim() ?? "";
  const from = trunkOf(value("channel"), trunks);
  const to = trunkOf(value("dstchannel"), trunks);
  const isQueued = value("lastapp").toLowerCase() === "queue";
  const channel = value("dstchannel");
  return filled({
    ...callerId(value("clid")),
    callDirection: directionOf(from, to) ?? (trunks === undefined ? undefined : "internal"),
    trunk: to ?? from,
    // Releases before 1.6 write `|` between the arguments.
    queue: isQueued ? value("lastdata").split(/[,|]/, 1)[0]?.trim() : undefined,
    agent: isQueued && to === undefined && MEMBER.test(channel) ? channelName(channel) : undefined,
  });
}

function directionOf(from: string | undefined, to: string | undefined): CallDirection | undefined {
  if (from === undefined) return to === undefined ? undefined : "outbound";
  return to === undefined ? "inbound" : "external";
}

/** Name of the trunk that a channel is one of. */
function trunkOf(channel: string, trunks: RecordRules["trunks"]): string | undefined {
  if (trunks === undefined) return USUAL_TRUNK.test(channel) ? channelName(channel) : undefined;
  for (const pattern of trunks) {
    const name = matchedPart(pattern, channel);
    if (name !== undefined && name !== "") return name;
  }
  return undefined;
}

/** `PJSIP/trunk-east-0000001a` is trunk-east, `Local/201@from-queue-00000003;1` is 201. */
function channelName(channel: string): string {
  const name = channel.slice(channel.indexOf("/") + 1);
  const at = name.indexOf("@");
  if (at >= 0) return name.slice(0, at);
  const dash = name.lastIndexOf("-");
  return dash < 0 ? name : name.slice(0, dash);
}

const NUMBER = /^[+*#\d]+$/;

/** `"Ann" <201>`; where the switch knew one of the two, that stands alone. */
function callerId(clid: string): { callerName?: string; callerNumber?: string } {
  const begin = clid.endsWith(">") ? clid.lastIndexOf("<") : -1;
  if (begin < 0) return NUMBER.test(clid) ? { callerNumber: clid } : { callerName: unquoted(clid) };
  return {
    callerName: unquoted(clid.slice(0, begin).trim()),
    callerNumber: clid.slice(begin + 1, -1).trim(),
  };
}

function unquoted(text: string): string {
  // An empty name, of which a mapping without CSV_QUOTE left one quote.
  if (text === '"') return "";
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  return isQuoted ? text.slice(1, -1).replace(/\\(["\\])/g, "$1") : text;
}

function filled(fields: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => (entry[1] ?? "") !== ""),
  );
}
