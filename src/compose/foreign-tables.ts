// Tables of another system's data base, read once: for commands that bring its settings over.

import { engineError } from "../errors.ts";
import { secretAt } from "../feeds/secret.ts";
import { connect } from "../feeds/sql/connect.ts";

export interface DatabasePlace {
  /** `postgresql://…`, `mysql://…` or `sqlite:PATH`. */
  url: string;
  /** A variable that has the password. */
  secretEnv?: string | undefined;
  tls: boolean;
}

export interface ForeignTables {
  /** Its columns; null: there is none of this name, or the user does not see it. */
  columnsOf(table: string): Promise<readonly string[] | null>;
  /** Every row; what is NULL is left out. */
  rows(table: string, columns: readonly string[]): Promise<ReadonlyMap<string, string>[]>;
}

/** Nothing is written there. @throws `store-unavailable`, whose message has no password */
export async function withForeignTables<Result>(
  { url, secretEnv, tls }: DatabasePlace,
  use: (tables: ForeignTables) => Promise<Result>,
): Promise<Result> {
  const settings = { url, secretEnv, secretFile: undefined, tls, charset: "utf8mb4" as const };
  const secret = (place: Parameters<typeof secretAt>[0]) => secretAt(place, process.env);
  const away = (cause: unknown) =>
    engineError("store-unavailable", cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  const open = await connect({ ...settings, isWriting: false }, { secret }).catch((cause) => {
    throw away(cause);
  });
  const { dialect } = open;
  const named = (table: string) => table.split(".").map(dialect.quoted).join(".");
  try {
    return await use({
      columnsOf: async (table) => (await open.shapeOf(table))?.columns ?? null,
      rows(table, columns) {
        const texts = columns.map((column) => {
          const quoted = dialect.quoted(column);
          return `${dialect.asText(quoted)} AS ${quoted}`;
        });
        return open.query(`SELECT ${texts.join(", ")} FROM ${named(table)}`, []).catch((cause) => {
          throw away(cause);
        });
      },
    });
  } finally {
    open.close();
  }
}
