// The server's socket: plain or TLS, and how long a request may take to arrive.
import { createServer, IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Settings } from "../config/config.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { isWebSocketPath } from "../http/web-socket-route.ts";
import { readCertificate, watchCertificate } from "../tls/certificate.ts";

export interface Listener {
  server: Server;
  scheme: "http" | "https";
  /** Ends what looks at the certificate files. */
  stop(): void;
}

/**
 * Only the path of the WebSocket is taken over: a client that offers another protocol on any other one, as
 * some do with each request, is answered in this one.
 */
class ServerMessage extends IncomingMessage {
  /** Declared alone: the constructor of Node sets `upgrade` before fields of this class are there. */
  declare isUpgradeAsked: boolean;

  /** Node sets it as a member, and asks it back before it hands the connection over. */
  get upgrade(): boolean {
    return this.isUpgradeAsked && isWebSocketPath(this.url ?? "");
  }

  set upgrade(isAsked: boolean) {
    this.isUpgradeAsked = isAsked;
  }
}

/** How often the certificate files are looked at. */
const LOOK_MS = 1000;

/** Not listening yet. @throws EngineError `invalid-settings` for faulty certificate files */
export async function createListener(
  answer: RequestListener,
  { settings, clock, log }: { settings: Settings; clock: Clock; log: Log },
): Promise<Listener> {
  const { tls } = settings;
  const timeouts = {
    ...timeoutsOf(settings.limits.bodySeconds * 1000),
    IncomingMessage: ServerMessage,
  };
  if (tls === undefined) {
    return { server: createServer(timeouts, answer), scheme: "http", stop: () => {} };
  }
  const current = await readCertificate(tls);
  const server = createTlsServer(
    { ...timeouts, handshakeTimeout: timeouts.requestTimeout, ...current },
    answer,
  );
  const use = (next: typeof current) => server.setSecureContext(next);
  const look = watchCertificate({ files: tls, current, use, clock, log });
  const timer = setInterval(() => void look(), LOOK_MS);
  return { server, scheme: "https", stop: () => clearInterval(timer) };
}

/** Node answers 408 and closes: what is slow holds a connection and a body in memory so long only. */
function timeoutsOf(bodyMs: number) {
  return {
    requestTimeout: bodyMs,
    headersTimeout: Math.min(bodyMs, 60_000),
    connectionsCheckingInterval: Math.min(bodyMs, 1000),
  };
}
