// Every table of an SQLite store, as a copy reads and writes them.
import type { Database } from "better-sqlite3";
import type { JsonObject } from "../../../cdr/json.ts";
import type { CopiedNoun, CopiedRows, CopyTable, CopyTables } from "../../ports/copy.ts";
import type { Activation, TariffVersion } from "../../ports/tariffs.ts";
import { type ActRow, logTable, toAct } from "../admin/log.ts";
import { type LoginRow, loginTable, toLogin } from "../admin/logins.ts";
import { type MasterRow, masterTable, toMaster } from "../admin/master.ts";
import { type OverlayRow, overlayTable, toOverlay } from "../admin/overlays.ts";
import { type PlanObjectRow, planObjectTable, toPlanObject } from "../admin/plan-objects.ts";
import { type DeskRow, deskTable, toDeskEntry } from "../billing/desk.ts";
import { type PeriodRow, periodTable, toStatement } from "../billing/periods.ts";
import { type CallHalfRow, callHalfTable, toHalf } from "../call-halves.ts";
import { type FeedRow, feedTable, toFeed } from "../feeds.ts";
import { type JobRow, jobTable, jobToRow, rowToJob } from "../jobs.ts";
import { type QueueEventRow, queueEventTable, toEvent } from "../queue-events.ts";
import { type AssignmentRow, assignmentTable, rowToAssignment, tariffTable } from "../records.ts";
import { cdrCopyTable } from "./cdrs.ts";
import { erasureCopyTables } from "./erasures.ts";
import { importCopyTables } from "./imports.ts";
import { smallTable } from "./small-table.ts";
import { suspenseCopyTable } from "./suspense.ts";

/** The tables of each noun, and those that a store has for itself. */
export const COPIED_TABLES: Record<CopiedNoun | "own", readonly string[]> = {
  tariffs: ["tariff", "tariff_file", "tariff_content"],
  activations: ["activation"],
  assignments: ["assignment"],
  cdrs: ["cdr", "cdr_history"],
  erasedKeys: ["erased"],
  erasedLines: ["erased_line"],
  seals: ["seal", "seal_piece"],
  suspense: ["suspense", "suspense_owner", "suspense_closing"],
  jobs: ["job"],
  jobLines: ["job_line"],
  facts: ["fact"],
  feeds: ["feed"],
  dialects: ["dialect"],
  uploads: ["upload"],
  uploadParts: ["upload_part"],
  batches: ["batch"],
  queueEvents: ["queue_event"],
  callHalves: ["call_half"],
  adminActs: ["admin_act"],
  overlays: ["source_overlay"],
  planObjects: ["plan_object"],
  periods: ["period"],
  periodCdrs: ["period_cdr"],
  logins: ["login"],
  deskEntries: ["desk_entry"],
  masterEntries: ["master_entry"],
  own: [
    ...["heartbeat", "process", "migration", "change_counter"],
    ...["rollup_quarter", "rollup_piece", "rollup_crossing"],
  ],
};

/** One version a page: its files may have many megabytes. */
function tariffCopyTable(database: Database): CopyTable<CopiedRows["tariffs"]> {
  const { getFiles, put } = tariffTable(database);
  const versions = smallTable<{ version: string; description: string }, TariffVersion>(database, {
    table: "tariff",
    select: "SELECT version, description FROM tariff WHERE version > ? ORDER BY version LIMIT ?",
    keyOf: ({ version }) => [version],
    start: [""],
    read: ({ description }) => JSON.parse(description) as TariffVersion,
    put: () => undefined,
  });
  return {
    count: versions.count,
    async page(after, limits) {
      const { rows, next } = await versions.page(after, { ...limits, rows: 1 });
      const read = (version: TariffVersion) => {
        return { version, files: getFiles(version.version) ?? {} };
      };
      return { rows: rows.map(read), next };
    },
    async put(rows) {
      for (const { version, files } of rows) put(version, files);
    },
  };
}

function activationCopyTable(database: Database): CopyTable<Activation> {
  const insert = database.prepare(
    `INSERT INTO activation VALUES (@tenant, @sequence, @version, @fromMs, @activatedAtMs)
     ON CONFLICT (tenant, sequence) DO NOTHING`,
  );
  return smallTable<Activation, Activation>(database, {
    table: "activation",
    select: `SELECT tenant, version, from_ms AS fromMs, activated_ms AS activatedAtMs, sequence
      FROM activation WHERE (tenant, sequence) > (?, ?) ORDER BY tenant, sequence LIMIT ?`,
    keyOf: ({ tenant, sequence }) => [tenant, sequence],
    start: ["", 0],
    read: (row) => row,
    put: (row) => insert.run(row),
  });
}

function assignmentCopyTable(database: Database): CopyTable<CopiedRows["assignments"]> {
  const { set, setMs: isThere } = assignmentTable(database);
  type Stored = AssignmentRow & { set_ms: number };
  return smallTable<Stored, CopiedRows["assignments"]>(database, {
    table: "assignment",
    select: `SELECT tenant, account, voip_plan, numbering, from_ms, set_ms FROM assignment
      WHERE (tenant, account, from_ms) > (?, ?, ?) ORDER BY tenant, account, from_ms LIMIT ?`,
    keyOf: ({ tenant, account, from_ms }) => [tenant, account, from_ms],
    start: ["", "", Number.MIN_SAFE_INTEGER],
    read: ({ set_ms, ...row }) => ({ assignment: rowToAssignment(row), setMs: set_ms }),
    put: ({ assignment, setMs }) => isThere(assignment) ?? set(assignment, setMs),
  });
}

function jobCopyTables(database: Database): Pick<CopyTables, "jobs" | "jobLines"> {
  const { put } = jobTable(database);
  const insertLine = database.prepare(
    `INSERT INTO job_line (job, list, number, hash, line)
     VALUES ((SELECT seq FROM job WHERE id = ?), ?, ?, ?, ?)
     ON CONFLICT (job, list, number) DO NOTHING`,
  );
  type Line = {
    seq: number;
    job: string;
    list: string;
    number: number;
    hash: string;
    text: string;
  };
  return {
    jobs: smallTable<JobRow, CopiedRows["jobs"]>(database, {
      table: "job",
      select: `SELECT id, kind, state, version, created_ms, body FROM job
        WHERE id > ? ORDER BY id LIMIT ?`,
      keyOf: ({ id }) => [id],
      start: [""],
      read: rowToJob,
      put: (job) => put(jobToRow(job)),
    }),
    jobLines: smallTable<Line, CopiedRows["jobLines"]>(database, {
      table: "job_line",
      select: `SELECT seq, id AS job, list, number, hash, line AS text
        FROM job_line JOIN job ON seq = job_line.job
        WHERE (job_line.job, list, number) > (?, ?, ?) ORDER BY job_line.job, list, number LIMIT ?`,
      keyOf: ({ seq, list, number }) => [seq, list, number],
      start: [0, "", 0],
      read: ({ job, list, number, hash, text }) => ({ job, list, line: { number, hash, text } }),
      put: ({ job, list, line: { number, hash, text } }) =>
        insertLine.run(job, list, number, hash, text),
    }),
  };
}

function factCopyTable(database: Database): CopyTable<CopiedRows["facts"]> {
  const insert = database.prepare(
    "INSERT INTO fact (name, fact) VALUES (?, ?) ON CONFLICT (name) DO NOTHING",
  );
  return smallTable<{ name: string; fact: string }, CopiedRows["facts"]>(database, {
    table: "fact",
    select: "SELECT name, fact FROM fact WHERE name > ? ORDER BY name LIMIT ?",
    keyOf: ({ name }) => [name],
    start: [""],
    read: ({ name, fact }) => ({ name, fact: JSON.parse(fact) as JsonObject }),
    put: ({ name, fact }) => insert.run(name, JSON.stringify(fact)),
  });
}

function adminCopyTables(database: Database): Pick<CopyTables, "overlays" | "logins"> {
  const overlays = overlayTable(database);
  const logins = loginTable(database);
  return {
    overlays: smallTable<OverlayRow, CopiedRows["overlays"]>(database, {
      table: "source_overlay",
      select: "SELECT * FROM source_overlay WHERE source > ? ORDER BY source LIMIT ?",
      keyOf: ({ source }) => [source],
      start: [""],
      read: toOverlay,
      put: (overlay) => overlays.put(overlay, 0),
    }),
    logins: smallTable<LoginRow, CopiedRows["logins"]>(database, {
      table: "login",
      select: "SELECT * FROM login WHERE (kind, name) > (?, ?) ORDER BY kind, name LIMIT ?",
      keyOf: ({ kind, name }) => [kind, name],
      start: ["", ""],
      read: toLogin,
      put: (login) => logins.put(login, 0),
    }),
  };
}

function deskCopyTable(database: Database): CopyTable<CopiedRows["deskEntries"]> {
  return smallTable<DeskRow, CopiedRows["deskEntries"]>(database, {
    table: "desk_entry",
    select: "SELECT * FROM desk_entry WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?",
    keyOf: ({ kind, id }) => [kind, id],
    start: ["", ""],
    read: toDeskEntry,
    put: deskTable(database).put,
  });
}

function masterCopyTable(database: Database): CopyTable<CopiedRows["masterEntries"]> {
  const { put } = masterTable(database);
  return smallTable<MasterRow, CopiedRows["masterEntries"]>(database, {
    table: "master_entry",
    select: `SELECT * FROM master_entry WHERE (kind, tenant, id) > (?, ?, ?)
      ORDER BY kind, tenant, id LIMIT ?`,
    keyOf: ({ kind, tenant, id }) => [kind, tenant, id],
    start: ["", "", ""],
    read: toMaster,
    put: (entry) => put(entry, 0),
  });
}

export function sqliteCopyTables(database: Database): CopyTables {
  const queueEvents = queueEventTable(database);
  const callHalves = callHalfTable(database);
  const planObjects = planObjectTable(database);
  const periods = periodTable(database);
  return {
    tariffs: tariffCopyTable(database),
    activations: activationCopyTable(database),
    assignments: assignmentCopyTable(database),
    ...{ cdrs: cdrCopyTable(database), ...erasureCopyTables(database) },
    suspense: suspenseCopyTable(database),
    ...jobCopyTables(database),
    facts: factCopyTable(database),
    feeds: smallTable<FeedRow, CopiedRows["feeds"]>(database, {
      table: "feed",
      select: "SELECT * FROM feed WHERE name > ? ORDER BY name LIMIT ?",
      keyOf: ({ name }) => [name],
      start: [""],
      read: toFeed,
      put: feedTable(database).put,
    }),
    ...importCopyTables(database),
    queueEvents: smallTable<QueueEventRow, CopiedRows["queueEvents"]>(database, {
      table: "queue_event",
      select: "SELECT * FROM queue_event WHERE id > ? ORDER BY id LIMIT ?",
      keyOf: ({ id }) => [id],
      start: [""],
      read: toEvent,
      put: (event) => queueEvents.put([event]),
    }),
    callHalves: smallTable<CallHalfRow, CopiedRows["callHalves"]>(database, {
      table: "call_half",
      select: "SELECT * FROM call_half WHERE id > ? ORDER BY id LIMIT ?",
      keyOf: ({ id }) => [id],
      start: [""],
      read: toHalf,
      put: (half) => callHalves.put([half]),
    }),
    adminActs: smallTable<ActRow, CopiedRows["adminActs"]>(database, {
      table: "admin_act",
      select: "SELECT * FROM admin_act WHERE id > ? ORDER BY id LIMIT ?",
      keyOf: ({ id }) => [id],
      start: [""],
      read: toAct,
      put: logTable(database).append,
    }),
    planObjects: smallTable<PlanObjectRow, CopiedRows["planObjects"]>(database, {
      table: "plan_object",
      select: `SELECT * FROM plan_object WHERE (plan, kind, name) > (?, ?, ?)
        ORDER BY plan, kind, name LIMIT ?`,
      keyOf: ({ plan, kind, name }) => [plan, kind, name],
      start: ["", "", ""],
      read: toPlanObject,
      put: (object) => planObjects.get(object) ?? planObjects.put([object]),
    }),
    periods: smallTable<PeriodRow, CopiedRows["periods"]>(database, {
      table: "period",
      select: "SELECT * FROM period WHERE sequence > ? ORDER BY sequence LIMIT ?",
      keyOf: ({ sequence }) => [sequence],
      start: [0],
      read: toStatement,
      put: periods.append,
    }),
    periodCdrs: smallTable<CopiedRows["periodCdrs"], CopiedRows["periodCdrs"]>(database, {
      table: "period_cdr",
      select: `SELECT statement, cdr, text FROM period_cdr WHERE (statement, cdr) > (?, ?)
        ORDER BY statement, cdr LIMIT ?`,
      keyOf: ({ statement, cdr }) => [statement, cdr],
      start: ["", ""],
      read: (row) => row,
      put: (row) => periods.putCdrs([row]),
    }),
    ...adminCopyTables(database),
    deskEntries: deskCopyTable(database),
    masterEntries: masterCopyTable(database),
  };
}
