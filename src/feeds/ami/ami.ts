// The feed kind `asterisk-ami`: the call records that an Asterisk manager tells while one is logged in.
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import type { FeedKind } from "../contract.ts";
import type { SessionEnd } from "../delays.ts";
import type { AmiSettings } from "../settings.ts";
import type { CallWatch } from "./calls/watch.ts";
import { isPrivateTo, startConnecting } from "./connect.ts";
import { type Doubts, permissions } from "./doubts.ts";
import { createEars, createLiveFeed, type Live } from "./live.ts";
import { type AmiSession, openSession } from "./session.ts";

export const ASTERISK_AMI: FeedKind<AmiSettings> = {
  listens: false,
  format: "asterisk-ami",
  create: (settings, parts) => createLiveFeed(parts, (live) => oneSession(live, settings)),
};

async function oneSession(live: Live, settings: AmiSettings): Promise<SessionEnd> {
  const secret = await live.parts.secret(settings);
  const connecting = await startConnecting(settings);
  live.interrupt = connecting.cancel;
  if (live.isStopped) connecting.cancel();
  const session = sessionOn(await connecting.connected(), live, { settings, secret });
  live.interrupt = session.end;
  if (live.isStopped) session.end();
  return session.ended;
}

function sessionOn(
  socket: Socket,
  live: Live,
  { settings, secret }: { settings: AmiSettings; secret: string },
): AmiSession {
  const { parts, hearing, calls } = live;
  const { host, user, login: how, events, pingSeconds } = settings;
  const { doubts, ears } = createEars(live, settings, () => session);
  const session: AmiSession = openSession({
    socket,
    login: { user, secret, events, how, isPrivate: isPrivateTo(settings) },
    pingMs: pingSeconds * 1000,
    clock: parts.clock,
    nonce: randomUUID(),
    pause: parts.pause,
    heard: {
      ...ears,
      loggedIn() {
        hearing.begin(
          `Not logged in at ${host}: of calls that ended then only the files and tables of the switch know.`,
        );
        parts.connected(null);
        parts.log.info({ feed: parts.name, host }, "the feed is logged in");
        calls.loggedIn();
        void askAround(session, doubts, calls);
        hearing.wake();
      },
    },
  });
  return session;
}

/** What the manager says of the user, and of the channels that are there already. */
async function askAround(session: AmiSession, doubts: Doubts, calls: CallWatch): Promise<void> {
  const may = await permissions(session);
  if (may === null) return;
  calls.listBy(session, may("Status"));
  await doubts.ask(session, may);
}
