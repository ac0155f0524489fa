// Opens a data base by its URL; each driver is loaded by whoever needs it first.
import { readFile } from "node:fs/promises";
import type { FeedParts } from "../contract.ts";
import { type Connection, type ConnectParts, readUrl } from "./connection.ts";
import { connectMysql } from "./mysql.ts";
import { connectPostgresql } from "./postgresql.ts";
import type { SqlSettings } from "./settings.ts";
import { connectSqlite } from "./sqlite.ts";

/** `secret` reads a password that stands apart. @throws where it is not there, with a message that has no secret in it */
export async function connect(
  settings: Pick<SqlSettings, "url" | "secretEnv" | "secretFile" | "tls" | "charset"> & {
    /** Else nothing can be written. */
    isWriting: boolean;
  },
  { secret }: Pick<FeedParts, "secret">,
): Promise<Connection> {
  const read = readUrl(settings.url);
  if (typeof read === "string") throw new Error(read);
  const { secretEnv, secretFile, charset, isWriting } = settings;
  const isApart = secretEnv !== undefined || secretFile !== undefined;
  const password = isApart ? await secret({ secretEnv, secretFile }) : read.password;
  const parts: ConnectParts = {
    url: read.url,
    password,
    tls: await tlsOf(settings.tls),
    charset,
    isWriting,
  };
  try {
    return await OPENERS[read.url.kind](parts);
  } catch (cause) {
    throw new Error(withoutSecret(cause, password));
  }
}

const OPENERS: Record<ConnectParts["url"]["kind"], (parts: ConnectParts) => Promise<Connection>> = {
  sqlite: connectSqlite,
  mysql: connectMysql,
  postgresql: connectPostgresql,
};

/** With the certificate itself instead of its file, which is read at each connection. */
async function tlsOf(tls: SqlSettings["tls"]): Promise<ConnectParts["tls"]> {
  if (typeof tls === "boolean" || tls.ca === undefined) return tls;
  return { ...tls, ca: await readFile(tls.ca, "utf8") };
}

function withoutSecret(cause: unknown, password: string | undefined): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return password === undefined || password === "" ? message : message.replaceAll(password, "…");
}
