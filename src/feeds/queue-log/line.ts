// A line of Asterisk's queue_log as events of queues, by the names that its manager has for them:
// `time|call|queue|agent|event|data1|data2 …`, as queue_log of Asterisk 1.4 to 22 is written.
import { createHash } from "node:crypto";
import type { JsonObject } from "../../cdr/json.ts";
import type { QueueEvent } from "../../stores/ports/queue-events.ts";

/** What a value of a line is, by its place behind the event; null: nothing that is kept. */
type Value = "number" | "text" | "milliseconds";
type Values = readonly (readonly [name: string, kind: Value] | null)[];

interface Meaning {
  event: string;
  values: Values;
  /** Before `values` there may be others, as many as the line has more: they go by the end. */
  isFromEnd?: boolean;
  /** Facts that the event itself says. */
  says?: JsonObject;
  /** The agent was rung: the log has no line of its own for that. */
  isRung?: boolean;
}

const HELD = ["holdTime", "number"] as const;
const TALKED = ["talkTime", "number"] as const;
const POSITION = ["position", "number"] as const;
const ORIGINAL = ["originalPosition", "number"] as const;
const LEFT: Values = [POSITION, ORIGINAL, HELD];
const COMPLETED: Values = [HELD, TALKED, ORIGINAL];
const RUNG: Values = [["ringTime", "milliseconds"]];
const REASON: Values = [["pausedReason", "text"]];

/** Lines that the reports are made of. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENTERQUEUE: {
    event: "QueueCallerJoin",
    values: [null, ["callerNumber", "text"], POSITION],
  },
  ABANDON: { event: "QueueCallerAbandon", values: LEFT },
  EXITWITHTIMEOUT: { event: "QueueCallerLeave", values: LEFT, says: { reason: "timeout" } },
  EXITEMPTY: { event: "QueueCallerLeave", values: LEFT, says: { reason: "empty" } },
  EXITWITHKEY: {
    event: "QueueCallerLeave",
    values: [["key", "text"], ...LEFT],
    says: { reason: "key" },
  },
  CONNECT: {
    event: "AgentConnect",
    values: [HELD, ["memberUniqueId", "text"], ["ringTime", "number"]],
    isRung: true,
  },
  COMPLETEAGENT: { event: "AgentComplete", values: COMPLETED, says: { reason: "agent" } },
  COMPLETECALLER: { event: "AgentComplete", values: COMPLETED, says: { reason: "caller" } },
  TRANSFER: transferred(),
  BLINDTRANSFER: transferred(),
  ATTENDEDTRANSFER: transferred(),
  AGENTDUMP: { event: "AgentDump", values: [] },
  RINGNOANSWER: { event: "AgentRingNoAnswer", values: RUNG, isRung: true },
  ADDMEMBER: { event: "QueueMemberAdded", values: [], says: { paused: 0 } },
  REMOVEMEMBER: { event: "QueueMemberRemoved", values: [] },
  PAUSE: { event: "QueueMemberPause", values: REASON, says: { paused: 1 } },
  UNPAUSE: { event: "QueueMemberPause", values: REASON, says: { paused: 0 } },
  AGENTLOGIN: { event: "AgentLogin", values: [["channel", "text"]] },
  AGENTCALLBACKLOGIN: { event: "AgentLogin", values: [["channel", "text"]] },
  AGENTLOGOFF: { event: "AgentLogoff", values: [["channel", "text"]] },
  AGENTCALLBACKLOGOFF: { event: "AgentLogoff", values: [["channel", "text"]] },
};

function transferred(): Meaning {
  return {
    event: "AgentComplete",
    values: COMPLETED,
    isFromEnd: true,
    says: { reason: "transfer" },
  };
}

/** Characters of a line; of Asterisk's own none comes near. */
const LONGEST_LINE = 4096;
/** Values of a line without a meaning of ours that are kept. */
const MOST_VALUES = 5;
const FEWEST_FIELDS = 5;
const TIME = /^\d{9,11}(?:\.\d{1,9})?$/;
const EVENT = /^[A-Za-z][\w-]{0,63}$/;
const NUMBER = /^\d{1,15}$/;

export type QueueLogLine = { ok: true; events: QueueEvent[] } | { ok: false; detail: string };

/**
 * `occurrence`: its number among the equal lines of its file, from 1. Told again it has the same ids.
 * A line that has no meaning of ours is an event by its own name, which no report counts.
 */
export function readQueueLogLine(
  text: string,
  { source, occurrence = 1 }: { source: string; occurrence?: number | undefined },
): QueueLogLine {
  const line = text.replace(/\r?\n$/, "");
  const fault = (detail: string): QueueLogLine => ({ ok: false, detail });
  if (line.length > LONGEST_LINE) return fault(`it has more than ${LONGEST_LINE} characters`);
  const [time = "", call = "", queue = "", agent = "", name = "", ...values] = line.split("|");
  const fields = line.split("|").length;
  if (fields < FEWEST_FIELDS) {
    return fault(`it has ${fields} fields with | between them, and needs ${FEWEST_FIELDS}`);
  }
  if (!TIME.test(time)) return fault(`its time is no number of seconds: ${shown(time)}`);
  if (!EVENT.test(name)) return fault(`its event is no name: ${shown(name)}`);
  const meaning = Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined;
  const facts = meaning === undefined ? othersOf(values) : factsOf(meaning, values);
  if (typeof facts === "string") return fault(facts);
  if (name === "ADDMEMBER" && values[0] === "PAUSED") facts["paused"] = 1;
  const atMs = Math.round(Number(time) * 1000);
  const told = { source, queue: named(queue), agent: named(agent) || null };
  const isAlike = occurrence === 1 ? "" : `|${occurrence}`;
  const make = (event: string, at: number, more: JsonObject): QueueEvent => ({
    id: createHash("sha1").update(`queue_log|${source}|${event}|${line}${isAlike}`).digest("hex"),
    ...{ ...told, atMs: at, event, uniqueId: named(call) },
    ...{ linkedId: null, account: null, facts: more },
  });
  const events = [make(meaning?.event ?? name, atMs, facts)];
  if (meaning?.isRung === true) events.unshift(make("AgentCalled", atMs - ringMs(facts), {}));
  return { ok: true, events };
}

/** Where there is no call, queue or agent Asterisk writes NONE. */
function named(text: string): string {
  return text === "NONE" ? "" : text;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

function ringMs({ ringTime }: JsonObject): number {
  return typeof ringTime === "number" ? Math.round(ringTime * 1000) : 0;
}

/** Or what is wrong with a value. */
function factsOf({ values, isFromEnd, says }: Meaning, given: string[]): JsonObject | string {
  const facts: JsonObject = { ...says };
  const own = isFromEnd === true ? given.slice(-values.length) : given;
  // Older logs end a transfer behind the extension, without lengths.
  if (isFromEnd === true && !own.every((value) => NUMBER.test(value))) return facts;
  for (const [index, value] of values.entries()) {
    const text = own[index]?.trim() ?? "";
    if (value === null || text === "") continue;
    const [name, kind] = value;
    if (kind === "text") facts[name] = text;
    else if (NUMBER.test(text)) facts[name] = Number(text) / (kind === "number" ? 1 : 1000);
    else return `its ${name} is no whole number: ${shown(text)}`;
  }
  return facts;
}

function othersOf(values: string[]): JsonObject {
  const kept = values.slice(0, MOST_VALUES).entries();
  return Object.fromEntries([...kept].map(([index, value]) => [`data${index + 1}`, value]));
}
