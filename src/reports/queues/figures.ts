// Figures of a queue: counts, waits, talks, and the service level by each of its formulas.
import type { Visit } from "./visits.ts";

/** What the figures of queues and agents are made of. */
export const QUEUE_BASES = ["events", "cdrs"] as const;
export type QueueBasis = (typeof QUEUE_BASES)[number];

/**
 * Each is a share of visits within the threshold. `offered`: answered ⁄ offered. `answered`: answered ⁄
 * answered. `completed`: those whose talk is over ⁄ the same, which Asterisk calls ServicelevelPerf.
 * `completed-and-abandoned`: completed and abandoned ⁄ completed and abandoned, its ServicelevelPerf2.
 * `without-short-abandons`: answered ⁄ offered but for who gave up within it.
 */
export const SERVICE_LEVELS = [
  "offered",
  "answered",
  "completed",
  "completed-and-abandoned",
  "without-short-abandons",
] as const;

export interface ServiceLevel {
  formula: (typeof SERVICE_LEVELS)[number];
  thresholdMs: number;
}

export function emptyQueueSums() {
  return {
    ...{ offered: 0, answered: 0, completed: 0, abandoned: 0, left: 0, open: 0 },
    ...{ waited: 0, waitMs: 0, gaveUp: 0, gaveUpMs: 0, longestWaitMs: 0 },
    ...{ talked: 0, talkMs: 0, longestTalkMs: 0 },
    ...{ answeredWithin: 0, completedWithin: 0, abandonedWithin: 0 },
  };
}
export type QueueSums = ReturnType<typeof emptyQueueSums>;

export function addVisit(sums: QueueSums, visit: Visit, { thresholdMs }: ServiceLevel): void {
  const { end, waitMs, talkMs, isComplete } = visit;
  const isWithin = waitMs !== null && waitMs <= thresholdMs ? 1 : 0;
  sums.offered += 1;
  sums[end] += 1;
  if (waitMs !== null) sums.longestWaitMs = Math.max(sums.longestWaitMs, waitMs);
  if (end === "abandoned") {
    sums.abandonedWithin += isWithin;
    if (waitMs !== null) {
      sums.gaveUp += 1;
      sums.gaveUpMs += waitMs;
    }
  }
  if (end !== "answered") return;
  sums.answeredWithin += isWithin;
  if (waitMs !== null) {
    sums.waited += 1;
    sums.waitMs += waitMs;
  }
  if (!isComplete) return;
  sums.completed += 1;
  sums.completedWithin += isWithin;
  if (talkMs === null) return;
  sums.talked += 1;
  sums.talkMs += talkMs;
  sums.longestTalkMs = Math.max(sums.longestTalkMs, talkMs);
}

/** Sums of two stretches or rows as one. */
export function addQueueSums(into: QueueSums, more: QueueSums): void {
  for (const name of Object.keys(into) as (keyof QueueSums)[]) {
    const isGreatest = name === "longestWaitMs" || name === "longestTalkMs";
    into[name] = isGreatest ? Math.max(into[name], more[name]) : into[name] + more[name];
  }
}

/** Six decimals, half up; null without a base. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part * 1e6) / whole) / 1e6;
}

/** Seconds with milliseconds, half up; null without a base. */
export function meanOf(sumMs: number, count: number): number | null {
  return count === 0 ? null : Math.round(sumMs / count) / 1000;
}

function serviceLevelOf(sums: QueueSums, { formula }: ServiceLevel): number | null {
  const { offered, answered, completed, abandoned } = sums;
  const { answeredWithin, completedWithin, abandonedWithin } = sums;
  switch (formula) {
    case "offered":
      return shareOf(answeredWithin, offered);
    case "answered":
      return shareOf(answeredWithin, answered);
    case "completed":
      return shareOf(completedWithin, completed);
    case "completed-and-abandoned":
      return shareOf(completedWithin + abandonedWithin, completed + abandoned);
    case "without-short-abandons":
      return shareOf(answeredWithin, offered - abandonedWithin);
  }
}

export function queueFigures(sums: QueueSums, level: ServiceLevel) {
  const { offered, answered, completed, abandoned, left, open } = sums;
  return {
    ...{ offered, answered, completed, abandoned, left, open },
    wait: meanOf(sums.waitMs, sums.waited),
    longestWait: sums.longestWaitMs / 1000,
    abandonWait: meanOf(sums.gaveUpMs, sums.gaveUp),
    talkSeconds: sums.talkMs / 1000,
    talk: meanOf(sums.talkMs, sums.talked),
    longestTalk: sums.longestTalkMs / 1000,
    answeredWithin: sums.answeredWithin,
    abandonedWithin: sums.abandonedWithin,
    serviceLevel: serviceLevelOf(sums, level),
    abandonmentRate: shareOf(abandoned, offered),
  };
}
