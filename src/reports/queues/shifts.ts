// What agents did: calls that they were rung for, took and missed, and the time that they were there.
import type { Stretch } from "../concurrency.ts";
import { meanOf, shareOf } from "./figures.ts";
import { type QueueMoment, secondsOf } from "./moments.ts";
import { bucketAt, inEach } from "./stretches.ts";

export function emptyAgentSums() {
  return {
    ...{ rung: 0, answered: 0, completed: 0, missed: 0, waited: 0, waitMs: 0, longestWaitMs: 0 },
    ...{ ringings: 0, ringMs: 0, talked: 0, talkMs: 0, longestTalkMs: 0 },
    ...{ staffedMs: 0, pausedMs: 0, wrapMs: 0, busyMs: 0 },
  };
}
export type AgentSums = ReturnType<typeof emptyAgentSums>;

export function addAgentSums(into: AgentSums, more: AgentSums): void {
  for (const name of Object.keys(into) as (keyof AgentSums)[]) {
    const isGreatest = name === "longestWaitMs" || name === "longestTalkMs";
    into[name] = isGreatest ? Math.max(into[name], more[name]) : into[name] + more[name];
  }
}

/** Occupancy: in calls and wrapping up ⁄ there and not paused; null where it is not known when they came. */
export function agentFigures(sums: AgentSums) {
  const { rung, answered, completed, missed, staffedMs, pausedMs, wrapMs, busyMs } = sums;
  const handle = sums.talked === 0 ? null : sums.talkMs + wrapMs;
  return {
    ...{ rung, answered, completed, missed },
    wait: meanOf(sums.waitMs, sums.waited),
    longestWait: sums.longestWaitMs / 1000,
    ring: meanOf(sums.ringMs, sums.ringings),
    talkSeconds: sums.talkMs / 1000,
    talk: meanOf(sums.talkMs, sums.talked),
    longestTalk: sums.longestTalkMs / 1000,
    wrapSeconds: wrapMs / 1000,
    handle: handle === null ? null : meanOf(handle, sums.talked),
    staffedSeconds: staffedMs === 0 ? null : staffedMs / 1000,
    pausedSeconds: pausedMs / 1000,
    occupancy: staffedMs === 0 ? null : shareOf(busyMs, staffedMs - pausedMs),
  };
}

export interface Shift {
  take(moment: QueueMoment): void;
  /** A call of an agent that began before this instant is still under way. */
  isTalkingSince(beforeMs: number): boolean;
  /** The state goes on until then. */
  end(atMs: number): void;
}

export interface ShiftTerms {
  buckets: readonly Stretch[];
  /** Of the agent, one a bucket. */
  sums: readonly AgentSums[];
  /** From when on events are read: who leaves without having come was there since then. */
  readFromMs: number;
  /** Reasons of a pause that is wrapping up, in small letters. */
  wrapReasons: ReadonlySet<string>;
}

/** Adds time to each of the buckets that it lies in. */
type AddTime = (name: "staffedMs" | "pausedMs" | "wrapMs" | "busyMs", span: Stretch) => void;

/** Whether an agent is there, paused, wrapping up or talking, and for how long. */
function createPresence({ readFromMs, wrapReasons }: ShiftTerms, add: AddTime) {
  const queues = new Set<string>();
  /** Queue → whether the pause is wrapping up. */
  const pauses = new Map<string, boolean>();
  let hasCome = false;
  let sinceMs = readFromMs;
  return {
    goTo(toMs: number, isTalking: boolean): void {
      const span = { fromMs: sinceMs, toMs };
      sinceMs = Math.max(sinceMs, toMs);
      if (span.fromMs >= span.toMs) return;
      if (queues.size > 0) add("staffedMs", span);
      const isPaused = pauses.size > 0 && [...queues].every((queue) => pauses.has(queue));
      const isWrap = isPaused && [...pauses.values()].every((one) => one);
      if (isTalking || isWrap) add("busyMs", span);
      if (isTalking || !isPaused) return;
      add(isWrap ? "wrapMs" : "pausedMs", span);
    },
    come(queue: string): void {
      hasCome = true;
      queues.add(queue);
    },
    leave(queue: string): void {
      if (!hasCome) add("staffedMs", { fromMs: readFromMs, toMs: sinceMs });
      hasCome = true;
      queues.delete(queue);
      pauses.delete(queue);
    },
    pause({ queue, facts }: QueueMoment): void {
      const reason = facts["pausedReason"] ?? facts["reason"];
      const isWrap = typeof reason === "string" && wrapReasons.has(reason.toLowerCase());
      if (facts["paused"] === 1) pauses.set(queue, isWrap);
      else pauses.delete(queue);
    },
  };
}

/** The calls of an agent: those under way, and the counts of each. */
function createTalks({ buckets, sums }: ShiftTerms) {
  const talks = new Map<string, number>();
  /** Calls `change` with the sums of the bucket, where it is one of the report's. */
  function within(atMs: number, change: (sum: AgentSums) => void): void {
    const place = bucketAt(buckets, atMs);
    const sum = place === null ? undefined : sums[place];
    if (sum !== undefined) change(sum);
  }
  return {
    talks,
    count: ({ atMs }: QueueMoment, name: "rung" | "missed") =>
      within(atMs, (sum) => {
        sum[name] += 1;
      }),
    connect({ atMs, uniqueId, facts }: QueueMoment): void {
      talks.set(uniqueId, atMs);
      const [waitMs, ringMs] = [secondsOf(facts["holdTime"]), secondsOf(facts["ringTime"])];
      within(atMs, (sum) => {
        sum.answered += 1;
        if (waitMs !== null) {
          sum.waited += 1;
          sum.waitMs += waitMs;
          sum.longestWaitMs = Math.max(sum.longestWaitMs, waitMs);
        }
        if (ringMs !== null) {
          sum.ringings += 1;
          sum.ringMs += ringMs;
        }
      });
    },
    complete({ uniqueId, facts }: QueueMoment): void {
      const fromMs = talks.get(uniqueId);
      talks.delete(uniqueId);
      const talkMs = secondsOf(facts["talkTime"]);
      if (fromMs === undefined) return;
      within(fromMs, (sum) => {
        sum.completed += 1;
        if (talkMs === null) return;
        sum.talked += 1;
        sum.talkMs += talkMs;
        sum.longestTalkMs = Math.max(sum.longestTalkMs, talkMs);
      });
    },
  };
}

/**
 * The events of one agent, in the order of `inOrder`. A call counts in the bucket in which the agent took
 * it, with the whole of its talk; time is cut by the buckets.
 */
export function createShift(terms: ShiftTerms): Shift {
  const calls = createTalks(terms);
  const { talks } = calls;
  const presence = createPresence(terms, (name, span) =>
    inEach(terms.buckets, span, (place, ms) => {
      const sum = terms.sums[place];
      if (sum !== undefined) sum[name] += ms;
    }),
  );
  const acts: Readonly<Record<string, (moment: QueueMoment) => void>> = {
    AgentCalled: (moment) => calls.count(moment, "rung"),
    AgentRingNoAnswer: (moment) => calls.count(moment, "missed"),
    AgentConnect: calls.connect,
    AgentComplete: calls.complete,
    AgentDump: ({ uniqueId }) => void talks.delete(uniqueId),
    QueueMemberPause: presence.pause,
    QueueMemberAdded(moment) {
      presence.come(moment.queue);
      if (moment.facts["paused"] === 1) presence.pause(moment);
    },
    AgentLogin: ({ queue }) => presence.come(queue),
    QueueMemberRemoved: ({ queue }) => presence.leave(queue),
    AgentLogoff: ({ queue }) => presence.leave(queue),
  };
  return {
    take(moment) {
      presence.goTo(moment.atMs, talks.size > 0);
      acts[moment.event]?.(moment);
    },
    isTalkingSince: (beforeMs) => [...talks.values()].some((fromMs) => fromMs < beforeMs),
    end: (atMs) => presence.goTo(atMs, talks.size > 0),
  };
}
