// The connection to the proxy amiws: a WebSocket, over TLS where the URL says so.
import { readFile } from "node:fs/promises";
import { WebSocket } from "ws";
import type { AmiwsSettings } from "../settings.ts";
import { MOST_ENVELOPE_BYTES } from "./envelope.ts";

const CONNECT_MS = 10_000;

export interface Connecting {
  /** @throws when there is no connection within 10 s, it is refused, or its certificate is not believed */
  connected(): Promise<WebSocket>;
  /** Gives up. */
  cancel(): void;
}

/** `secret`: of the user for HTTP Basic, where the settings have one. */
export async function startConnecting(
  { url, user, ca }: AmiwsSettings,
  secret: string | null,
): Promise<Connecting> {
  const basic = secret === null ? {} : { authorization: basicOf(`${user}:${secret}`) };
  const socket = new WebSocket(url, {
    ...(ca === undefined ? {} : { ca: await readFile(ca) }),
    headers: basic,
    handshakeTimeout: CONNECT_MS,
    maxPayload: MOST_ENVELOPE_BYTES,
    perMessageDeflate: false,
    // The proxy hands on what a manager writes, in whatever encoding.
    skipUTF8Validation: true,
  });
  const ready = new Promise<WebSocket>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("unexpected-response", (_request, { statusCode = 0 }) => {
      const why = statusCode === 401 || statusCode === 403 ? ": the login is refused" : "";
      reject(new Error(`${url} answers ${statusCode} and no WebSocket${why}.`));
      socket.terminate();
    });
    socket.once("open", () => resolve(socket));
  });
  // Who cancels does not wait for it; what comes after the first fault is the same one.
  ready.catch(() => undefined);
  socket.on("error", () => undefined);
  return { connected: () => ready, cancel: () => socket.terminate() };
}

function basicOf(pair: string): string {
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}
