// A UCM's interface for CDRs: the new one (challenge, login, cookie; HTTPS 8089) and the old one (HTTP
// Digest; HTTPS 8443), which have the same action and the same answers.
import { randomBytes } from "node:crypto";
import { digestAnswer, md5 } from "./digest.ts";
import { type Answer, exchange, type Sent, type Target } from "./exchange.ts";
import { DeviceFault } from "./fault.ts";

export interface DeviceSettings extends Target {
  api: "new" | "old";
  user: string;
}

export interface DeviceParts {
  secret(): Promise<string>;
  /** Ends the request that is under way. */
  signal(): AbortSignal;
}

export interface Device {
  /** The answer to `cdrapi` with these parameters, as it came. @throws DeviceFault */
  cdrs(params: Readonly<Record<string, string>>): Promise<Buffer>;
}

export function createDevice(settings: DeviceSettings, parts: DeviceParts): Device {
  const send = (sent: Sent) => exchange(settings, sent, parts.signal());
  return settings.api === "new"
    ? newInterface(settings, parts, send)
    : oldInterface(settings, parts, send);
}

type Send = (sent: Sent) => Promise<Answer>;

function newInterface({ url, user }: DeviceSettings, { secret }: DeviceParts, send: Send): Device {
  let cookie: string | null = null;

  async function action(members: Record<string, string>): Promise<Buffer> {
    const body = JSON.stringify({ request: members });
    return bodyOf(await send({ method: "POST", path: "/api", body }));
  }

  async function login(): Promise<string> {
    const asked = statusOf(await action({ action: "challenge", user, version: "1.0" }));
    const { challenge } = asked.response;
    if (typeof challenge !== "string") throw refused("challenge", asked);
    const token = md5(challenge + (await secret()));
    const entered = statusOf(await action({ action: "login", user, token, url }));
    const { cookie: given } = entered.response;
    if (typeof given !== "string" || given === "") throw refused("login", entered);
    return given;
  }

  return {
    async cdrs(params) {
      // A cookie ends after some minutes: the device says so by a status alone.
      for (let isFresh = cookie === null; ; isFresh = true) {
        cookie ??= await login();
        const body = await action({ action: "cdrapi", cookie, ...params });
        const answer = statusOf(body);
        if (answer.status === undefined || answer.status === 0) return body;
        cookie = null;
        if (isFresh) throw refused("cdrapi", answer);
      }
    },
  };
}

function oldInterface({ user }: DeviceSettings, { secret }: DeviceParts, send: Send): Device {
  return {
    async cdrs(params) {
      const query = Object.entries(params).map(
        // As the device's own guide writes it: of a time only the plus sign is escaped.
        ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%3A", ":")}`,
      );
      const path = `/cdrapi?${query.join("&")}`;
      const first = await send({ method: "GET", path });
      if (first.status !== 401) return bodyOf(first);
      const nonce = randomBytes(8).toString("hex");
      const request = { user, password: await secret(), method: "GET", uri: path, nonce };
      const authorization = digestAnswer(first.challenge, request);
      if (authorization === null) {
        throw new DeviceFault("the device asks for a login that is no Digest of MD5", {
          isRefused: true,
        });
      }
      return bodyOf(await send({ method: "GET", path, authorization }));
    },
  };
}

function bodyOf({ status, body }: Answer): Buffer {
  if (status === 200) return body;
  const isRefused = status === 401 || status === 403;
  const what = isRefused ? ": wrong user or password, or this address may not ask" : "";
  throw new DeviceFault(`the device answers ${status}${what}`, { isRefused });
}

interface Status {
  /** 0 is well; undefined: it says none. */
  status: unknown;
  response: Readonly<Record<string, unknown>>;
}

/** Of an answer that is no JSON nothing is known: calls that are cut are read all the same. */
function statusOf(body: Buffer): Status {
  let value: unknown = null;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const { status, response } = Object(value) as Record<string, unknown>;
  return { status, response: Object(response ?? {}) as Record<string, unknown> };
}

function refused(what: string, { status, response }: Status): DeviceFault {
  if (status === undefined) {
    return new DeviceFault(`what answers ${what} is no UCM, or its interface is off`);
  }
  const text = typeof response["error_msg"] === "string" ? ` (${response["error_msg"]})` : "";
  const detail = `the device refuses ${what} with status ${String(status)}${text}`;
  return new DeviceFault(detail, { isRefused: true });
}
