// The URL of a MongoDB store: what is wrong with it, or with what it leads to, in words that say what
// to do and never name the password.
import {
  MongoAPIError,
  MongoClient,
  type MongoClientOptions,
  MongoError,
  MongoServerSelectionError,
} from "mongodb";
import { EngineError, engineError } from "../../../errors.ts";
import { isUnavailable, unavailable } from "../faults.ts";

const FORM = /^mongodb(?:\+srv)?:\/\//;

/** The data base that the path of the URL names; `cdrate` when it names none. */
export function databaseName(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(url)?.[1];
  if (name === undefined) return "cdrate";
  try {
    return decodeURIComponent(name);
  } catch {
    throw invalidUrl("the name of the data base is not percent-encoded");
  }
}

/** @throws `invalid-settings` for a URL that no client can be made of */
export function createClient(url: string, options: MongoClientOptions): MongoClient {
  try {
    return new MongoClient(url, options);
  } catch (cause) {
    // No cause goes with it: it may hold the URL.
    throw invalidUrl(withoutSecrets(cause instanceof Error ? cause.message : String(cause), url));
  }
}

function invalidUrl(reason: string): EngineError {
  const message = `store: the URL of MongoDB cannot be used: ${reason.replace(/\.+$/, "")}.`;
  return engineError("invalid-settings", message, {
    path: "store",
    hint: "It reads mongodb://USER:PASSWORD@HOST:PORT/DATABASE?OPTIONS; the characters : / ? # [ ] @ % of user and password are percent-encoded.",
  });
}

/** The text without what stands before the @ of the URL, as it is there and as it is read. */
function withoutSecrets(text: string, url: string): string {
  const rest = url.replace(FORM, "");
  const end = rest.lastIndexOf("@");
  if (end <= 0) return oneLine(text);
  const written = rest.slice(0, end);
  const password = written.slice(written.indexOf(":") + 1);
  const forms = [written, password].flatMap((form) => [form, decoded(form)]);
  const secrets = forms.filter((form) => form !== "").sort((a, b) => b.length - a.length);
  return oneLine(secrets.reduce((so, secret) => so.replaceAll(secret, "***"), text));
}

function oneLine(text: string): string {
  return text.split("\n", 1).join("");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Faults of names come from Node as they are, or in the words of the driver. */
const UNKNOWN_HOST =
  /(?:getaddrinfo|query\w+) (?:ENOTFOUND|EAI_AGAIN|ENODATA|ESERVFAIL|ETIMEOUT)(?: (\S+))?/;
const TLS = /certificate|SSL|TLS|wrong version number/i;

const TLS_HINT =
  "See to tls, tlsCAFile and tlsCertificateKeyFile in the URL, and to the certificate of the server.";

const WANTS_TLS = /^mongodb\+srv:|[?&](?:tls|ssl)=true/;

/** Servers were looked for until the time was over, and none said why it cannot be used. */
function hintOfSilence(error: unknown, url: string): string | undefined {
  if (!(error instanceof MongoServerSelectionError) || !/timed out/.test(error.message)) return;
  const set = error.reason?.setName;
  if (typeof set === "string") {
    return `See whether ${set} is the name of the replica set (rs.status().set), whether it has a primary, and whether this machine knows its members by the names that it has for them.`;
  }
  return WANTS_TLS.test(url) ? TLS_HINT : undefined;
}

/** What is told of a fault that came while the store was opened. */
export function openingFault(error: unknown, url: string): unknown {
  if (error instanceof EngineError) return error;
  const text = withoutSecrets(error instanceof Error ? error.message : String(error), url);
  const host = UNKNOWN_HOST.exec(text);
  if (host !== null) {
    const name = host[1]?.replace(/,$/, "") ?? "of the URL";
    return engineError("store-unavailable", `MongoDB cannot be used: no host ${name} is known.`, {
      hint: "Correct the host in the URL of the store, or see to the DNS of this machine.",
    });
  }
  if (error instanceof MongoAPIError) return invalidUrl(text);
  if (!isUnavailable(error)) return error;
  const told = unavailable(error);
  const message = withoutSecrets(told.message, url);
  // A cause that holds a secret must not come into the log.
  const { cause, ...detail } = told.detail;
  const isClean = message === told.message;
  const isOfTls = error instanceof MongoError && TLS.test(text);
  const hint = isOfTls ? TLS_HINT : hintOfSilence(error, url);
  return engineError(told.code, message, {
    ...detail,
    ...(isClean && { cause }),
    ...(hint !== undefined && { hint }),
  });
}
