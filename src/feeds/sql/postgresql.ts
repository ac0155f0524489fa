// A table of PostgreSQL.
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type { Columns } from "../../formats/sql/columns.ts";
import type { Connection, ConnectParts, Dialect, TlsWish } from "./connection.ts";

const CONNECT_MS = 10_000;
/** Of one statement. */
const ANSWER_MS = 60_000;

const DIALECT: Dialect = {
  quoted: (name) => `"${name.replaceAll('"', '""')}"`,
  asText: (column) => `(${column})::text`,
  selected: () => "t.*",
  parameter: (place) => `$${place}`,
};

/** Values stay as the server writes them: no number and no date is made of them. */
const AS_TEXT = { getTypeParser: () => (text: unknown) => text };

const SHAPE = `SELECT a.attname AS name,
    CASE WHEN a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN '1' END AS growing
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = to_regclass($1)::oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

export async function connectPostgresql(parts: ConnectParts): Promise<Connection> {
  const { url, password, tls, isWriting } = parts;
  if (url.kind !== "postgresql") throw new Error("a URL of another kind");
  const { default: pg } = await import("pg");
  const { host, port, user, database } = url;
  const client = new pg.Client({
    ...{ host, port, user, database },
    ...(password === undefined ? {} : { password }),
    ssl: tls === false ? false : tlsOptions(tls, host),
    types: AS_TEXT,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    statement_timeout: ANSWER_MS,
    application_name: "cdrate",
    keepAlive: true,
  });
  // A server that goes away between two questions: the next one says so.
  client.on("error", () => undefined);
  const ask = async (sql: string, values: readonly string[] = []): Promise<Columns[]> => {
    const { rows } = await client.query<Record<string, unknown>>(sql, [...values]);
    return rows.map(textsOf);
  };
  const close = () => void client.end().catch(() => undefined);
  try {
    await client.connect();
    await ask("SET client_encoding = 'UTF8'");
    await ask("SET datestyle = 'ISO, YMD'");
    await ask("SET intervalstyle = 'postgres'");
    await ask("SET timezone = 'UTC'");
    if (!isWriting) await ask("SET default_transaction_read_only = on");
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    dialect: DIALECT,
    isOfFile: false,
    async shapeOf(table) {
      const rows = await ask(SHAPE, [table.split(".").map(DIALECT.quoted).join(".")]);
      if (rows.length === 0) return null;
      const growing = rows.find((row) => row.get("growing") === "1")?.get("name");
      return { columns: rows.map((row) => row.get("name") ?? ""), growing: growing ?? null };
    },
    query: ask,
    close,
  };
}

/** The driver would ask the certificate of an address for `localhost`. */
function tlsOptions(tls: Exclude<TlsWish, false>, host: string): ConnectionOptions {
  const { ca, serverName = host } = tls === true ? {} : tls;
  return {
    rejectUnauthorized: true,
    checkServerIdentity: (_asked, certificate) => checkServerIdentity(serverName, certificate),
    ...(ca === undefined ? {} : { ca }),
  };
}

function textsOf(row: Record<string, unknown>): Columns {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "string") texts.set(name, value);
  }
  return texts;
}
