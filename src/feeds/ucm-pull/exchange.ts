// One request to a device and its whole answer, on a connection of its own: its certificate is looked at
// before anything is said, and neither silence nor an endless answer holds the feed.
import { type IncomingMessage, request } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { DeviceFault } from "./fault.ts";

export interface Target {
  /** `https://192.0.2.10:8089`, without a path. */
  url: string;
  /** sha256 of its certificate, hex with colons or without: devices sign their own. */
  certificate?: string | undefined;
}

export interface Sent {
  method: "GET" | "POST";
  path: string;
  body?: string;
  authorization?: string;
}

export interface Answer {
  status: number;
  /** Of a 401. */
  challenge: string;
  body: Buffer;
}

/** Of one answer; a page of calls has some 2 MB at most. */
const ANSWER_BYTES = 16_777_216;

/** @throws DeviceFault; also when `signal` ends it, whose reason is the detail */
export async function exchange(target: Target, sent: Sent, signal: AbortSignal): Promise<Answer> {
  let socket: Socket | null = null;
  const end = () => void socket?.destroy(new Error(String(signal.reason)));
  try {
    signal.throwIfAborted();
    socket = open(target);
    signal.addEventListener("abort", end);
    await ready(socket, target);
    return await answered(socket, target, sent);
  } catch (cause) {
    if (cause instanceof DeviceFault) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceFault(`${target.url}: ${signal.aborted ? String(signal.reason) : detail}`, {
      cause,
    });
  } finally {
    signal.removeEventListener("abort", end);
    socket?.destroy();
  }
}

function open({ url, certificate }: Target): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (protocol === "http:") return connect({ host, port: Number(port || 80) });
  return connectTls({
    ...{ host, port: Number(port || 443) },
    ...(isIP(host) === 0 ? { servername: host } : {}),
    // With a certificate that is known by its hash nobody needs to have signed it.
    rejectUnauthorized: certificate === undefined,
  });
}

async function ready(socket: Socket, { url, certificate }: Target): Promise<void> {
  const isTls = url.startsWith("https:");
  await new Promise<void>((done, failed) => {
    socket.once(isTls ? "secureConnect" : "connect", done);
    socket.once("error", failed);
    socket.once("close", () => failed(new Error("the connection was closed at once")));
  });
  if (!isTls || certificate === undefined) return;
  const shown = (socket as TLSSocket).getPeerCertificate().fingerprint256 ?? "";
  if (plain(shown) === plain(certificate)) return;
  const detail = `${url} shows another certificate than that of the settings: its sha256 is ${shown}`;
  throw new DeviceFault(detail, { isRefused: true });
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}

function answered(socket: Socket, { url }: Target, sent: Sent): Promise<Answer> {
  const { method, path, body, authorization } = sent;
  const length = body === undefined ? undefined : Buffer.byteLength(body);
  const headers = {
    Host: new URL(url).host,
    Connection: "close",
    ...(length === undefined
      ? {}
      : { "Content-Type": "application/json;charset=UTF-8", "Content-Length": length }),
    ...(authorization === undefined ? {} : { Authorization: authorization }),
  };
  return new Promise((done, failed) => {
    const asked = request({ method, path, headers, createConnection: () => socket });
    asked.on("response", (response) => void collected(response).then(done, failed));
    asked.on("error", failed);
    asked.end(body);
  });
}

async function collected(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > ANSWER_BYTES) throw new Error(`it answers over ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    challenge: response.headers["www-authenticate"] ?? "",
    body: Buffer.concat(chunks),
  };
}
