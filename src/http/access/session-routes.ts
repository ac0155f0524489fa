// `/session`: signing in by name and password, who is signed in, and out again.
import type { IncomingMessage } from "node:http";
import type Router from "@koa/router";
import type { Context } from "koa";
import type { People } from "../../engine/people/people.ts";
import type { Clock, Log } from "../../engine/ports.ts";
import { engineError } from "../../errors.ts";
import type { AddressSet } from "../../mediation/address-range.ts";
import { type BodyLimits, readBody } from "../read-body.ts";
import type { Access } from "./access.ts";
import type { Guard } from "./guard.ts";
import { createNameBound } from "./name-bound.ts";
import { addressOfRequest, requestFacts } from "./of-request.ts";
import { createPasswordLine, type Later } from "./password-line.ts";
import { LOGGED_CHARACTERS } from "./passwords.ts";
import { cookieText, isJson, sessionSecret } from "./session-cookie.ts";

/** Of names and passwords. */
const MOST_CHARACTERS = 256;

export interface SignInBody {
  name: string;
  password: string;
  newPassword?: string | undefined;
}

export interface SignIns {
  /** @throws `unauthorized`; `too-busy` where its turn did not come, or the name has too many tries */
  begin(body: SignInBody, address: string): Promise<{ secret: string; endsMs: number }>;
}

/** @param parts.clock milliseconds of a clock that nobody sets */
export function createSignIns(parts: {
  sessions: People["sessions"];
  clock: Clock;
  later: Later;
  log: Log;
}): SignIns {
  const { sessions, log } = parts;
  const line = createPasswordLine(parts);
  const bound = createNameBound(parts.clock);

  function held(): Error {
    return engineError("too-busy", "The password could not be compared in time.", {
      hint: "Send it again later. After wrong passwords an address and a name wait.",
    });
  }

  return {
    async begin(body, address) {
      const { name } = body;
      let begun: Awaited<ReturnType<typeof sessions.begin>> = null;
      const outcome = await line.join({
        ...{ address, user: name },
        async check() {
          // Tries of a name come here one after the other, so that none slips by.
          if (!bound.mayTry(name, address)) throw held();
          begun = await sessions.begin({ ...body, address });
          if (begun === null) bound.wrong(name, address);
          else bound.right(name, address);
          return begun !== null;
        },
      });
      if (outcome.result === "no-turn") throw held();
      if (begun !== null) return begun;
      const user = name.slice(0, LOGGED_CHARACTERS);
      log.warn({ address, user }, "a wrong password, or a user that does not exist");
      throw engineError("unauthorized");
    },
  };
}

export interface SessionRouteParts {
  people: People;
  signIns: SignIns;
  guard: Guard;
  trustedProxies: AddressSet;
  bodies: BodyLimits;
  accessOf(context: Context): Access | Promise<Access>;
}

export function addSessionRoutes(router: Router, parts: SessionRouteParts): void {
  const { people, signIns, guard, trustedProxies } = parts;
  const setCookie = (context: Context, secret: string | null, seconds = 0) =>
    context.set("Set-Cookie", cookieText(secret, isSecure(context.req, trustedProxies), seconds));

  router.post("/session", async (given) => {
    const context = given as Context;
    guard.againstOtherSites(requestFacts(trustedProxies, context.req));
    const body = await signInBody(context, parts.bodies);
    const { secret, endsMs } = await signIns.begin(
      body,
      addressOfRequest(trustedProxies, context.req),
    );
    setCookie(context, secret, Math.max(1, Math.floor((endsMs - people.nowMs()) / 1000)));
    context.set("Cache-Control", "no-store");
    context.status = 204;
  });
  router.get("/session", async (given) => {
    const context = given as Context;
    const { name, user = null, roles, scope } = await parts.accessOf(context);
    const { tenants, accounts = null, seesBuy } = scope;
    context.set("Cache-Control", "no-store");
    context.body = { name, user, roles, tenants, accounts, seesBuy };
  });
  router.delete("/session", async (given) => {
    const context = given as Context;
    const secret = sessionSecret(context.req.headers.cookie);
    if (secret !== undefined) {
      guard.againstOtherSites(requestFacts(trustedProxies, context.req));
      await people.sessions.end(secret);
    }
    setCookie(context, null);
    context.status = 204;
  });
}

/** Its own TLS, or that of a proxy which is trusted. */
function isSecure(request: IncomingMessage, trusted: AddressSet): boolean {
  if ("encrypted" in request.socket) return true;
  const told = request.headers["x-forwarded-proto"];
  return told === "https" && trusted.has(request.socket.remoteAddress ?? "");
}

async function signInBody(context: Context, bodies: BodyLimits): Promise<SignInBody> {
  if (!isJson(context.req.headers["content-type"])) {
    throw engineError("invalid-request", "A sign-in is sent as Content-Type: application/json.");
  }
  const body = await readBody(context.req, bodies);
  body.handOn();
  if (!body.ok) throw engineError("invalid-request", body.detail);
  const { name, password, newPassword, ...others } = objectOf(body.bytes.toString("utf8"));
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw engineError("invalid-params", `${other}: there is no such member.`, { path: other });
  }
  return {
    name: textOf("name", name, 1),
    password: textOf("password", password, 1),
    ...(newPassword === undefined
      ? {}
      : { newPassword: textOf("newPassword", newPassword, LEAST_PASSWORD) }),
  };
}

/** Characters of a new password. */
const LEAST_PASSWORD = 10;

function objectOf(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw engineError("parse-error", undefined, { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw engineError("invalid-params", "name and password are sent as a JSON object.");
}

function textOf(path: string, value: unknown, least: number): string {
  if (typeof value === "string" && value.length >= least && value.length <= MOST_CHARACTERS) {
    return value;
  }
  const what = `a text of ${least} to ${MOST_CHARACTERS} characters`;
  throw engineError("invalid-params", `${path}: ${what}.`, { path });
}
