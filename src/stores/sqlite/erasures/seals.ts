// Keys and sums of erased CDRs in SQLite.
import type { Database } from "better-sqlite3";
import type { CdrKey, Seal, SealQuery } from "../../ports/cdrs.ts";
import type { StoredSeal } from "../../rollups/seals.ts";
import { idBytes } from "../rows.ts";

export interface SealRow {
  quarter: number;
  shape: string;
  cdrs: number;
  tenants: string;
  since: number;
  until: number;
  hash: string;
}

function toSeal({ tenants, ...row }: SealRow): Seal {
  return { ...row, tenants: JSON.parse(tenants) as string[] };
}

export function sealTable(database: Database) {
  const select = database.prepare<[number, string], SealRow>(
    "SELECT * FROM seal WHERE quarter = ? AND shape = ?",
  );
  const selectPieces = database
    .prepare<[number, string], Buffer>(
      "SELECT bytes FROM seal_piece WHERE quarter = ? AND shape = ? ORDER BY place",
    )
    .pluck();
  const selectSeals = database.prepare<[number, number, number], SealRow>(
    "SELECT * FROM seal WHERE quarter >= ? AND quarter < ? ORDER BY quarter, shape LIMIT ?",
  );
  const putSeal = database.prepare<[SealRow]>(
    `INSERT INTO seal (quarter, shape, cdrs, tenants, since, until, hash)
     VALUES (@quarter, @shape, @cdrs, @tenants, @since, @until, @hash)
     ON CONFLICT (quarter, shape) DO UPDATE SET cdrs = excluded.cdrs, tenants = excluded.tenants,
       since = excluded.since, until = excluded.until, hash = excluded.hash`,
  );
  const putPiece = database.prepare(
    `INSERT INTO seal_piece (quarter, shape, place, bytes) VALUES (?, ?, ?, ?)
     ON CONFLICT (quarter, shape, place) DO UPDATE SET bytes = excluded.bytes`,
  );

  function get(quarter: number, shape: string): StoredSeal | null {
    const row = select.get(quarter, shape);
    if (row === undefined) return null;
    return { ...toSeal(row), bytes: selectPieces.all(quarter, shape) };
  }
  const read = database.transaction(({ quarter, shape, hash }: Seal): Uint8Array[] | null => {
    const found = get(quarter, shape);
    return found?.hash === hash ? found.bytes.map((some) => new Uint8Array(some)) : null;
  });
  return {
    get,
    put({ bytes, tenants, quarter, shape, cdrs, since, until, hash }: StoredSeal): void {
      const row = { quarter, shape, cdrs, since, until, hash, tenants: JSON.stringify(tenants) };
      putSeal.run(row);
      for (const [place, some] of bytes.entries()) putPiece.run(quarter, shape, place, some);
    },
    page: ({ first, end, limit }: SealQuery): Seal[] =>
      selectSeals.all(first, Math.min(end, Number.MAX_SAFE_INTEGER), limit).map(toSeal),
    bytes: (seal: Seal) => read(seal),
  };
}

export function erasedKeyTable(database: Database) {
  const select = database.prepare<[string, Uint8Array], unknown>(
    "SELECT 1 FROM erased WHERE tenant = ? AND id = ?",
  );
  const count = database
    .prepare<[string], number>("SELECT total(lines) FROM erased_line WHERE batch_id = ?")
    .pluck();
  const drop = database.prepare<[number, number]>(
    `DELETE FROM erased WHERE (tenant, id) IN
       (SELECT tenant, id FROM erased WHERE at_ms < ? ORDER BY tenant, id LIMIT ?)`,
  );
  const isErased = ({ tenant, id }: CdrKey): boolean => {
    const bytes = idBytes(id);
    return bytes !== null && select.get(tenant, bytes) !== undefined;
  };
  return {
    isErased,
    among: (keys: readonly CdrKey[]): CdrKey[] => keys.filter(isErased),
    lines: (batchId: string): number => count.get(batchId) ?? 0,
    forget: (erasedBeforeMs: number, most: number): number =>
      drop.run(erasedBeforeMs, most).changes,
  };
}

export function erasureReads(database: Database) {
  const seals = sealTable(database);
  const erased = erasedKeyTable(database);
  return {
    pageOfSeals: seals.page,
    sealedBytes: seals.bytes,
    erasedAmong: erased.among,
    erasedLines: erased.lines,
  };
}
