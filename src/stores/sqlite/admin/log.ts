// The log of admin acts in SQLite.
import type { Database } from "better-sqlite3";
import type { Json } from "../../../cdr/json.ts";
import type { AdminAct, LogPageQuery } from "../../ports/log.ts";

export interface ActRow {
  id: string;
  at_ms: number;
  by: string;
  act: string;
  subject: string;
  tenant: string | null;
  before: string;
  after: string;
}

export function toAct({ at_ms: atMs, before, after, ...same }: ActRow): AdminAct {
  return { ...same, atMs, before: JSON.parse(before) as Json, after: JSON.parse(after) as Json };
}

export function logTable(database: Database) {
  const insert = database.prepare<[ActRow]>(
    `INSERT INTO admin_act (id, at_ms, "by", act, subject, tenant, "before", "after")
     VALUES (@id, @at_ms, @by, @act, @subject, @tenant, @before, @after)
     ON CONFLICT (id) DO NOTHING`,
  );
  const select = database.prepare<[number, string, number], ActRow>(
    "SELECT * FROM admin_act WHERE (at_ms, id) < (?, ?) ORDER BY at_ms DESC, id DESC LIMIT ?",
  );
  const update = database.prepare<[Pick<ActRow, "id" | "subject" | "before" | "after">]>(
    `UPDATE admin_act SET subject = @subject, "before" = @before, "after" = @after WHERE id = @id`,
  );
  const replace = database.transaction((acts: readonly AdminAct[]): void => {
    for (const { id, subject, before, after } of acts) {
      const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
      update.run({ id, subject, ...texts });
    }
  });
  return {
    replace: (acts: readonly AdminAct[]): void => replace.immediate(acts),
    append({ atMs, before, after, ...same }: AdminAct): void {
      const texts = { before: JSON.stringify(before), after: JSON.stringify(after) };
      insert.run({ ...same, ...texts, at_ms: atMs });
    },
    page({ limit, before }: LogPageQuery): AdminAct[] {
      const { atMs, id } = before ?? { atMs: Number.MAX_SAFE_INTEGER, id: "" };
      return select.all(atMs, id, limit).map(toAct);
    },
  };
}
