// The feed kind `asterisk-ami`: the call records that an Asterisk manager tells while one is logged in.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { type Feed, type FeedKind, FeedLost, type FeedParts, wholeNumber } from "../contract.ts";
import type { AmiSettings } from "../settings.ts";
import { type Backlog, createBacklog, type Heard } from "./backlog.ts";
import { isPrivateTo, startConnecting } from "./connect.ts";
import { createDelays, type SessionEnd } from "./delays.ts";
import { createDoubts } from "./doubts.ts";
import { queueEventOf } from "./queue-events.ts";
import { type AmiSession, openSession } from "./session.ts";

export const ASTERISK_AMI: FeedKind<AmiSettings> = {
  listens: false,
  format: "asterisk-ami",
  create: createAmi,
};

const HELD =
  "The store takes records more slowly than they come: nothing is read until it has caught up. The Asterisk may end the connection meanwhile.";
/** The pause before records are handed over again after a fault. */
const RETRY_MS = 1000;

function createAmi(settings: AmiSettings, parts: FeedParts): Feed {
  const backlog = createBacklog();
  const run: Run = {
    ...{ settings, parts, backlog },
    heardMs: null,
    keptMs: null,
    interrupt: () => undefined,
    session: null,
    isStopped: false,
  };
  let running: Promise<unknown> = Promise.resolve();
  return {
    start(position) {
      const heardMs = wholeNumber(position?.["heardUntilMs"]);
      if (heardMs > 0) run.heardMs = heardMs;
      running = Promise.all([stayConnected(run), deliverAll(run)]);
    },
    async stop() {
      end(run);
      await running;
    },
  };
}

interface Run {
  settings: AmiSettings;
  parts: FeedParts;
  backlog: Backlog;
  /** Up to when everything was heard; null: nothing ever was. */
  heardMs: number | null;
  /** The last one that is kept. */
  keptMs: number | null;
  /** Ends what is under way: a connection that is made, or the session. */
  interrupt: () => void;
  session: AmiSession | null;
  isStopped: boolean;
}

function end(run: Run): void {
  run.isStopped = true;
  run.interrupt();
  run.backlog.wake();
}

/** For ever, but ever more slowly. */
async function stayConnected(run: Run): Promise<void> {
  const { parts } = run;
  const delays = createDelays(parts.chance);
  while (!run.isStopped) {
    const startedMs = parts.clock();
    const { kind, detail } = await oneSession(run);
    if (run.isStopped) return;
    const delayMs = delays.after(kind, parts.clock() - startedMs);
    parts.connected(detail);
    parts.log.warn({ feed: parts.name, fault: detail, delayMs }, "the feed will connect again");
    await parts.pause(delayMs);
  }
}

async function oneSession(run: Run): Promise<SessionEnd> {
  const { settings, parts } = run;
  try {
    const secret = await parts.secret(settings);
    const connecting = await startConnecting(settings);
    run.interrupt = connecting.cancel;
    if (run.isStopped) connecting.cancel();
    const session = sessionOn(run, await connecting.connected(), secret);
    run.session = session;
    run.interrupt = session.end;
    if (run.isStopped) session.end();
    return await session.ended;
  } catch (error) {
    return { kind: "lost", detail: messageOf(error) };
  } finally {
    run.session = null;
    run.interrupt = () => undefined;
  }
}

function sessionOn(run: Run, socket: Socket, secret: string): AmiSession {
  const { settings, parts, backlog } = run;
  const { user, login: how, events, pingSeconds } = settings;
  const doubts = createDoubts(settings, parts);
  const push = (heard: Heard) => {
    backlog.push(heard, parts.clock());
    if (!backlog.isFull()) return;
    session.hold();
    parts.warned("backlog", HELD);
  };
  const session = openSession({
    socket,
    login: { user, secret, events, how, isPrivate: isPrivateTo(settings) },
    pingMs: pingSeconds * 1000,
    clock: parts.clock,
    nonce: randomUUID(),
    pause: parts.pause,
    heard: {
      loggedIn() {
        noteGap(run);
        parts.connected(null);
        parts.log.info({ feed: parts.name, host: settings.host }, "the feed is logged in");
        void doubts.ask(session);
        backlog.wake();
      },
      record(record) {
        doubts.heardRecord();
        push({ record });
      },
      event(name, message) {
        const event = queueEventOf(message, { source: parts.source.name, heardMs: parts.clock() });
        if (event !== null) push({ event });
        if (name.toLowerCase() !== "shutdown") return;
        parts.log.warn({ feed: parts.name }, "the Asterisk is shutting down");
      },
      heardUntil(atMs) {
        run.heardMs = atMs;
      },
      pinged(aheadSeconds) {
        doubts.look(aheadSeconds);
        backlog.wake();
      },
    },
  });
  return session;
}

/** A manager tells nothing again: what happened since the last session was not heard. */
function noteGap({ heardMs, parts, settings }: Run): void {
  if (heardMs === null) return;
  const reason = `Not logged in at ${settings.host}: of calls that ended then only the files and tables of the switch know.`;
  parts.missed(reason, heardMs);
}

/** Until the feed is stopped and what was heard is durable. */
async function deliverAll(run: Run): Promise<void> {
  const { parts, backlog } = run;
  while (!run.isStopped || backlog.oldestMs() !== null) {
    if (!run.isStopped) await backlog.filled();
    try {
      await deliverNext(run);
    } catch (error) {
      if (error instanceof FeedLost) {
        end(run);
        return;
      }
      parts.log.warn(
        { feed: parts.name, fault: messageOf(error) },
        "the feed waits, and tries again",
      );
      // What is not durable by then lies in the gap that the next start finds.
      if (run.isStopped) return;
      await parts.pause(RETRY_MS);
    }
  }
}

async function deliverNext(run: Run): Promise<void> {
  const { parts, backlog } = run;
  const heard = backlog.next();
  if (heard.length > 0) {
    const records = heard.flatMap((one) => ("record" in one ? [one.record] : []));
    const events = heard.flatMap((one) => ("event" in one ? [one.event] : []));
    if (records.length > 0) await parts.deliver(records);
    if (events.length > 0) await parts.tellQueues(events);
    backlog.done(heard);
    if (backlog.isLow()) {
      run.session?.resume();
      parts.warned("backlog", null);
    }
  }
  // Before the oldest record that is not durable everything is.
  const heardUntilMs = backlog.oldestMs() ?? run.heardMs;
  if (heardUntilMs === null || heardUntilMs === run.keptMs) return;
  await parts.keep({ heardUntilMs });
  run.keptMs = heardUntilMs;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
