// The feed kind `amiws`: what an Asterisk manager tells, through the proxy amiws. A fallback: a proxy
// keeps nothing, and what it could not hand on nobody knows.
import { randomUUID } from "node:crypto";
import type { WebSocket } from "ws";
import { permissions } from "../ami/doubts.ts";
import { createEars, createLiveFeed, type Live } from "../ami/live.ts";
import type { AmiSession } from "../ami/session.ts";
import type { FeedKind } from "../contract.ts";
import type { SessionEnd } from "../delays.ts";
import type { AmiwsSettings } from "../settings.ts";
import { startConnecting } from "./connect.ts";
import { openProxySession } from "./session.ts";

export const AMIWS: FeedKind<AmiwsSettings> = {
  listens: false,
  format: "asterisk-ami",
  create: (settings, parts) => createLiveFeed(parts, (live) => oneSession(live, settings)),
};

async function oneSession(live: Live, settings: AmiwsSettings): Promise<SessionEnd> {
  const secret = settings.user === undefined ? null : await live.parts.secret(settings);
  const connecting = await startConnecting(settings, secret);
  live.interrupt = connecting.cancel;
  if (live.isStopped) connecting.cancel();
  const session = sessionOn(await connecting.connected(), live, settings);
  live.interrupt = session.end;
  if (live.isStopped) session.end();
  return session.ended;
}

const NOT_HEARD = "of calls that ended then only the files and tables of the switch know.";

function sessionOn(socket: WebSocket, live: Live, settings: AmiwsSettings): AmiSession {
  const { parts, hearing, calls } = live;
  const { url: proxy, server, pingSeconds, silentMinutes } = settings;
  const { ears } = createEars(live, { user: "of the proxy", silentMinutes }, () => session);
  async function list(): Promise<void> {
    calls.loggedIn();
    const may = await permissions(session);
    if (may !== null) calls.listBy(session, may("Status"));
  }
  const session: AmiSession = openProxySession({
    ...{ socket, server, nonce: randomUUID() },
    pingMs: pingSeconds * 1000,
    ...{ clock: parts.clock, pause: parts.pause },
    heard: {
      ...ears,
      loggedIn() {
        hearing.begin(`Not connected through ${proxy}: ${NOT_HEARD}`);
        parts.connected(null);
        parts.log.info({ feed: parts.name, proxy }, "the feed hears an Asterisk by its proxy");
        parts.warned("refused", null);
        void list();
        hearing.wake();
      },
      loggedInAnew() {
        hearing.missed(`The proxy ${proxy} has logged in anew: ${NOT_HEARD}`);
        parts.warned("refused", null);
        void list();
      },
      refused(message) {
        const why = message.slice(0, 200);
        parts.warned("refused", `The Asterisk refuses the login of the proxy: ${why}`);
      },
      another(name) {
        const names = `The proxy has several Asterisks, ${name.slice(0, 100)} among them`;
        parts.warned("servers", `${names}: \`server\` says which one counts; it is the first now.`);
      },
    },
  });
  return session;
}
