// Files that were sent in parts, in SQLite.
import type { Database } from "better-sqlite3";
import type { Upload } from "../../ports/imports/uploads.ts";

export interface UploadRow {
  id: string;
  hash: string;
  bytes: number;
  part_bytes: number;
  name: string;
  sent_by: string;
  state: Upload["state"];
  expires_ms: number;
}

export function toUpload(row: UploadRow): Upload {
  const { id, hash, bytes, name, state } = row;
  const { part_bytes: partBytes, sent_by: by, expires_ms: expiresAtMs } = row;
  return { id, hash, bytes, partBytes, name, by, state, expiresAtMs };
}

/** Expired ones told at once. */
const EXPIRED_PIECE = 100;

export function uploadTable(database: Database) {
  const drop = database.transaction((id: string) => {
    database.prepare("DELETE FROM upload_part WHERE upload = ?").run(id);
    database.prepare("DELETE FROM upload WHERE id = ?").run(id);
  });
  return {
    put: (upload: Upload): boolean =>
      database
        .prepare<[Upload]>(
          `INSERT INTO upload (id, hash, bytes, part_bytes, name, sent_by, state, expires_ms)
           VALUES (@id, @hash, @bytes, @partBytes, @name, @by, @state, @expiresAtMs)
           ON CONFLICT (id) DO NOTHING`,
        )
        .run(upload).changes === 1,
    get(id: string): Upload | null {
      const row = database
        .prepare<[string], UploadRow>("SELECT * FROM upload WHERE id = ?")
        .get(id);
      return row === undefined ? null : toUpload(row);
    },
    update: ({ id, state, expiresAtMs }: Pick<Upload, "id" | "state" | "expiresAtMs">): boolean =>
      database
        .prepare("UPDATE upload SET state = ?, expires_ms = ? WHERE id = ?")
        .run(state, expiresAtMs, id).changes === 1,
    putPart(id: string, number: number, bytes: Uint8Array): void {
      database
        .prepare(
          `INSERT INTO upload_part (upload, number, bytes) VALUES (?, ?, ?)
           ON CONFLICT (upload, number) DO UPDATE SET bytes = excluded.bytes`,
        )
        .run(id, number, bytes);
    },
    getPart: (id: string, number: number): Uint8Array | null =>
      database
        .prepare<[string, number], Buffer>(
          "SELECT bytes FROM upload_part WHERE upload = ? AND number = ?",
        )
        .pluck()
        .get(id, number) ?? null,
    partNumbers: (id: string): number[] =>
      database
        .prepare<[string], number>(
          "SELECT number FROM upload_part WHERE upload = ? ORDER BY number",
        )
        .pluck()
        .all(id),
    drop: drop.immediate,
    expired: (beforeMs: number): string[] =>
      database
        .prepare<[number, number], string>("SELECT id FROM upload WHERE expires_ms < ? LIMIT ?")
        .pluck()
        .all(beforeMs, EXPIRED_PIECE),
    totalBytes: (): number =>
      database.prepare<[], number>("SELECT coalesce(sum(bytes), 0) FROM upload").pluck().get() ?? 0,
  };
}
