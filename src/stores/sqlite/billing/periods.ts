// Statements of closed periods in SQLite.
import type { Database } from "better-sqlite3";
import type {
  PeriodCdr,
  PeriodHead,
  PeriodQuery,
  PeriodStatement,
} from "../../ports/billing/periods.ts";

/** A statement as a row has it; `lines` is not read with the heads. */
export interface PeriodRow extends Omit<PeriodStatement, "fromMs" | "toMs" | "atMs"> {
  from_ms: number;
  to_ms: number;
  at_ms: number;
}

const HEAD = `sequence, id, tenant, number, kind, side, party, from_ms, to_ms, closing, at_ms, hash,
  head`;

export function toStatement({
  from_ms: fromMs,
  to_ms: toMs,
  at_ms: atMs,
  ...same
}: PeriodRow): PeriodStatement {
  return { ...same, fromMs, toMs, atMs };
}

function conditionsOf(query: PeriodQuery): { conditions: string[]; values: unknown[] } {
  const conditions: string[] = ["sequence > ?", "sequence < ?"];
  const values: unknown[] = [query.after ?? 0, query.before ?? Number.MAX_SAFE_INTEGER];
  for (const [column, wanted] of [
    ["id", query.ids],
    ["tenant", query.tenants],
    ["number", query.numbers],
    ["closing", query.closings],
  ] as const) {
    if (wanted === undefined) continue;
    conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
    values.push(JSON.stringify(wanted));
  }
  for (const [column, wanted] of [
    ["side", query.side],
    ["party", query.party],
    ["kind", query.kind],
  ] as const) {
    if (wanted === undefined) continue;
    conditions.push(`${column} = ?`);
    values.push(wanted);
  }
  return { conditions, values };
}

export function periodTable(database: Database) {
  const insert = database.prepare<[PeriodRow]>(
    `INSERT INTO period (${HEAD}, lines) VALUES (@sequence, @id, @tenant, @number, @kind, @side,
       @party, @from_ms, @to_ms, @closing, @at_ms, @hash, @head, @lines) ON CONFLICT DO NOTHING`,
  );
  const select = database.prepare<[string], PeriodRow>("SELECT * FROM period WHERE id = ?");
  const selectLast = database
    .prepare<[], number>("SELECT coalesce(max(sequence), 0) FROM period")
    .pluck();
  const insertCdr = database.prepare<[PeriodCdr]>(
    `INSERT INTO period_cdr (statement, cdr, text) VALUES (@statement, @cdr, @text)
     ON CONFLICT (statement, cdr) DO UPDATE SET text = excluded.text`,
  );
  const selectPage = database.prepare<[string, string, number], PeriodCdr>(
    `SELECT statement, cdr, text FROM period_cdr WHERE statement = ? AND cdr > ?
     ORDER BY cdr LIMIT ?`,
  );
  const selectOf = database.prepare<[string, string], PeriodCdr>(
    `SELECT statement, cdr, text FROM json_each(?) AS wanted CROSS JOIN json_each(?) AS named
     CROSS JOIN period_cdr ON statement = wanted.value AND cdr = named.value`,
  );
  const remove = database.prepare<[string, string, number]>(
    `DELETE FROM period_cdr WHERE statement = ? AND cdr IN
       (SELECT cdr FROM period_cdr WHERE statement = ? LIMIT ?)`,
  );
  const putCdrs = database.transaction((rows: readonly PeriodCdr[]): void => {
    for (const row of rows) insertCdr.run(row);
  });
  return {
    last: (): number => selectLast.get() ?? 0,
    append({ fromMs, toMs, atMs, ...same }: PeriodStatement): boolean {
      return insert.run({ ...same, from_ms: fromMs, to_ms: toMs, at_ms: atMs }).changes === 1;
    },
    find(query: PeriodQuery): PeriodHead[] {
      const { conditions, values } = conditionsOf(query);
      const found = database.prepare<unknown[], PeriodRow>(
        `SELECT ${HEAD} FROM period WHERE ${conditions.join(" AND ")}
         ORDER BY sequence ${query.isDescending === true ? "DESC" : "ASC"} LIMIT ?`,
      );
      return found.all(...values, query.limit).map(toStatement);
    },
    get(id: string): PeriodStatement | null {
      const row = select.get(id);
      return row === undefined ? null : toStatement(row);
    },
    putCdrs: (rows: readonly PeriodCdr[]): void => putCdrs.immediate(rows),
    pageCdrs: (statement: string, { after = "", limit }: { after?: string; limit: number }) =>
      selectPage.all(statement, after, limit),
    cdrsOf: (statements: readonly string[], cdrs: readonly string[]): PeriodCdr[] =>
      selectOf.all(JSON.stringify(statements), JSON.stringify(cdrs)),
    removeCdrs: (statement: string, limit: number): number =>
      remove.run(statement, statement, limit).changes,
  };
}
