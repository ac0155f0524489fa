// What a manager tells of its queues and their members, as events of their own: a CDR does not say how
// long a caller waited, or who gave up.
import { createHash } from "node:crypto";
import type { Json } from "../../cdr/json.ts";
import { type AmiMessage, amiValue } from "../../formats/asterisk/ami-message.ts";
import type { QueueEvent } from "../../stores/ports/queue-events.ts";

/** Of app_queue.c: all but the status of members, which comes with every move of a phone. */
const EVENTS = new Set([
  ...["QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "QueueMemberAdded"],
  ...["QueueMemberRemoved", "QueueMemberPause", "AgentCalled", "AgentConnect", "AgentComplete"],
  ...["AgentDump", "AgentRingNoAnswer", "AgentLogin", "AgentLogoff"],
]);

/** Kept beside the members of every event: the name in the event, and ours. */
const NUMBERS = new Map([
  ["holdtime", "holdTime"],
  ["ringtime", "ringTime"],
  ["talktime", "talkTime"],
  ["position", "position"],
  ["originalposition", "originalPosition"],
  ["count", "count"],
  ["paused", "paused"],
  ["penalty", "penalty"],
]);
const TEXTS = new Map([
  ["channel", "channel"],
  ["destchannel", "memberChannel"],
  ["interface", "interface"],
  ["calleridnum", "callerNumber"],
  ["exten", "extension"],
  ["reason", "reason"],
  ["pausedreason", "pausedReason"],
]);

/**
 * Null: it is none. The time is the manager's own where it sends one (`timestampevents`), else that of the
 * hearing, so that two readers of one manager tell one event only with the first.
 */
export function queueEventOf(
  message: AmiMessage,
  { source, heardMs }: { source: string; heardMs: number },
): QueueEvent | null {
  const value = (name: string) => amiValue(message, name)?.trim() ?? "";
  const event = value("event");
  if (!EVENTS.has(event)) return null;
  const sentMs = Math.round(Number(value("timestamp")) * 1000);
  const atMs = sentMs > 0 ? sentMs : heardMs;
  const uniqueId = value("uniqueid");
  const member = value("interface") || value("agent");
  const id = createHash("sha1").update([source, uniqueId, event, atMs, member].join("|"));
  return {
    id: id.digest("hex"),
    ...{ source, atMs, event, uniqueId },
    queue: value("queue"),
    agent: value("membername") || member || null,
    linkedId: value("linkedid") || null,
    account: value("accountcode") || null,
    facts: factsOf(value),
  };
}

function factsOf(value: (name: string) => string): Record<string, Json> {
  const facts: Record<string, Json> = {};
  for (const [name, own] of NUMBERS) {
    const text = value(name);
    if (/^\d{1,15}$/.test(text)) facts[own] = Number(text);
  }
  for (const [name, own] of TEXTS) {
    const text = value(name);
    if (text !== "" && text !== "<unknown>") facts[own] = text;
  }
  return facts;
}
