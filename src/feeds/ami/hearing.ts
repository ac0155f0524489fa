// What a live feed of an Asterisk has heard: kept in order until it is durable, and up to when it was whole.
import type { JsonObject } from "../../cdr/json.ts";
import { FeedLost, type FeedParts, wholeNumber } from "../contract.ts";
import { createBacklog, type Heard } from "./backlog.ts";

/** The connection that is heard. */
export interface Held {
  /** Reads no more until `resume`. */
  hold(): void;
  resume(): void;
}

export interface Hearing {
  /** `from`: where more would come from; it is held while too much waits. */
  push(heard: Heard, from: Held): void;
  /** Whatever the switch told up to that moment is here. */
  heardUntil(atMs: number): void;
  /** A connection begins. A switch tells nothing again: what happened since the last one was not heard. */
  begin(gap: string): void;
  /** The same, of a connection that was there all the time. */
  missed(gap: string): void;
  wake(): void;
  /** Until `stop` and until what was heard is durable. `lost`: another process runs the feed by now. */
  deliver(position: JsonObject | null, lost: () => void): Promise<void>;
  stop(): void;
}

const HELD =
  "The store takes records more slowly than they come: nothing is read until it has caught up. The other end may end the connection meanwhile.";
/** The pause before records are handed over again after a fault. */
const RETRY_MS = 1000;

export function createHearing(parts: FeedParts): Hearing {
  const backlog = createBacklog();
  /** Up to when everything was heard, and the last one that is kept; null: nothing ever was. */
  let [heardMs, keptMs]: [number | null, number | null] = [null, null];
  let held: Held | null = null;
  let isStopped = false;

  async function deliverNext(): Promise<void> {
    const heard = backlog.next();
    if (heard.length > 0) {
      const records = heard.flatMap((one) => ("record" in one ? [one.record] : []));
      const events = heard.flatMap((one) => ("event" in one ? [one.event] : []));
      if (records.length > 0) await parts.deliver(records);
      if (events.length > 0) await parts.tellQueues(events);
      backlog.done(heard);
      if (backlog.isLow() && held !== null) {
        held.resume();
        held = null;
        parts.warned("backlog", null);
      }
    }
    // Before the oldest record that is not durable everything is.
    const heardUntilMs = backlog.oldestMs() ?? heardMs;
    if (heardUntilMs === null || heardUntilMs === keptMs) return;
    await parts.keep({ heardUntilMs });
    keptMs = heardUntilMs;
  }

  return {
    push(heard, from) {
      backlog.push(heard, parts.clock());
      if (!backlog.isFull()) return;
      from.hold();
      held = from;
      parts.warned("backlog", HELD);
    },
    heardUntil(atMs) {
      heardMs = atMs;
    },
    begin(gap) {
      if (heardMs !== null) parts.missed(gap, heardMs);
    },
    missed(gap) {
      parts.missed(gap, heardMs ?? undefined);
    },
    wake: backlog.wake,
    async deliver(position, lost) {
      const fromMs = wholeNumber(position?.["heardUntilMs"]);
      if (fromMs > 0) heardMs = fromMs;
      while (!isStopped || backlog.oldestMs() !== null) {
        if (!isStopped) await backlog.filled();
        const error = await faultOf(deliverNext());
        if (error instanceof FeedLost) return lost();
        if (error === null) continue;
        parts.log.warn(
          { feed: parts.name, fault: error.message },
          "the feed waits, and tries again",
        );
        // What is not durable by then lies in the gap that the next start finds.
        if (isStopped) return;
        await parts.pause(RETRY_MS);
      }
    },
    stop() {
      isStopped = true;
      backlog.wake();
    },
  };
}

/** Why it did not succeed; null: it did. */
async function faultOf(work: Promise<void>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
