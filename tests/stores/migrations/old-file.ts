// Files of older schemas with rows in them, made by the SQL of the steps themselves.
import Sqlite, { type Database } from "better-sqlite3";
import { splitDescription } from "../../../src/mediation/description/fields.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";
import type { SuspenseRecord } from "../../../src/stores/ports/suspense.ts";
import { type SqliteStep, sqliteSchema } from "../../../src/stores/sqlite/migrations/runner.ts";
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";
import { cdrColumns } from "../../../src/stores/sqlite/rows.ts";
import { sampleCdrs, sampleRating } from "../contracts/sample-cdrs.ts";

const IDENTITY = { id: "old", build: "0.1.0", clock: () => 1_000_000_000_000 };

/** What `seedRows` puts into every table. */
export const SEEDED = {
  // The tables of the first release have no place for warnings, and nothing read a description.
  cdrs: sampleCdrs(300, 5, "seeded").map(({ warnings: _none, ...cdr }): NewCdr => {
    return { ...cdr, primary: splitDescription(cdr.primary).facts };
  }),
  suspense: {
    id: "5".repeat(64),
    source: "edge",
    state: "open",
    reason: "broken-json",
    detail: "byte 3",
    format: "freeswitch-json",
    bytes: new Uint8Array([0, 255, 7]),
    receivedAtMs: 5,
    tenant: "example.com",
  } satisfies SuspenseRecord,
};

function insert(database: Database, table: string, values: Record<string, unknown>): void {
  const columns = database
    .prepare<[], { name: string }>(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => name)
    .filter((name) => name in values);
  database
    .prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((name) => `@${name}`).join(", ")})`,
    )
    .run(values);
}

/** Rows as a process of that schema leaves them: the first CDR has two revisions. */
function seedRows(database: Database, version: number): void {
  const [first, ...rest] = SEEDED.cdrs;
  if (first === undefined) throw new Error("no CDR");
  const rating = sampleRating({ revision: 2 });
  insert(database, "cdr", cdrColumns({ ...first, rating }));
  const entry = JSON.stringify({ rating: first.rating, replacedAtMs: 9 });
  insert(database, "cdr_history", { seq: 1, revision: 1, entry });
  for (const cdr of rest) insert(database, "cdr", cdrColumns(cdr));
  const { bytes, receivedAtMs, ...texts } = SEEDED.suspense;
  insert(database, "suspense", {
    ...texts,
    bytes: Buffer.from(bytes),
    received_ms: receivedAtMs,
    content_type: null,
    query: null,
    cdr_id: null,
    batch_id: null,
    batch_line: null,
  });
  insert(database, "assignment", {
    tenant: "example.com",
    account: "1001",
    from_ms: 3,
    voip_plan: "gold",
    numbering: null,
    set_ms: 4,
  });
  insert(database, "activation", {
    tenant: "example.com",
    sequence: 1,
    version: "v1",
    from_ms: 1,
    activated_ms: 2,
  });
  insert(database, "job", {
    id: "j1",
    kind: "rerate",
    state: "planned",
    version: 1,
    created_ms: 7,
    body: '{"a":1}',
  });
  insert(database, "job_line", { job: 1, list: "planned", number: 1, hash: "h", line: "{}" });
  insert(database, "fact", { name: "f", fact: '{"b":2}' });
  if (version < 6) return;
  insert(database, "feed", {
    name: "master",
    version: 1,
    owner: null,
    lease_until_ms: 0,
    is_stopped: 0,
    position: '{"offset":7}',
    state: "{}",
  });
  if (version < 10) return;
  insert(database, "dialect", { name: "d", dialect: "{}", tenants: null, set_ms: 1, set_by: "a" });
  insert(database, "upload", {
    id: "u",
    hash: "h",
    bytes: 1,
    part_bytes: 1,
    name: "f",
    sent_by: "a",
    state: "open",
    expires_ms: 9,
  });
  insert(database, "upload_part", { seq: 1, upload: "u", number: 0, bytes: Buffer.of(7) });
  insert(database, "batch", {
    id: "b",
    version: 1,
    state: "done",
    hash: null,
    tenants: null,
    created_ms: 1,
    body: "{}",
  });
  if (version < 11) return;
  insert(database, "queue_event", {
    id: "q",
    source: "pbx",
    at_ms: 7,
    event: "QueueCallerJoin",
    queue: "support",
    agent: null,
    unique_id: "1.1",
    linked_id: null,
    account: null,
    facts: '{"position":1}',
  });
  if (version < 12) return;
  const act = { by: "boss", act: "feed.stop", subject: "master", tenant: null };
  insert(database, "admin_act", { id: "a1", at_ms: 8, ...act, before: "null", after: "{}" });
  insert(database, "source_overlay", { source: "hq", version: 1, members: '{"isActive":false}' });
  if (version < 13) return;
  const half = { id: "h", feed: "kam", side: "begin", since_ms: 9, is_paired: 0 };
  insert(database, "call_half", { ...half, bytes: Buffer.of(7) });
  if (version < 16) return;
  insert(database, "plan_object", { plan: "p", kind: "Rate", name: "r", body: Buffer.of(7) });
  if (version < 17) return;
  const quarter = { quarter: 9, marked: 2, built: 2, edition: "old" };
  insert(database, "rollup_quarter", quarter);
  const piece = { rollup: "source", level: 1, quarter: 9, version: 2, edition: "old" };
  insert(database, "rollup_piece", { ...piece, bytes: Buffer.of(7) });
  insert(database, "rollup_crossing", { quarter: 9, call_id: "c" });
  if (version < 18) return;
  const period = { sequence: 1, id: "c", tenant: "t", number: "1", kind: "closing", side: "sell" };
  const span = { party: "p", from_ms: 1, to_ms: 2, closing: "c", at_ms: 3, hash: "h" };
  insert(database, "period", { ...period, ...span, head: "{}", lines: "[]" });
  insert(database, "period_cdr", { statement: "c", cdr: "x", text: "{}" });
  if (version < 19) return;
  const login = { kind: "user", name: "anna", owner: "anna", version: 1, ends_at_ms: null };
  insert(database, "login", { ...login, content: "{}" });
  if (version < 20) return;
  const due = { kind: "schedule", id: "s", version: 2, due_ms: 5 };
  insert(database, "desk_entry", { ...due, body: "{}" });
  if (version < 21) return;
  insert(database, "erased", { tenant: "t", id: Buffer.alloc(20, 7), at_ms: 1 });
  insert(database, "erased_line", { batch_id: "b", job: "j", number: 1, lines: 2 });
  const seal = { quarter: 5, shape: "s" };
  const places = { tenants: '["t"]', since: 5, until: 5 };
  insert(database, "seal", { ...seal, ...places, cdrs: 1, hash: "h" });
  insert(database, "seal_piece", { ...seal, place: 0, bytes: Buffer.of(7) });
  if (version < 24) return;
  const master = { kind: "account", tenant: "t", id: "1001", version: 2, label: "anna" };
  insert(database, "master_entry", { ...master, body: "{}" });
}

/** A file as the builds before step `version + 1` wrote it, with `SEEDED` in it. */
export function makeOldFile(path: string, version: number): void {
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  const steps = SQLITE_STEPS.filter(({ number }) => number <= version);
  sqliteSchema(database, schemaOptions(path, steps)).enter();
  database.transaction(seedRows)(database, version);
  database.exec(version < 2 ? "" : "DELETE FROM process");
  database.close();
}

function schemaOptions(path: string, steps: readonly SqliteStep[]) {
  return { steps, identity: IDENTITY, indexedExtraFields: [], migrates: true, path };
}
