// Jobs and the lines that they found, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../cdr/json.ts";
import type { Job, JobLine, JobQuery } from "../ports/jobs.ts";
import { decodeListCursor } from "../sort-keys.ts";

/** Its body is text of JSON, which the asking side writes and reads. */
export interface JobRow {
  id: string;
  kind: string;
  state: string;
  version: number;
  created_ms: number;
  body: string;
}

export function jobToRow({ createdAtMs, body, ...job }: Job): JobRow {
  return { ...job, created_ms: createdAtMs, body: JSON.stringify(body) };
}

export function rowToJob(row: JobRow): Job {
  const { id, kind, state, version, created_ms: createdAtMs, body } = row;
  return { id, kind, state, version, createdAtMs, body: JSON.parse(body) as JsonObject };
}

const COLUMNS = "id, kind, state, version, created_ms, body";

export function jobTable(database: Database) {
  const insertLine = database.prepare(
    `INSERT INTO job_line (job, list, number, hash, line) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job, list, number) DO UPDATE SET hash = excluded.hash, line = excluded.line`,
  );
  const selectSeq = database.prepare("SELECT seq FROM job WHERE id = ?").pluck();

  function put(job: JobRow): boolean {
    const { changes } = database
      .prepare(
        `INSERT INTO job (id, kind, state, version, created_ms, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
      )
      .run(job.id, job.kind, job.state, job.version, job.created_ms, job.body);
    return changes === 1;
  }

  function get(id: string): JobRow | null {
    const select = database.prepare<[string], JobRow>(`SELECT ${COLUMNS} FROM job WHERE id = ?`);
    return select.get(id) ?? null;
  }

  function update(job: JobRow, expectedVersion: number): boolean {
    const { changes } = database
      .prepare("UPDATE job SET state = ?, version = ?, body = ? WHERE id = ? AND version = ?")
      .run(job.state, job.version, job.body, job.id, expectedVersion);
    return changes === 1;
  }

  function latest(query: Omit<JobQuery, "isWanted">): JobRow[] {
    const conditions: string[] = [];
    const values: unknown[] = [];
    for (const [column, wanted] of [
      ["kind", query.kinds],
      ["state", query.states],
    ] as const) {
      if (wanted === undefined) continue;
      conditions.push(`${column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(wanted));
    }
    if (query.cursor !== undefined) {
      conditions.push("(created_ms, id) < (?, ?)");
      values.push(...decodeListCursor(query.cursor, 1));
    }
    const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    return database
      .prepare<unknown[], JobRow>(
        `SELECT ${COLUMNS} FROM job ${where} ORDER BY created_ms DESC, id DESC LIMIT ?`,
      )
      .all(...values, query.limit);
  }

  const appendLines = database.transaction((job: string, name: string, lines: JobLine[]) => {
    const seq = selectSeq.get(job);
    for (const { number, hash, text } of lines) insertLine.run(seq, name, number, hash, text);
  });

  function pageLines(job: string, name: string, page: { after: number; limit: number }): JobLine[] {
    return database
      .prepare<unknown[], JobLine>(
        `SELECT number, hash, line AS text FROM job_line
         WHERE job = ? AND list = ? AND number > ? ORDER BY number LIMIT ?`,
      )
      .all(selectSeq.get(job) ?? null, name, page.after, page.limit);
  }

  return { put, get, update, latest, appendLines: appendLines.immediate, pageLines };
}
