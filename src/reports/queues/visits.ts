// Visits of callers to queues: from the joining to an agent, or to the end without one.
import { type QueueMoment, secondsOf } from "./moments.ts";

export interface Visit {
  source: string;
  queue: string;
  /** When the caller joined. */
  fromMs: number;
  /** `left`: the queue sent the caller on, by its timeout or a key; `open`: no end is known. */
  end: "answered" | "abandoned" | "left" | "open";
  /** Until the end; null: not known. */
  waitMs: number | null;
  /** Of an answered one that is over; null: not known. */
  talkMs: number | null;
  /** The talk is over. */
  isComplete: boolean;
}

interface Open extends Visit {
  leftMs: number | null;
}

export interface Visits {
  /** In the order of `inOrder`. */
  take(moment: QueueMoment): void;
  /** Visits that may still change. */
  open(): number;
  /** True: a visit that began before this instant may still change. */
  isOpenBefore(atMs: number): boolean;
  /** Gives out those that are still open. */
  end(): void;
}

/**
 * `take`: called once with each visit, when nothing of it can change any more. A caller who joins a queue
 * again visits it again. Of one whose joining was not seen the beginning is told by how long it waited.
 */
export function createVisits(give: (visit: Visit) => void): Visits {
  const visits = new Map<string, Open>();
  function close(key: string): void {
    const visit = visits.get(key);
    if (visit === undefined) return;
    visits.delete(key);
    const { leftMs, ...known } = visit;
    if (visit.end === "open" && leftMs !== null) {
      give({ ...known, end: "left", waitMs: leftMs - visit.fromMs });
    } else give(known);
  }
  function begun(key: string, { source, queue }: QueueMoment, fromMs: number): Open {
    const visit: Open = {
      ...{ source, queue, fromMs, end: "open", waitMs: null, talkMs: null },
      ...{ isComplete: false, leftMs: null },
    };
    visits.set(key, visit);
    return visit;
  }
  function wait(key: string, moment: QueueMoment, end: "answered" | "abandoned"): void {
    const { atMs, facts } = moment;
    const heldMs = secondsOf(facts["holdTime"]);
    const visit = visits.get(key) ?? begun(key, moment, atMs - (heldMs ?? 0));
    visit.end = end;
    visit.waitMs = heldMs ?? atMs - visit.fromMs;
  }
  const acts: Readonly<Record<string, (key: string, moment: QueueMoment) => void>> = {
    QueueCallerJoin(key, moment) {
      close(key);
      begun(key, moment, moment.atMs);
    },
    AgentConnect: (key, moment) => wait(key, moment, "answered"),
    QueueCallerAbandon(key, moment) {
      wait(key, moment, "abandoned");
      close(key);
    },
    QueueCallerLeave(key, { atMs }) {
      const known = visits.get(key);
      if (known?.end === "open") known.leftMs = atMs;
    },
    AgentComplete(key, { facts }) {
      const known = visits.get(key);
      if (known?.end !== "answered") return;
      known.isComplete = true;
      known.talkMs = secondsOf(facts["talkTime"]);
      close(key);
    },
  };
  return {
    take(moment) {
      const { source, queue, uniqueId, event } = moment;
      acts[event]?.(JSON.stringify([source, queue, uniqueId]), moment);
    },
    open: () => visits.size,
    isOpenBefore(beforeMs) {
      for (const { fromMs } of visits.values()) if (fromMs < beforeMs) return true;
      return false;
    },
    end() {
      for (const key of [...visits.keys()]) close(key);
    },
  };
}
