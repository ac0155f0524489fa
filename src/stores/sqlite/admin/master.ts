// Master data in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { MasterEntry, MasterKey, MasterKind, MasterPage } from "../../ports/master/entries.ts";

export interface MasterRow extends MasterKey {
  version: number;
  label: string;
  body: string;
}

export function toMaster({ body, ...same }: MasterRow): MasterEntry {
  return { ...same, body: JSON.parse(body) as JsonObject };
}

const SAME_KEY = "kind = @kind AND tenant = @tenant AND id = @id";
const OF = "SELECT * FROM master_entry WHERE kind = @kind AND tenant = @tenant";
/** One lower bound each: of two the index would go by the wrong one. */
const PAGES = {
  id: {
    first: `${OF} AND id >= @prefix AND id < @end ORDER BY id LIMIT @limit`,
    next: `${OF} AND id > @id AND id < @end ORDER BY id LIMIT @limit`,
  },
  label: {
    first: `${OF} AND label >= @prefix AND label < @end ORDER BY label, id LIMIT @limit`,
    next: `${OF} AND (label, id) > (@label, @id) AND label < @end ORDER BY label, id LIMIT @limit`,
  },
};

/** As SQLite compares them. */
function isBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0;
}

export function masterTable(database: Database) {
  const insert = database.prepare<[MasterRow]>(
    `INSERT INTO master_entry (kind, tenant, id, version, label, body)
     VALUES (@kind, @tenant, @id, @version, @label, @body) ON CONFLICT (kind, tenant, id) DO NOTHING`,
  );
  const update = database.prepare<[MasterRow & { expected: number }]>(
    `UPDATE master_entry SET version = @version, label = @label, body = @body
     WHERE ${SAME_KEY} AND version = @expected`,
  );
  const one = database.prepare<[MasterKey], MasterRow>(
    `SELECT * FROM master_entry WHERE ${SAME_KEY}`,
  );
  const erase = database.prepare<[MasterKey & { expected: number }]>(
    `DELETE FROM master_entry WHERE ${SAME_KEY} AND version = @expected`,
  );
  const pageOf = ({ first, next }: (typeof PAGES)["id"]) => ({
    first: database.prepare<[object], MasterRow>(first),
    next: database.prepare<[object], MasterRow>(next),
  });
  const pages = { id: pageOf(PAGES.id), label: pageOf(PAGES.label) };
  const next = database
    .prepare<[string, string], string | null>(
      "SELECT min(tenant) FROM master_entry WHERE kind = ? AND tenant > ?",
    )
    .pluck();
  return {
    put({ body, ...same }: MasterEntry, expected: number): boolean {
      const row = { ...same, body: JSON.stringify(body) };
      const { changes } = expected === 0 ? insert.run(row) : update.run({ ...row, expected });
      return changes === 1;
    },
    remove({ kind, tenant, id }: MasterKey, expected: number): boolean {
      const key = { kind, tenant, id };
      return erase.run({ ...key, expected }).changes === 1 || one.get(key) === undefined;
    },
    getFor: (keys: readonly MasterKey[]): MasterEntry[] =>
      keys.flatMap(({ kind, tenant, id }) => {
        const row = one.get({ kind, tenant, id });
        return row === undefined ? [] : [toMaster(row)];
      }),
    page({ kind, tenant, by, prefix, limit, after }: MasterPage): MasterEntry[] {
      const { label, id } = after ?? { label: "", id: "" };
      const asked = { kind, tenant, prefix, end: `${prefix}\u{10ffff}`, label, id, limit };
      const isFirst = after === undefined || isBefore(by === "id" ? id : label, prefix);
      return pages[by][isFirst ? "first" : "next"].all(asked).map(toMaster);
    },
    tenantAfter: (kind: MasterKind, tenant: string): string | null =>
      next.get(kind, tenant) ?? null,
  };
}

/** As a file is asked them. */
export function masterWrites(database: Database) {
  const { put, remove } = masterTable(database);
  return { putMaster: put, removeMaster: remove };
}

/** As a file is asked them. */
export function masterReads(database: Database) {
  const { getFor, page, tenantAfter } = masterTable(database);
  return { masterFor: getFor, pageOfMaster: page, masterTenantAfter: tenantAfter };
}
