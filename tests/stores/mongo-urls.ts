// URLs of data bases on the MongoDB of the tests, with the user and the options that its own URL has.
import { randomUUID } from "node:crypto";

interface UrlParts {
  scheme: string;
  /** `user:password@`, as it is written; empty: none. */
  user: string;
  hosts: string;
  options: URLSearchParams;
}

const FORM = /^(mongodb(?:\+srv)?:\/\/)([^@/]*@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;

/** A user is kept where the URL says; where another data base takes the place of its path, it is said. */
function partsOf(uri: string): UrlParts {
  const [, scheme = "", user = "", hosts = "", path = "", query = ""] = FORM.exec(uri) ?? [];
  if (scheme === "") throw new Error("MONGODB_URI is no URL of MongoDB");
  const options = new URLSearchParams(query);
  if (user !== "" && !options.has("authSource")) options.set("authSource", path || "admin");
  return { scheme, user, hosts, options };
}

function written({ scheme, user, hosts, options }: UrlParts, name: string): string {
  return `${scheme}${user}${hosts}/${name}${options.size > 0 ? `?${options}` : ""}`;
}

/** Of a data base that is not there yet, unless it is named. Without a server: where nobody listens. */
export function mongoUrl(uri: string | null, name = `cdrate-test-${randomUUID()}`): string {
  return written(partsOf(uri ?? "mongodb://127.0.0.1:1"), name);
}

/** Where the server listens; of several, the first. */
export function mongoAddress(uri: string | null): { hostname: string; port: number } {
  const [, hostname = "", port = "27017"] =
    /^(\[[^\]]*\]|[^:,]*)(?::(\d+))?/.exec(partsOf(uri ?? "").hosts) ?? [];
  return { hostname: hostname.replaceAll(/[[\]]/g, ""), port: Number(port) };
}

/** The same through a proxy before that one server. `options` are set besides. */
export function mongoUrlThrough(
  {
    uri,
    port,
    name = `cdrate-test-${randomUUID()}`,
  }: { uri: string | null; port: number; name?: string },
  options: Record<string, string> = {},
): string {
  const parts = partsOf(uri ?? "");
  parts.options.delete("replicaSet");
  for (const [option, value] of Object.entries({ directConnection: "true", ...options })) {
    parts.options.set(option, value);
  }
  return written({ ...parts, scheme: "mongodb://", hosts: `127.0.0.1:${port}` }, name);
}
