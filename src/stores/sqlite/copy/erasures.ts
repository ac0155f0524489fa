// What is kept of erased CDRs, as a copy reads and writes it.
import type { Database } from "better-sqlite3";
import type { CopiedRows, CopiedSeal, CopyTables, ErasedKey } from "../../ports/copy.ts";
import { type SealRow, sealTable } from "../erasures/seals.ts";
import { idBytes } from "../rows.ts";
import { smallTable } from "./small-table.ts";

type ErasureTables = Pick<CopyTables, "erasedKeys" | "erasedLines" | "seals">;

export function erasureCopyTables(database: Database): ErasureTables {
  const seals = sealTable(database);
  const insertKey = database.prepare(
    "INSERT INTO erased (tenant, id, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const insertLines = database.prepare(
    `INSERT INTO erased_line (batch_id, job, number, lines) VALUES (@batchId, @job, @number, @lines)
     ON CONFLICT DO NOTHING`,
  );
  return {
    erasedKeys: smallTable<{ tenant: string; id: string; atMs: number }, ErasedKey>(database, {
      table: "erased",
      select: `SELECT tenant, lower(hex(id)) AS id, at_ms AS atMs FROM erased
        WHERE (tenant, id) > (?, unhex(?)) ORDER BY tenant, erased.id LIMIT ?`,
      keyOf: ({ tenant, id }) => [tenant, id],
      start: ["", ""],
      read: (row) => row,
      put: ({ tenant, id, atMs }) => insertKey.run(tenant, idBytes(id), atMs),
    }),
    erasedLines: smallTable<CopiedRows["erasedLines"], CopiedRows["erasedLines"]>(database, {
      table: "erased_line",
      select: `SELECT batch_id AS batchId, job, number, lines FROM erased_line
        WHERE (batch_id, job, number) > (?, ?, ?) ORDER BY batch_id, job, number LIMIT ?`,
      keyOf: ({ batchId, job, number }) => [batchId, job, number],
      start: ["", "", 0],
      read: (row) => row,
      put: (row) => insertLines.run(row),
    }),
    seals: smallTable<SealRow, CopiedSeal>(database, {
      table: "seal",
      select: `SELECT * FROM seal WHERE (quarter, shape) > (?, ?) ORDER BY quarter, shape LIMIT ?`,
      keyOf: ({ quarter, shape }) => [quarter, shape],
      start: [-1, ""],
      read({ tenants, ...row }) {
        const { bytes = [] } = seals.get(row.quarter, row.shape) ?? {};
        const plain = bytes.map((some) => new Uint8Array(some));
        return { ...row, tenants: JSON.parse(tenants) as string[], bytes: plain };
      },
      put: (seal) => seals.get(seal.quarter, seal.shape) ?? seals.put(seal),
    }),
  };
}
