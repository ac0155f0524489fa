// Users, sessions and tokens in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { LoginKey, LoginKind, LoginPage, LoginRecord } from "../../ports/people/logins.ts";

export interface LoginRow {
  kind: LoginKind;
  name: string;
  owner: string;
  version: number;
  ends_at_ms: number | null;
  content: string;
}

export function toLogin({ ends_at_ms: endsAtMs, content, ...same }: LoginRow): LoginRecord {
  return { ...same, endsAtMs, content: JSON.parse(content) as JsonObject };
}

const PAGE = "name > @after ORDER BY name LIMIT @limit";

export function loginTable(database: Database) {
  const select = database.prepare<[LoginKey], LoginRow>(
    "SELECT * FROM login WHERE kind = @kind AND name = @name",
  );
  const page = database.prepare<[object], LoginRow>(
    `SELECT * FROM login WHERE kind = @kind AND ${PAGE}`,
  );
  const pageOfOwner = database.prepare<[object], LoginRow>(
    `SELECT * FROM login WHERE kind = @kind AND owner = @owner AND ${PAGE}`,
  );
  const insert = database.prepare<[LoginRow]>(
    `INSERT INTO login (kind, name, owner, version, ends_at_ms, content)
     VALUES (@kind, @name, @owner, @version, @ends_at_ms, @content)
     ON CONFLICT (kind, name) DO NOTHING`,
  );
  const update = database.prepare<[LoginRow & { expected: number }]>(
    `UPDATE login SET owner = @owner, version = @version, ends_at_ms = @ends_at_ms,
       content = @content
     WHERE kind = @kind AND name = @name AND version = @expected`,
  );
  const remove = database.prepare<[LoginKey]>(
    "DELETE FROM login WHERE kind = @kind AND name = @name",
  );
  const removeEnded = database.prepare<[{ kind: LoginKind; beforeMs: number }]>(
    "DELETE FROM login WHERE kind = @kind AND ends_at_ms < @beforeMs",
  );
  return {
    put({ endsAtMs, content, ...same }: LoginRecord, expected: number): boolean {
      const row = { ...same, ends_at_ms: endsAtMs, content: JSON.stringify(content) };
      const { changes } = expected === 0 ? insert.run(row) : update.run({ ...row, expected });
      return changes === 1;
    },
    get({ kind, name }: LoginKey): LoginRecord | null {
      const row = select.get({ kind, name });
      return row === undefined ? null : toLogin(row);
    },
    list({ owner, after = "", ...same }: LoginPage): LoginRecord[] {
      const asked = { ...same, after };
      return (owner === undefined ? page.all(asked) : pageOfOwner.all({ ...asked, owner })).map(
        toLogin,
      );
    },
    remove({ kind, name }: LoginKey): void {
      remove.run({ kind, name });
    },
    removeEnded({ kind, beforeMs }: { kind: LoginKind; beforeMs: number }): void {
      removeEnded.run({ kind, beforeMs });
    },
  };
}
