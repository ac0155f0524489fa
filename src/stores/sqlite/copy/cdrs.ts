// CDRs with their history in SQLite, as a copy reads and writes them.
import type { Database, Statement } from "better-sqlite3";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { CopyTable } from "../../ports/copy.ts";
import { changeCounter } from "../cdrs/changes.ts";
import { bytesOf, cdrColumns, rowToCdr, STORED_COLUMNS, type StoredRow } from "../rows.ts";
import { pageOf, type Walk } from "./paged.ts";

/** In the order in which they were inserted. */
function cdrWalk(database: Database): Walk<StoredRow, StoredCdr> {
  const select = database.prepare<[number, number], StoredRow>(
    `SELECT ${STORED_COLUMNS} FROM cdr WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  return {
    rows: (after, limit) => select.iterate(Number(after ?? 0), limit),
    placeOf: ({ seq }) => String(seq),
    bytesOf,
    read: rowToCdr,
  };
}

export function cdrCopyTable(database: Database): CopyTable<StoredCdr> {
  const walk = cdrWalk(database);
  const count = database.prepare<[], number>("SELECT count(*) FROM cdr").pluck();
  const takeNumbers = changeCounter(database);
  const insertHistory = database.prepare(
    "INSERT INTO cdr_history (seq, revision, entry) VALUES (?, ?, ?)",
  );
  let insert: Statement<unknown[]> | undefined;

  const put = database.transaction((cdrs: readonly StoredCdr[]) => {
    let change = takeNumbers(cdrs.length);
    for (const { history, ...cdr } of cdrs) {
      const columns = { ...cdrColumns(cdr), change: ++change };
      const names = Object.keys(columns);
      insert ??= database.prepare(
        `INSERT INTO cdr (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
         ON CONFLICT (tenant, id) DO NOTHING`,
      );
      const { changes, lastInsertRowid } = insert.run(Object.values(columns));
      if (changes === 0) continue;
      for (const entry of history) {
        insertHistory.run(lastInsertRowid, entry.rating.revision, JSON.stringify(entry));
      }
    }
  });
  return {
    count: async () => count.get() ?? 0,
    page: async (after, limits) => pageOf(walk, after, limits),
    put: async (cdrs) => put.immediate(cdrs),
  };
}
