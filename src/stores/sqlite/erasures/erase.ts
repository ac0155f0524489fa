// Erasing CDRs of an SQLite file: each step is one transaction, so that at any moment a CDR is there, or
// its key and its sums are.
import type { Database } from "better-sqlite3";
import type { CountedRecord } from "../../../rollups/counted.ts";
import { quarterOf } from "../../../rollups/pieces.ts";
import type { ErasedStep, EraseStep } from "../../ports/cdrs.ts";
import {
  type Bounds,
  chosen,
  type ErasedCandidate,
  SEAL_SHAPE,
  type StoredSeal,
  sealsOf,
} from "../../rollups/seals.ts";
import { decodeListCursor, encodeListCursor } from "../../sort-keys.ts";
import { jobTable } from "../jobs.ts";
import { COUNTED_COLUMNS } from "../rollups/scan.ts";
import { sealTable } from "./seals.ts";

interface Candidate extends ErasedCandidate {
  seq: number;
  id: Buffer;
  batchId: string | null;
}

const COLUMNS = `seq, id, tenant, source, call_id AS callId, call_ms AS callMs,
  received_ms AS receivedMs, batch_id AS batchId`;

export function cdrEraser(database: Database) {
  const jobs = jobTable(database);
  const seals = sealTable(database);
  const selectPage = database.prepare<unknown[], Candidate>(
    `SELECT ${COLUMNS} FROM cdr INDEXED BY cdr_by_time
     WHERE (call_ms, id, tenant) > (@ms, @id, @tenant) AND call_ms < @toMs
       AND (@tenants IS NULL OR tenant IN (SELECT value FROM json_each(@tenants)))
     ORDER BY call_ms, id, tenant LIMIT @limit`,
  );
  const selectSiblings = database.prepare<[string], Candidate>(
    `SELECT ${COLUMNS} FROM cdr INDEXED BY cdr_by_call
     WHERE call_id IN (SELECT value FROM json_each(?))`,
  );
  const selectCounted = database.prepare<[string], CountedRecord & { callMs: number }>(
    `SELECT ${COUNTED_COLUMNS}, call_ms AS callMs FROM cdr
     WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY call_ms, id`,
  );
  const keepKey = database.prepare(
    "INSERT INTO erased (tenant, id, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const keepLines = database.prepare(
    "INSERT INTO erased_line (batch_id, job, number, lines) VALUES (?, ?, ?, ?)",
  );
  const dropHistory = database.prepare(
    "DELETE FROM cdr_history WHERE seq IN (SELECT value FROM json_each(?))",
  );
  const dropCdrs = database.prepare(
    "DELETE FROM cdr WHERE seq IN (SELECT value FROM json_each(?))",
  );

  function pageOf({ after, callTime, tenants, limit }: EraseStep): Candidate[] {
    const place = after === null ? null : decodeListCursor(after, 2);
    const [ms, id, tenant] = place ?? [Math.max(0, callTime.fromMs), "", ""];
    return selectPage.all({
      ms: Number(ms),
      id: Buffer.from(String(id), "hex"),
      tenant: String(tenant),
      tenants: tenants === undefined ? null : JSON.stringify(tenants),
      limit,
      toMs: callTime.toMs,
    });
  }

  function write(going: readonly Candidate[], step: EraseStep, kept: readonly StoredSeal[]): void {
    for (const seal of kept) seals.put(seal);
    for (const { tenant, id } of going) keepKey.run(tenant, id, step.atMs);
    for (const [batchId, lines] of linesOf(going)) {
      keepLines.run(batchId, step.job, step.number, lines);
    }
    const seqs = JSON.stringify(going.map(({ seq }) => seq));
    dropHistory.run(seqs);
    dropCdrs.run(seqs);
  }

  const erase = database.transaction((step: EraseStep): ErasedStep => {
    const { job, list, number } = step;
    const [noted] = jobs.pageLines(job, list, { after: number - 1, limit: 1 });
    if (noted?.number === number) return JSON.parse(noted.text) as ErasedStep;
    const page = pageOf(step);
    const callIds = page.flatMap(({ callId }) => (callId === null || callId === "" ? [] : callId));
    const siblings = selectSiblings.all(JSON.stringify([...new Set(callIds)]));
    const bounds: Bounds = step;
    const keyOf = ({ seq }: Candidate) => `${seq}`;
    const { going, left } = chosen(page, siblings, { bounds, keyOf });
    const records = selectCounted
      .all(JSON.stringify(going.map(({ seq }) => seq)))
      .map((record) => ({ record, quarter: quarterOf(record.callMs) }));
    const before = (quarter: number) => seals.get(quarter, SEAL_SHAPE);
    const { seals: kept, sums } = sealsOf(records, step.terms, before);
    write(going, step, kept);
    const last = page.at(-1);
    const isMore = page.length === step.limit && last !== undefined;
    const next = isMore
      ? encodeListCursor(last.callMs, [last.id.toString("hex"), last.tenant])
      : null;
    const done: ErasedStep = { erased: going.length, left, sums, next };
    jobs.appendLines(job, list, [{ number, hash: "", text: JSON.stringify(done) }]);
    return done;
  });
  return erase.immediate;
}

function linesOf(going: readonly Candidate[]): Map<string, number> {
  const lines = new Map<string, number>();
  for (const { batchId } of going) {
    if (batchId !== null) lines.set(batchId, (lines.get(batchId) ?? 0) + 1);
  }
  return lines;
}
