// Who may do what: bearer tokens, HTTP Basic, and the guard of a loopback without credentials.
import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Credential, Role } from "../config/config.ts";
import { engineError } from "../errors.ts";

export interface Access {
  /** Name of the credential; `loopback` when none are set. */
  name: string;
  /** Name of the credential that was accepted; null on a loopback without credentials. */
  credential: string | null;
  roles: readonly Role[];
  /** Absent: every tenant. */
  tenants?: readonly string[];
}

export interface RequestFacts {
  authorization: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  fetchSite: string | undefined;
  /** Names of all request headers, in lower case. */
  headerNames: string[];
}

export interface AccessRules {
  /** @throws EngineError `unauthorized` (401) or `forbidden` (403) */
  check(request: RequestFacts): Promise<Access>;
}

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** @param hosts further names that a Host header may carry when no credentials are set */
export function createAccessRules(options: {
  credentials: readonly Credential[];
  hosts: readonly string[];
}): AccessRules {
  const { credentials } = options;
  const hosts = new Set([...LOOPBACK_HOSTS, ...options.hosts.map((host) => host.toLowerCase())]);
  const tokens = new Map(
    credentials.flatMap((entry) =>
      entry.tokenSha256 === undefined ? [] : [[entry.tokenSha256, toAccess(entry)] as const],
    ),
  );
  const verifyBasic = createBasicVerifier(credentials);

  return {
    async check(request) {
      if (credentials.length === 0) {
        guardLoopback(request, hosts);
        return { name: "loopback", credential: null, roles: ["ingest", "read", "rate", "admin"] };
      }
      const [scheme, value] = splitAuthorization(request.authorization);
      if (scheme === "bearer") {
        // The look-up is by the token's hash, so its time tells nothing of a stored token.
        const access = tokens.get(createHash("sha256").update(value).digest("hex"));
        if (access !== undefined) return access;
      }
      if (scheme === "basic") {
        // A browser may hold Basic credentials and send them along from any page.
        guardBrowser(request, hosts);
        const access = await verifyBasic(value);
        if (access !== undefined) return access;
      }
      throw engineError("unauthorized");
    },
  };
}

function toAccess(entry: Credential): Access {
  const { name, roles, tenants } = entry;
  return { name, credential: name, roles, ...(tenants.includes("*") ? {} : { tenants }) };
}

function splitAuthorization(header: string | undefined): [string, string] {
  const match = /^(\S+)\s+(\S+)\s*$/.exec(header ?? "");
  return match === null ? ["", ""] : [(match[1] ?? "").toLowerCase(), match[2] ?? ""];
}

/** scrypt once for each user and password seen, then a keyed hash in memory: 1 µs a request. */
function createBasicVerifier(
  credentials: readonly Credential[],
): (value: string) => Promise<Access | undefined> {
  const key = randomBytes(32);
  const known = new Map<string, Access>();
  return async (value) => {
    const hash = createHmac("sha256", key).update(value).digest("hex");
    const seen = known.get(hash);
    if (seen !== undefined) return seen;
    const text = Buffer.from(value, "base64").toString("utf8");
    const colon = text.indexOf(":");
    if (colon < 0) return undefined;
    const entry = credentials.find((candidate) => candidate.user === text.slice(0, colon));
    if (entry?.passwordScrypt === undefined) return undefined;
    if (!(await passwordMatches(text.slice(colon + 1), entry.passwordScrypt))) return undefined;
    const access = toAccess(entry);
    known.set(hash, access);
    return access;
  };
}

const SCRYPT_KEY_BYTES = 32;
const deriveKey = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  keyBytes: number,
) => Promise<Buffer>;

/** `salt:hash` in hex, for `passwordScrypt` of the settings. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await deriveKey(password, salt, SCRYPT_KEY_BYTES);
  return `${salt.toString("hex")}:${hash.toString("hex")}`;
}

async function passwordMatches(password: string, stored: string): Promise<boolean> {
  const [salt = "", hash = ""] = stored.split(":");
  const computed = await deriveKey(password, Buffer.from(salt, "hex"), SCRYPT_KEY_BYTES);
  return timingSafeEqual(computed, Buffer.from(hash, "hex"));
}

/** No web page may reach a service without credentials: see design 9. */
function guardLoopback(request: RequestFacts, hosts: Set<string>): void {
  guardBrowser(request, hosts);
  const host = hostName(request.host ?? "");
  if (!hosts.has(host)) {
    throw engineError("forbidden", `The Host "${host}" is not known here.`, {
      hint: "Call it by localhost or 127.0.0.1, or name the host under `hosts` in the settings.",
    });
  }
  const forwarded = request.headerNames.find(
    (name) => name.startsWith("x-forwarded-") || name === "forwarded",
  );
  if (forwarded !== undefined) {
    throw engineError("forbidden", `A request with ${forwarded} came through a proxy.`, {
      hint: "Set credentials before a proxy may forward to this service.",
    });
  }
}

function guardBrowser({ origin, fetchSite }: RequestFacts, hosts: Set<string>): void {
  if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") {
    throw engineError("forbidden", "A web page of another site sent this request.");
  }
  if (origin === undefined) return;
  const host = /^https?:\/\/(.+)$/.exec(origin)?.[1] ?? "";
  if (!hosts.has(hostName(host))) {
    throw engineError("forbidden", `The Origin "${origin}" is not this service.`);
  }
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "");
}
