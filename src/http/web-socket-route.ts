// `/ws`: CGRateS's API on a WebSocket, and what is asked of that path without one.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type Router from "@koa/router";
import type { WebSockets } from "../cgrates-api/connections/web-socket.ts";
import { EngineError, ERROR_CODES, engineError } from "../errors.ts";
import { type AccessParts, accessOfRequest } from "./access/of-request.ts";
import { GO_CHALLENGE, goUnauthorizedText } from "./go-unauthorized.ts";

const PATH = "/ws";

export function isWebSocketPath(url: string): boolean {
  return url === PATH || url.startsWith(`${PATH}?`);
}

/** In the words of the engine. */
export function addPlainWebSocketRoute(router: Router): void {
  router.all(PATH, (context) => {
    const isGet = context.method === "GET";
    context.status = isGet ? 400 : 405;
    context.body = isGet ? "not websocket protocol" : "bad method";
  });
}

interface UpgradeParts extends AccessParts {
  webSockets: WebSockets;
  hasRoom(): boolean;
}

/** For the event `upgrade` of a server: access is as for every other request. */
export function createUpgrade(parts: UpgradeParts) {
  return async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    // Its peer may leave meanwhile; `close` follows.
    socket.on("error", () => {});
    try {
      const access = await accessOfRequest(parts, request);
      // It would outlive the session, and is for programs.
      if (access.user !== undefined)
        throw engineError("forbidden", "A session opens no WebSocket.");
      if (!parts.hasRoom()) throw engineError("too-busy", "There are too many connections.");
      parts.webSockets.take(request, socket, head, access);
    } catch (error) {
      socket.end(refusalText(error, request.headers.authorization));
    }
  };
}

function refusalText(error: unknown, authorization: string | undefined): string {
  const { code, message } =
    error instanceof EngineError ? error : engineError("internal", undefined, { cause: error });
  const { status } = ERROR_CODES[code];
  const isUnknown = status === 401;
  const body = isUnknown ? goUnauthorizedText(authorization) : `${message}\n`;
  const lines = [
    `HTTP/1.1 ${status} Refused`,
    ...(isUnknown ? [`WWW-Authenticate: ${GO_CHALLENGE}`] : []),
    "Content-Type: text/plain; charset=utf-8",
    "X-Content-Type-Options: nosniff",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}
