// CDRs as rows of a table of another data base: one transaction a page.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { connect } from "../../feeds/sql/connect.ts";
import type { Connection } from "../../feeds/sql/connection.ts";
import type { Output, OutputKind, OutputParts } from "../contract.ts";
import type { SqlOutputSettings } from "../settings.ts";
import { CDR_STATS_TABLE, writeForCdrStats } from "./cdr-stats.ts";
import { ownWriter } from "./own-map.ts";
import { type Rows, rowsOf } from "./row.ts";

export const SQL: OutputKind<SqlOutputSettings> = {
  batch: ({ records }) => records,
  create: createSql,
};

function createSql(settings: SqlOutputSettings, { secret, warned }: OutputParts): Output {
  const { map, table = CDR_STATS_TABLE } = settings;
  let connection: Connection | null = null;
  /** Revisions that came when CDR-Stats had taken the call, since the start. */
  let late = 0;
  const write = typeof map === "string" ? forCdrStats : ownWriter(map);

  async function forCdrStats(rows: Rows, cdr: StoredCdr): Promise<void> {
    if (await writeForCdrStats(rows, cdr)) return;
    late += 1;
    warned(`${late} revisions came after CDR-Stats had imported their call, and are not there`);
  }

  function close(): void {
    connection?.close();
    connection = null;
  }

  async function called(): Promise<Connection> {
    connection ??= await connect({ ...settings, charset: "utf8mb4", isWriting: true }, { secret });
    return connection;
  }

  return {
    async send(cdrs, kept) {
      try {
        const open = await called();
        const rows = rowsOf(open, table);
        await open.query("BEGIN", []);
        for (const cdr of cdrs) await write(rows, cdr);
        await open.query("COMMIT", []);
        if (open.isOfFile) close();
        return kept;
      } catch (error) {
        // Whatever was begun ends with the connection.
        close();
        throw error;
      }
    },
    close,
  };
}
