// A CDR with its numbers masked in place of the one that has them.
import type { Database } from "better-sqlite3";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { ReviseOutcome } from "../../ports/cdrs.ts";
import { contentColumns, ratingColumns, type StoredRow } from "../rows.ts";

/** A part of the transaction of who calls; the number of its change stays. */
export function maskOne(
  database: Database,
  cdr: StoredCdr,
  row: StoredRow | undefined,
): ReviseOutcome {
  if (row === undefined) return "not-found";
  const { revision } = JSON.parse(row.rating) as { revision: number };
  if (revision !== cdr.rating.revision || row.masked_ms !== null) return "changed-meanwhile";
  const columns = {
    ...contentColumns(cdr, row.received_ms),
    ...ratingColumns(cdr.rating),
    masked_ms: cdr.maskedAtMs ?? null,
  };
  const names = Object.keys(columns).map((name) => `${name} = @${name}`);
  database
    .prepare(`UPDATE cdr SET ${names.join(", ")} WHERE seq = @seq`)
    .run({ ...columns, seq: row.seq });
  const update = database.prepare(
    "UPDATE cdr_history SET entry = ? WHERE seq = ? AND revision = ?",
  );
  for (const entry of cdr.history) {
    update.run(JSON.stringify(entry), row.seq, entry.rating.revision);
  }
  return "revised";
}
