// Jobs and the lines that they found, in SQLite.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../cdr/json.ts";
import { pageOfJobs } from "../job-pages.ts";
import type { Job, JobLine, JobQuery } from "../ports/jobs.ts";
import { decodeListCursor } from "../sort-keys.ts";

interface JobRow {
  id: string;
  kind: string;
  state: string;
  version: number;
  created_ms: number;
  body: string;
}

function rowToJob(row: JobRow): Job {
  const { id, kind, state, version, created_ms: createdAtMs, body } = row;
  return { id, kind, state, version, createdAtMs, body: JSON.parse(body) as JsonObject };
}

export function jobTable(database: Database) {
  const insertLine = database.prepare(
    `INSERT INTO job_line (job, list, number, hash, line) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job, list, number) DO UPDATE SET hash = excluded.hash, line = excluded.line`,
  );
  const selectSeq = database.prepare("SELECT seq FROM job WHERE id = ?").pluck();

  function put(job: Job): boolean {
    const { changes } = database
      .prepare(
        `INSERT INTO job (id, kind, state, version, created_ms, body) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
      )
      .run(job.id, job.kind, job.state, job.version, job.createdAtMs, JSON.stringify(job.body));
    return changes === 1;
  }

  function get(id: string): Job | null {
    const row = database.prepare<[string], JobRow>("SELECT * FROM job WHERE id = ?").get(id);
    return row === undefined ? null : rowToJob(row);
  }

  function update(job: Job, expectedVersion: number): boolean {
    const { changes } = database
      .prepare("UPDATE job SET state = ?, version = ?, body = ? WHERE id = ? AND version = ?")
      .run(job.state, job.version, JSON.stringify(job.body), job.id, expectedVersion);
    return changes === 1;
  }

  function latest(query: JobQuery): Job[] {
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
        `SELECT * FROM job ${where} ORDER BY created_ms DESC, id DESC LIMIT ?`,
      )
      .all(...values, query.limit)
      .map(rowToJob);
  }

  const list = (query: JobQuery) => pageOfJobs(query, latest);

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

  return { put, get, update, list, appendLines: appendLines.immediate, pageLines };
}
