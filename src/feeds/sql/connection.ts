// What each kind of data base fulfils, so that the rest asks all of them alike.
import type { Columns } from "../../formats/sql/columns.ts";

/** A table, as its catalogue has it. */
export interface TableShape {
  columns: string[];
  /** The column whose numbers the table gives itself, each once and ever higher ones; null: none. */
  growing: string | null;
}

/** How SQL is written for it. */
export interface Dialect {
  /** Of a column, or of one part of a table's name. */
  quoted(name: string): string;
  /** A value of a quoted column as its text. */
  asText(column: string): string;
  /** What is selected of all columns of a table, so that each value comes as its text. */
  selected(columns: readonly string[]): string;
  /** The place of a parameter, from 1. */
  parameter(place: number): string;
}

export interface Connection {
  dialect: Dialect;
  /** It has a file open, which may be put away and made anew: it is opened again for each look. */
  isOfFile: boolean;
  /** Null: there is no such table, or the user does not see it. */
  shapeOf(table: string): Promise<TableShape | null>;
  /** Texts by column; what is NULL is left out. */
  query(sql: string, parameters: readonly string[]): Promise<Columns[]>;
  /** Ends it at once, whatever is under way. */
  close(): void;
}

export interface ConnectParts {
  url: DatabaseUrl;
  password: string | undefined;
  tls: TlsWish;
  /** Character set of a MySQL connection. */
  charset: string;
  /** Whether it writes a flag; else nothing is written. */
  isWriting: boolean;
}

/** False: none. Else the server must speak TLS, and its certificate must be good. */
export type TlsWish = boolean | { ca?: string | undefined; serverName?: string | undefined };

export type DatabaseUrl =
  | { kind: "sqlite"; path: string }
  | { kind: "mysql" | "postgresql"; host: string; port: number; user: string; database: string };

const PORTS = { mysql: 3306, postgresql: 5432 } as const;
const KINDS: Readonly<Record<string, "mysql" | "postgresql">> = {
  "mysql:": "mysql",
  "mariadb:": "mysql",
  "postgresql:": "postgresql",
  "postgres:": "postgresql",
};

export interface ReadUrl {
  url: DatabaseUrl;
  password: string | undefined;
}

/** `sqlite:PATH`, `mysql://user:password@host:port/base`, `postgresql://…`; a text says what is wrong. */
export function readUrl(text: string): ReadUrl | string {
  if (text.startsWith("sqlite:")) {
    const path = text.slice("sqlite:".length);
    if (path === "" || path.includes(":memory:")) return "sqlite: needs the path of a file";
    return { url: { kind: "sqlite", path }, password: undefined };
  }
  if (!URL.canParse(text))
    return "not a URL: write % and signs such as @ or / of a password as %25, %40, %2F";
  const parsed = new URL(text);
  const kind = KINDS[parsed.protocol];
  if (kind === undefined) return "begin it with sqlite:, mysql:// or postgresql://";
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (parsed.hostname === "" || parsed.username === "") return "it needs a user and a host";
  if (database === "" || database.includes("/"))
    return "it needs the name of a data base behind the host";
  if (parsed.search !== "" || parsed.hash !== "") {
    return "it takes no parameters; TLS is the setting tls";
  }
  const port = parsed.port === "" ? PORTS[kind] : Number(parsed.port);
  const host = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  const user = decodeURIComponent(parsed.username);
  const password = parsed.password === "" ? undefined : decodeURIComponent(parsed.password);
  return { url: { kind, host, port, user, database }, password };
}
