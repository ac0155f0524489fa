// What the live feeds of an Asterisk have in common, whether it is heard itself or through a proxy.
import type { Feed, FeedParts } from "../contract.ts";
import type { SessionEnd } from "../delays.ts";
import { type CallWatch, createCallWatch } from "./calls/watch.ts";
import { createDoubts, type Doubts } from "./doubts.ts";
import { createHearing, type Hearing, type Held } from "./hearing.ts";
import { queueEventOf } from "./queue-events.ts";
import type { SessionEars } from "./session.ts";
import { stayConnected } from "./staying.ts";

export interface Live {
  parts: FeedParts;
  hearing: Hearing;
  calls: CallWatch;
  /** Ends what is under way: a connection that is made, or the session. */
  interrupt: () => void;
  isStopped: boolean;
}

/** `oneSession` ends with its connection; it @throws when there is none. */
export function createLiveFeed(
  parts: FeedParts,
  oneSession: (live: Live) => Promise<SessionEnd>,
): Feed {
  const [hearing, calls] = [createHearing(parts), createCallWatch(parts)];
  const live: Live = {
    ...{ parts, hearing, calls },
    interrupt: () => undefined,
    isStopped: false,
  };
  const end = () => {
    live.isStopped = true;
    live.interrupt();
    hearing.stop();
  };
  const isStopped = () => live.isStopped;
  const next = () =>
    oneSession(live).finally(() => {
      calls.lost();
      live.interrupt = () => undefined;
    });
  let running: Promise<unknown> = Promise.resolve();
  return {
    start(position) {
      const delivered = hearing.deliver(position, end);
      running = Promise.all([stayConnected(parts, isStopped, next), delivered]);
    },
    async stop() {
      end();
      await running;
    },
    calls: calls.told,
  };
}

/** Of one session. `user`: who may hear too little, for people. */
export function createEars(
  { parts, hearing, calls }: Live,
  { user, silentMinutes }: { user: string; silentMinutes: number },
  session: () => Held,
): { doubts: Doubts; ears: Pick<SessionEars, "record" | "event" | "heardUntil" | "pinged"> } {
  const doubts = createDoubts({ user, silentMinutes }, parts);
  const ears: ReturnType<typeof createEars>["ears"] = {
    record(record) {
      doubts.heardRecord();
      hearing.push({ record }, session());
    },
    event(name, message) {
      calls.hear(message);
      const event = queueEventOf(message, { source: parts.source.name, heardMs: parts.clock() });
      if (event !== null) hearing.push({ event }, session());
      if (name.toLowerCase() !== "shutdown") return;
      parts.log.warn({ feed: parts.name }, "the Asterisk is shutting down");
    },
    heardUntil: hearing.heardUntil,
    pinged(aheadSeconds) {
      doubts.look(aheadSeconds);
      calls.pinged();
      hearing.wake();
    },
  };
  return { doubts, ears };
}
