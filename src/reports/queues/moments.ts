// What happened in queues, in the order in which it did: what figures of queues and agents are made of.
import type { Json, JsonObject } from "../../cdr/json.ts";

/** One event of a switch, as app_queue of Asterisk names them. */
export interface QueueMoment {
  source: string;
  atMs: number;
  event: string;
  queue: string;
  agent: string | null;
  /** Of the caller's channel. */
  uniqueId: string;
  facts: JsonObject;
}

/** Of events of one instant the order in which a switch sends them: they are stored without it. */
const ORDER = [
  ...["AgentLogin", "QueueMemberAdded", "QueueMemberPause", "QueueCallerJoin", "AgentCalled"],
  ...["AgentRingNoAnswer", "QueueCallerAbandon", "QueueCallerLeave", "AgentConnect", "AgentDump"],
  ...["AgentComplete", "QueueMemberRemoved", "AgentLogoff"],
];
const PLACES: ReadonlyMap<string, number> = new Map(ORDER.map((event, place) => [event, place]));

/** Those that figures are made of; every other kind of event is left alone. */
export const COUNTED_EVENTS: readonly string[] = ORDER;

/** For a stretch of moments that holds every one of its last instant. */
export function inOrder(moments: readonly QueueMoment[]): QueueMoment[] {
  const place = ({ event }: QueueMoment) => PLACES.get(event) ?? ORDER.length;
  return [...moments].sort((left, right) => left.atMs - right.atMs || place(left) - place(right));
}

/** A count of seconds as milliseconds; null: the event does not say it. */
export function secondsOf(value: Json | undefined): number | null {
  return typeof value === "number" && value >= 0 ? value * 1000 : null;
}
