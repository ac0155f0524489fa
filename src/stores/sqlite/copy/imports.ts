// Dialects, uploads with their parts, and batches in SQLite, as a copy reads and writes them.
import type { Database } from "better-sqlite3";
import type { CopiedRows, CopyTable, CopyTables } from "../../ports/copy.ts";
import { type BatchRow, batchTable, toBatch } from "../imports/batches.ts";
import { type DialectRow, dialectTable, toDialect } from "../imports/dialects.ts";
import { toUpload, type UploadRow, uploadTable } from "../imports/uploads.ts";
import { pageOf, type Walk } from "./paged.ts";
import { smallTable } from "./small-table.ts";

type Part = CopiedRows["uploadParts"];

/** Parts may have megabytes: a page ends by their bytes. */
function partCopyTable(database: Database): CopyTable<Part> {
  type Stored = Omit<Part, "bytes"> & { bytes: Buffer };
  const select = database.prepare<[string, number, number], Stored>(
    `SELECT upload, number, bytes FROM upload_part WHERE (upload, number) > (?, ?)
     ORDER BY upload, number LIMIT ?`,
  );
  const count = database.prepare<[], number>("SELECT count(*) FROM upload_part").pluck();
  const insert = database.prepare(
    `INSERT INTO upload_part (upload, number, bytes) VALUES (@upload, @number, @bytes)
     ON CONFLICT (upload, number) DO NOTHING`,
  );
  const walk: Walk<Stored, Part> = {
    rows: (after, limit) => {
      const [upload, number] = after === null ? ["", 0] : (JSON.parse(after) as [string, number]);
      return select.iterate(upload, number, limit);
    },
    placeOf: ({ upload, number }) => JSON.stringify([upload, number]),
    bytesOf: ({ bytes }) => bytes.length,
    read: ({ bytes, ...part }) => ({ ...part, bytes: new Uint8Array(bytes) }),
  };
  const put = database.transaction((parts: readonly Part[]) => {
    for (const part of parts) insert.run(part);
  });
  return {
    count: async () => count.get() ?? 0,
    page: async (after, limits) => pageOf(walk, after, limits),
    put: async (parts) => put.immediate(parts),
  };
}

export function importCopyTables(
  database: Database,
): Pick<CopyTables, "dialects" | "uploads" | "uploadParts" | "batches"> {
  const dialects = dialectTable(database);
  return {
    dialects: smallTable<DialectRow, CopiedRows["dialects"]>(database, {
      table: "dialect",
      select: "SELECT * FROM dialect WHERE name > ? ORDER BY name LIMIT ?",
      keyOf: ({ name }) => [name],
      start: [""],
      read: toDialect,
      put: (dialect) => dialects.get(dialect.name) ?? dialects.set(dialect),
    }),
    uploads: smallTable<UploadRow, CopiedRows["uploads"]>(database, {
      table: "upload",
      select: "SELECT * FROM upload WHERE id > ? ORDER BY id LIMIT ?",
      keyOf: ({ id }) => [id],
      start: [""],
      read: toUpload,
      put: uploadTable(database).put,
    }),
    uploadParts: partCopyTable(database),
    batches: smallTable<BatchRow, CopiedRows["batches"]>(database, {
      table: "batch",
      select: "SELECT * FROM batch WHERE id > ? ORDER BY id LIMIT ?",
      keyOf: ({ id }) => [id],
      start: [""],
      read: toBatch,
      put: batchTable(database).put,
    }),
  };
}
