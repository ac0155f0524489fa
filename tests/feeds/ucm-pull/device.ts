// A device on the loopback that has calls, and answers as a UCM does: what it does not understand has an
// empty answer, and says no fault.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

export interface Group {
  startMs: number;
  /** As it stands in the list. */
  text: string;
}

export interface FakeDevice {
  url: string;
  groups: Group[];
  /** Changed while it runs. */
  password: string;
  /** Answers in place of its own; called before each, null: its own. */
  trick: (request: Asked) => Trick | null;
  /** Each question for calls, in order. */
  asked: Record<string, string>[];
  logins: number;
  /** Cookies so far are worth nothing any more. */
  forget(): void;
  close(): Promise<void>;
}

export interface Asked {
  action: string;
  params: Record<string, string>;
}

export interface Trick {
  status?: number;
  body?: string;
  /** Nothing is said any more behind the body. */
  hangs?: boolean;
  /** The connection ends before the last byte. */
  breaks?: boolean;
}

interface Options {
  api?: "new" | "old";
  /** Digest without `qop`, as before RFC 2617. */
  isPlainDigest?: boolean;
  /** Groups of one answer at most, whatever is asked for. */
  most?: number;
  tls?: { cert: string; key: string };
}

export const USER = "cdrapi";
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;
const PARAMS = new Set(["format", "numRecords", "offset", "startTime", "endTime", "caller"]);

export async function startDevice(options: Options = {}): Promise<FakeDevice> {
  let challenges = 0;
  const cookies = new Set<string>();
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    void (options.api === "old" ? oldAnswer : newAnswer)(request, response);
  const server: Server =
    options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const scheme = options.tls === undefined ? "http" : "https";
  const device: FakeDevice = {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ groups: [], password: "s3cret", trick: () => null, asked: [], logins: 0 },
    forget: () => cookies.clear(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };

  function say(response: ServerResponse, asked: Asked, own: () => string): void {
    const trick = device.trick(asked);
    const body = trick?.body ?? own();
    response.writeHead(trick?.status ?? 200, { "Content-Length": Buffer.byteLength(body) });
    if (trick?.hangs !== true && trick?.breaks !== true) return void response.end(body);
    response.write(body.slice(0, -5));
    if (trick.breaks === true) setImmediate(() => response.destroy());
  }

  function calls(params: Record<string, string>): string {
    device.asked.push(params);
    const { numRecords = "1000", offset = "0", startTime, format } = params;
    const isSense =
      Object.keys(params).every((name) => PARAMS.has(name)) &&
      [numRecords, offset].every((text) => /^\d+$/.test(text)) &&
      (startTime === undefined || TIME.test(startTime)) &&
      format === "json";
    const sinceMs = startTime === undefined ? 0 : Date.parse(startTime);
    const found = device.groups
      .filter(({ startMs }) => isSense && startMs >= sinceMs)
      .slice(Number(offset), Number(offset) + Math.min(Number(numRecords), options.most ?? 1000));
    return `{"cdr_root":[${found.map(({ text }) => text).join(",\n")}]}`;
  }

  async function newAnswer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { action = "", ...params } = JSON.parse(await textOf(request)).request;
    const told = (status: number, members: object) => () =>
      JSON.stringify({ response: members, status });
    const asked = { action, params };
    if (request.url !== "/api") return void response.writeHead(404).end();
    if (action === "challenge") {
      challenges += 1;
      return say(response, asked, told(0, { challenge: `000000${challenges}` }));
    }
    if (action === "login") {
      device.logins += 1;
      const isRight = params.token === md5(`000000${challenges}${device.password}`);
      if (params.user !== USER || !isRight) return say(response, asked, told(-37, {}));
      cookies.add(`sid${challenges}`);
      return say(response, asked, told(0, { cookie: `sid${challenges}` }));
    }
    const { cookie, ...rest } = params;
    if (!cookies.has(cookie)) {
      return say(response, asked, told(-6, { error_msg: "Cookie error" }));
    }
    say(response, asked, () => calls(rest));
  }

  function oldAnswer(request: IncomingMessage, response: ServerResponse): void {
    const [path, query = ""] = (request.url ?? "").split("?");
    const given = request.headers.authorization ?? "";
    if (path !== "/cdrapi") return void response.writeHead(404).end();
    if (!isDigest(given, request.url ?? "")) {
      challenges += given === "" ? 1 : 0;
      device.logins += given === "" ? 0 : 1;
      const qop = options.isPlainDigest === true ? "" : ', qop="auth"';
      const challenge = `Digest realm="UCM \\"6300\\"", nonce="n${challenges}"${qop}, opaque="o"`;
      return void response.writeHead(401, { "WWW-Authenticate": challenge }).end("Unauthorized");
    }
    const params = Object.fromEntries(new URLSearchParams(query));
    say(response, { action: "cdrapi", params }, () => calls(params));
  }

  /** RFC 7616, written another time. */
  function isDigest(authorization: string, uri: string): boolean {
    const part = (name: string) =>
      new RegExp(`[ ,]${name}="?((?:[^",\\\\]|\\\\.)*)`).exec(authorization)?.[1] ?? "";
    const secret = md5(`${USER}:UCM "6300":${device.password}`);
    const what = md5(`GET:${uri}`);
    const middle =
      options.isPlainDigest === true
        ? part("nonce")
        : `${part("nonce")}:${part("nc")}:${part("cnonce")}:auth`;
    const isOurs = part("nonce") === `n${challenges}` && part("uri") === uri;
    return isOurs && part("response") === md5(`${secret}:${middle}:${what}`);
  }
  return device;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
