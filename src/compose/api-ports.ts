// CGRateS's API beside HTTP: bare TCP where the settings ask for it, WebSockets on the HTTP port.
import type { Server as HttpServer } from "node:http";
import type { Server } from "node:net";
import { createApiConnections } from "../cgrates-api/connections/connections.ts";
import { createTcpServer } from "../cgrates-api/connections/tcp.ts";
import { createWebSockets } from "../cgrates-api/connections/web-socket.ts";
import type { ApiServer } from "../cgrates-api/server.ts";
import { isOpenLoopback, type Settings } from "../config/config.ts";
import { engineError } from "../errors.ts";
import type { AccessParts } from "../http/access/of-request.ts";
import { createPortCallers } from "../http/access/port-callers.ts";
import { createUpgrade } from "../http/web-socket-route.ts";
import type { Budget } from "../rpc/budget/budget.ts";
import { listenAddress } from "../tls/listen.ts";

export interface ApiPorts {
  /** Port of the TCP server; null: there is none. */
  tcpPort: number | null;
  /** Takes no more connections and answers what is under way. Answers how many were cut off. */
  end(limitMs: number): Promise<number>;
}

const TICK_MS = 1000;

/** @throws EngineError `invalid-settings` where the TCP port cannot be listened on */
export async function startApiPorts(
  server: HttpServer,
  parts: AccessParts & { api: ApiServer; budget: Budget; settings: Settings },
): Promise<ApiPorts> {
  const { settings } = parts;
  const { limits } = settings;
  const connections = createApiConnections({
    api: parts.api,
    budget: parts.budget,
    limits: {
      bodyBytes: limits.bodyBytes,
      bodySeconds: limits.bodySeconds,
      idleSeconds: limits.apiIdleSeconds,
      connections: limits.apiConnections,
    },
  });
  const webSockets = createWebSockets(connections, limits.bodyBytes);
  const upgrade = createUpgrade({ ...parts, webSockets, hasRoom: connections.hasRoom });
  const tcp = await listening(settings.cgrates.tcp, () =>
    createTcpServer({
      connections,
      callerOf: createPortCallers({ ...settings, isOpen: isOpenLoopback(settings) }),
    }),
  );
  server.on("upgrade", upgrade);
  const timer = setInterval(() => connections.tick(), TICK_MS);
  return {
    tcpPort: portOf(tcp),
    async end(limitMs) {
      tcp?.close();
      const cut = await connections.end(limitMs);
      clearInterval(timer);
      return cut;
    },
  };
}

async function listening(place: string | undefined, create: () => Server): Promise<Server | null> {
  if (place === undefined) return null;
  const { host, port } = listenAddress(place);
  const server = create();
  await new Promise<void>((done, failed) => {
    server.once("error", (cause) => {
      const message = `cgrates.tcp: ${place} cannot be listened on: ${cause.message}`;
      failed(engineError("invalid-settings", message, { cause }));
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      done();
    });
  });
  return server;
}

function portOf(server: Server | null): number | null {
  const address = server?.address();
  return typeof address === "object" && address !== null ? address.port : null;
}
