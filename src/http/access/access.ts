// Who may do what: bearer tokens, HTTP Basic, and the guard of a loopback without credentials.
import { createHash } from "node:crypto";
import { scopeOf } from "../../access/grant.ts";
import { ROLES, type Role } from "../../access/permissions.ts";
import { EVERYTHING, type Scope } from "../../access/scope.ts";
import type { Credential } from "../../config/config.ts";
import { type Programs, SECRET_PREFIX } from "../../engine/people/programs.ts";
import type { Sessions, SignedIn } from "../../engine/people/sessions.ts";
import { engineError } from "../../errors.ts";
import type { Guard, RequestFacts } from "./guard.ts";
import { LOGGED_CHARACTERS, type Passwords } from "./passwords.ts";
import { type CookieFacts, requireOwnPage, sessionSecret } from "./session-cookie.ts";

export interface Access {
  /** Name of the credential; `loopback` when none are set. */
  name: string;
  /** Name of the credential that was accepted; null on a loopback without credentials. */
  credential: string | null;
  roles: readonly Role[];
  scope: Scope;
  /** Of whom the session is that it came by; absent: it came by none. */
  user?: SignedIn["user"];
  /** Where the request came from, as trusted proxies say it. */
  address: string;
}

type Allowed = Omit<Access, "address">;

/** A request, and the connection that it came on: any object that lives as long. */
export type AccessRequest = RequestFacts & CookieFacts & { connection: object };

export interface AccessRules {
  /**
   * At once where nothing has to be waited for, as with nearly every request.
   * @throws EngineError `unauthorized` (401), `forbidden` (403) or `too-busy` (503)
   */
  check(request: AccessRequest): Access | Promise<Access>;
}

export interface AccessRulesParts {
  credentials: readonly Credential[];
  passwords: Passwords;
  guard: Guard;
  /** Whether everybody on this machine has every role who brings nothing. */
  isOpen: boolean;
  sessions: Pick<Sessions, "of">;
  programs: Pick<Programs, "of">;
  /** Names of the extra fields that customers see. */
  customerFields: readonly string[];
}

export function createAccessRules(options: AccessRulesParts): AccessRules {
  const { credentials, passwords, guard, isOpen, sessions, programs, customerFields } = options;
  const tokens = tokensOf(credentials, customerFields);

  /**
   * What each connection was let in with last: a switch sends the same header with each post, and
   * hashing it is done once. Nobody else's connection learns from it.
   */
  const lastOf = new WeakMap<object, { authorization: string; access: Access }>();

  /** The same object as for the last request of the connection, where the address is the same. */
  function remember(connection: object, authorization: string, access: Access): Access {
    lastOf.set(connection, { authorization, access });
    return access;
  }

  function check(request: AccessRequest): Access | Promise<Access> {
    const { authorization = "", address, connection, cookie } = request;
    const secret = authorization === "" ? sessionSecret(cookie) : undefined;
    if (secret !== undefined) return bySession(request, secret);
    const [scheme, value] = splitAuthorization(authorization);
    const last = lastOf.get(connection);
    if (last?.authorization !== authorization) {
      const token = tokenIn(scheme, value);
      if (token !== undefined) return byToken(request, { scheme, token });
    }
    if (isOpen) {
      guard.againstStrangers(request);
      if (last?.access.address === address) return last.access;
      return remember(connection, "", { ...LOOPBACK, address });
    }
    // A browser may hold Basic credentials and send them along from any page.
    if (scheme === "basic") guard.againstPages(request);
    if (last?.authorization !== authorization) return firstCheck(request, scheme, value);
    if (last.access.address === address) return last.access;
    return remember(connection, authorization, { ...last.access, address });
  }

  /** Never the roles of an open loopback, whatever becomes of the session. */
  async function bySession(request: AccessRequest, secret: string): Promise<Access> {
    guard.againstOtherSites(request);
    requireOwnPage(request);
    const signedIn = await sessions.of(secret);
    if (signedIn === null) {
      throw engineError("unauthorized", "The session is unknown or has ended: sign in.");
    }
    const { user, roles, scope } = signedIn;
    const name = `user ${user.name}`;
    return { name, credential: null, user, roles, scope, address: request.address };
  }

  /** Never the roles of an open loopback. Asked each time: what is revoked does not hold on. */
  async function byToken(
    request: AccessRequest,
    { scheme, token }: { scheme: string; token: string },
  ): Promise<Access> {
    if (scheme === "basic") guard.againstPages(request);
    const { address } = request;
    const program = await programs.of(token, address);
    if (program === null) {
      throw engineError(
        "unauthorized",
        "The token is unknown or has ended, or may not come from this address.",
      );
    }
    return { ...program, credential: program.name, address };
  }

  async function firstCheck(
    { authorization = "", address, connection }: AccessRequest,
    scheme: string,
    value: string,
  ): Promise<Access> {
    const found = await credentialOf(scheme, value, address);
    if (found === undefined) throw engineError("unauthorized");
    return remember(connection, authorization, { ...found, address });
  }

  async function credentialOf(
    scheme: string,
    value: string,
    address: string,
  ): Promise<Allowed | undefined> {
    // The look-up is by the token's hash, so its time tells nothing of a stored token.
    if (scheme === "bearer") return tokens.get(hashOf(value));
    if (scheme !== "basic") return undefined;
    const text = Buffer.from(value, "base64").toString("utf8");
    // Switches that know user and password alone send a token as the password.
    const colon = text.indexOf(":");
    const access = colon < 0 ? undefined : tokens.get(hashOf(text.slice(colon + 1)));
    if (access !== undefined) return access;
    const entry = await passwords.verify(text, address);
    return entry && toAccess(entry, customerFields);
  }

  return { check };
}

/** A token of the store, by itself or as the password of HTTP Basic. */
function tokenIn(scheme: string, value: string): string | undefined {
  if (scheme === "bearer") return value.startsWith(SECRET_PREFIX) ? value : undefined;
  if (scheme !== "basic") return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const secret = text.slice(text.indexOf(":") + 1);
  return secret.startsWith(SECRET_PREFIX) ? secret : undefined;
}

/** Those of the settings, by their hash. */
function tokensOf(
  credentials: readonly Credential[],
  customerFields: readonly string[],
): Map<string, Allowed> {
  return new Map(
    credentials.flatMap((entry) =>
      entry.tokenSha256 === undefined
        ? []
        : [[entry.tokenSha256, toAccess(entry, customerFields)] as const],
    ),
  );
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Everybody on this machine, where no credentials are set. */
export const LOOPBACK: Allowed = {
  name: "loopback",
  credential: null,
  roles: ROLES,
  scope: EVERYTHING,
};

export function toAccess(entry: Credential, customerFields: readonly string[]): Allowed {
  const { name, roles } = entry;
  return { name, credential: name, roles, scope: scopeOf(entry, customerFields) };
}

/** The name that the caller gives itself, for the log; undefined when it gives none. */
export function claimedUser(authorization: string | undefined): string | undefined {
  const [scheme, value] = splitAuthorization(authorization);
  if (scheme !== "basic") return undefined;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : text.slice(0, Math.min(colon, LOGGED_CHARACTERS));
}

function splitAuthorization(header: string | undefined): [string, string] {
  const match = /^(\S+)\s+(\S+)\s*$/.exec(header ?? "");
  return match === null ? ["", ""] : [(match[1] ?? "").toLowerCase(), match[2] ?? ""];
}
