// Schedules, deliveries and saved searches, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { DeskEntry, DeskKey, DeskKind, DeskStore } from "../../ports/billing/desk.ts";

export interface DeskRow {
  kind: string;
  id: string;
  version: number;
  due_ms: number | null;
  body: string;
}

export function toDeskEntry({ kind, id, version, due_ms, body }: DeskRow): DeskEntry {
  const read = JSON.parse(body) as JsonObject;
  return { kind: kind as DeskKind, id, version, dueMs: due_ms, body: read };
}

function toRow({ kind, id, version, dueMs, body }: DeskEntry): DeskRow {
  return { kind, id, version, due_ms: dueMs, body: JSON.stringify(body) };
}

export function deskTable(database: Database) {
  const insert = database.prepare<[DeskRow]>(
    `INSERT INTO desk_entry (kind, id, version, due_ms, body)
     VALUES (@kind, @id, @version, @due_ms, @body) ON CONFLICT (kind, id) DO NOTHING`,
  );
  const replace = database.prepare<[DeskRow & { expected: number }]>(
    `UPDATE desk_entry SET version = @version, due_ms = @due_ms, body = @body
     WHERE kind = @kind AND id = @id AND version = @expected`,
  );
  const one = database.prepare<[DeskKey], DeskRow>(
    "SELECT * FROM desk_entry WHERE kind = @kind AND id = @id",
  );
  const erase = database.prepare<[DeskKey]>(
    "DELETE FROM desk_entry WHERE kind = @kind AND id = @id",
  );
  const ascending = database.prepare<[string, string, number], DeskRow>(
    "SELECT * FROM desk_entry WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
  );
  const first = database.prepare<[string, number], DeskRow>(
    "SELECT * FROM desk_entry WHERE kind = ? ORDER BY id DESC LIMIT ?",
  );
  const descending = database.prepare<[string, string, number], DeskRow>(
    "SELECT * FROM desk_entry WHERE kind = ? AND id < ? ORDER BY id DESC LIMIT ?",
  );
  const due = database.prepare<[string, number, number], DeskRow>(
    "SELECT * FROM desk_entry WHERE kind = ? AND due_ms <= ? ORDER BY due_ms, id LIMIT ?",
  );
  return {
    put: (entry: DeskEntry): boolean => insert.run(toRow(entry)).changes === 1,
    update: (entry: DeskEntry, expected: number): boolean =>
      replace.run({ ...toRow(entry), expected }).changes === 1,
    remove({ kind, id }: DeskKey): void {
      erase.run({ kind, id });
    },
    get({ kind, id }: DeskKey): DeskEntry | null {
      const row = one.get({ kind, id });
      return row === undefined ? null : toDeskEntry(row);
    },
    page({ kind, limit, after, descending: isBack }: Parameters<DeskStore["page"]>[0]) {
      if (isBack !== true) return ascending.all(kind, after ?? "", limit).map(toDeskEntry);
      const rows =
        after === undefined ? first.all(kind, limit) : descending.all(kind, after, limit);
      return rows.map(toDeskEntry);
    },
    due: ({ kind, untilMs, limit }: Parameters<DeskStore["due"]>[0]) =>
      due.all(kind, untilMs, limit).map(toDeskEntry),
  };
}

/** As a file is asked them. */
export function deskReads(database: Database) {
  const { get, page, due } = deskTable(database);
  return { getDeskEntry: get, pageDeskEntries: page, dueDeskEntries: due };
}
