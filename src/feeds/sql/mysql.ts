// A table of MySQL or MariaDB.
import { connect as connectTcp, isIP } from "node:net";
import type { Columns } from "../../formats/sql/columns.ts";
import { decodeRecord } from "../../formats/utf8-text.ts";
import type { Connection, ConnectParts, Dialect, TlsWish } from "./connection.ts";

const CONNECT_MS = 10_000;
/** Of one statement. */
const ANSWER_MS = 60_000;

const DIALECT: Dialect = {
  quoted: (name) => `\`${name.replaceAll("`", "``")}\``,
  asText: (column) => `CAST(${column} AS CHAR)`,
  selected: () => "t.*",
  parameter: () => "?",
};

/** What the driver knows of a value; the declared type of its function is not exported. */
interface Field {
  type: string;
  buffer(): Buffer | null;
}

export async function connectMysql(parts: ConnectParts): Promise<Connection> {
  const { url, password, tls, charset, isWriting } = parts;
  if (url.kind !== "mysql") throw new Error("a URL of another kind");
  const { createConnection } = await import("mysql2/promise");
  const { host, port, user, database } = url;
  const secret = password === undefined ? {} : { password };
  const connection = await createConnection({
    ...{ host: nameFor(host, tls), port, user, database, ...secret },
    // The driver takes `host` for the name in the certificate.
    stream: () => connectTcp({ host, port }),
    ...(tls === false ? {} : { ssl: tlsOptions(tls) }),
    charset,
    connectTimeout: CONNECT_MS,
    multipleStatements: false,
  });
  // An idle connection may be ended by the server: what is asked of it next says so.
  connection.on("error", () => undefined);
  const ask = async (sql: string, values: readonly string[] = []): Promise<Columns[]> => {
    const [rows] = await connection.query({
      sql,
      values: [...values],
      typeCast,
      timeout: ANSWER_MS,
    });
    return Array.isArray(rows) ? rows.map((row) => textsOf(row as Record<string, unknown>)) : [];
  };
  try {
    // A TIMESTAMP is written out in the zone of the session.
    await ask("SET time_zone = '+00:00'");
    if (!isWriting) await ask("SET SESSION TRANSACTION READ ONLY");
  } catch (cause) {
    connection.destroy();
    throw cause;
  }
  return {
    dialect: DIALECT,
    isOfFile: false,
    async shapeOf(table) {
      const [name = "", base = database] = table.split(".").reverse();
      const rows = await ask(
        `SELECT COLUMN_NAME AS name, EXTRA AS extra FROM information_schema.COLUMNS
         WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
        [base, name],
      );
      if (rows.length === 0) return null;
      const nameOf = (row: Columns) => row.get("name") ?? "";
      const growing = rows.find((row) => /auto_increment/i.test(row.get("extra") ?? ""));
      return {
        columns: rows.map(nameOf),
        growing: growing === undefined ? null : nameOf(growing),
      };
    },
    query: ask,
    close: () => connection.destroy(),
  };
}

function tlsOptions(tls: Exclude<TlsWish, false>): Record<string, unknown> {
  const ca = tls === true ? undefined : tls.ca;
  return { rejectUnauthorized: true, verifyIdentity: true, ...(ca === undefined ? {} : { ca }) };
}

/**
 * What the certificate must be for. Of an address the driver would ask for `localhost`: with a dot behind
 * it, which a name may have, it is asked for as it is.
 */
function nameFor(host: string, tls: TlsWish): string {
  const name = (typeof tls === "object" ? tls.serverName : undefined) ?? host;
  return isIP(name) !== 0 ? `${name}.` : name;
}

/** The bytes that the server wrote: no number and no date is made of them. */
function typeCast(field: Field): string | null {
  const bytes = field.buffer();
  if (bytes === null) return null;
  const text = decodeRecord(bytes) ?? bytes.toString("latin1");
  return field.type === "TIMESTAMP" && /^[1-9]/.test(text) ? `${text}+00:00` : text;
}

function textsOf(row: Record<string, unknown>): Columns {
  return new Map(
    Object.entries(row).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
