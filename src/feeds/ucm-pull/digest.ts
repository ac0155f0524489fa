// HTTP Digest (RFC 7616, MD5), as the older interface of a UCM asks for it.
import { createHash } from "node:crypto";

export interface DigestRequest {
  user: string;
  password: string;
  method: string;
  /** Path with query. */
  uri: string;
  /** Of this request alone. */
  nonce: string;
}

/** The `Authorization` that answers a `WWW-Authenticate`; null: it asks for something else. */
export function digestAnswer(challenge: string, request: DigestRequest): string | null {
  const digest = /(?:^|,)\s*digest\s(.*)$/is.exec(challenge)?.[1];
  if (digest === undefined) return null;
  const value = (name: string) => parameterOf(digest, name);
  if ((value("algorithm") || "MD5").toUpperCase() !== "MD5") return null;
  const offered = value("qop");
  const hasAuth = offered.split(/[\s,]+/).includes("auth");
  if (offered !== "" && !hasAuth) return null;
  const { user, password, method, uri, nonce: cnonce } = request;
  const [realm = "", nonce = "", opaque = ""] = ["realm", "nonce", "opaque"].map(value);
  const secret = md5(`${user}:${realm}:${password}`);
  const what = md5(`${method}:${uri}`);
  const parts = hasAuth ? [nonce, FIRST, cnonce, "auth", what] : [nonce, what];
  const fields = [
    `username=${quoted(user)}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    `response="${md5([secret, ...parts].join(":"))}"`,
    ...(opaque === "" ? [] : [`opaque=${quoted(opaque)}`]),
    ...(hasAuth ? ["qop=auth", `nc=${FIRST}`, `cnonce=${quoted(cnonce)}`] : []),
  ];
  return `Digest ${fields.join(", ")}`;
}

/** Each nonce of the device is used once. */
const FIRST = "00000001";

/** Of a parameter, quoted or not; empty where it is not there. */
function parameterOf(digest: string, name: string): string {
  const found = new RegExp(
    `(?:^|[\\s,])${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,]+))`,
    "i",
  );
  const [, inQuotes, bare = ""] = found.exec(digest) ?? [];
  return inQuotes?.replace(/\\(.)/g, "$1") ?? bare;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
