// The index that bounds each kind of query in SQLite, as its planner says.
import Sqlite from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import { cdrWriter } from "../../../src/stores/sqlite/cdrs/cdrs.ts";
import { registerFilterFunctions } from "../../../src/stores/sqlite/cdrs/filter.ts";
import { chooseIndex } from "../../../src/stores/sqlite/cdrs/index-path.ts";
import { TENANTS } from "../../../src/stores/sqlite/cdrs/keys.ts";
import { forEachPiece } from "../../../src/stores/sqlite/cdrs/pieces.ts";
import { sqliteSchema } from "../../../src/stores/sqlite/migrations/runner.ts";
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";
import { newRows } from "../../../src/stores/sqlite/rows.ts";
import { extraIndexName } from "../../../src/stores/sqlite/schema.ts";
import { COUNT_OPEN } from "../../../src/stores/sqlite/suspense.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";

const database = new Sqlite(":memory:");
registerFilterFunctions(database);
const schema = sqliteSchema(database, {
  steps: SQLITE_STEPS,
  identity: { id: "this", build: "test", clock: () => 0 },
  indexedExtraFields: ["trunk"],
  migrates: false,
  path: ":memory:",
});
schema.enter();
schema.finish();
cdrWriter(database).insert(
  newRows(
    Array.from({ length: 2_000 }, (_, n) =>
      sampleCdr(`plan-${n}`, { extra: { trunk: "x" }, cdr: { batchId: "b" } }),
    ),
  ),
);
afterAll(() => database.close());

const tenants = ["example.com"];
const cases: [string, CdrFilter][] = [
  ["cdr_by_time", {}],
  ["cdr_by_time", { accounts: ["1001"] }],
  ["cdr_by_tenant", { tenants }],
  ["cdr_by_tenant", { tenants, destinationPrefixes: ["44"] }],
  ["cdr_by_account", { tenants, accounts: ["1001", "1002"] }],
  ["cdr_by_leading_digits", { tenants, destinationPrefixes: ["44163", "349"] }],
  ["cdr_by_outcome", { tenants, outcomes: ["rated"] }],
  ["cdr_by_batch", { tenants, batchIds: ["b"], accounts: ["1001"] }],
  [extraIndexName("trunk"), { tenants, extra: { trunk: "x" } }],
];

test.each(cases)("%s", async (index, filter) => {
  for (const descending of [false, true]) {
    const plans: string[] = [];
    await forEachPiece(database, ["trunk"], { filter, descending }, (piece) => {
      const sql = `EXPLAIN QUERY PLAN SELECT * FROM ${piece.from} WHERE ${piece.where.sql}`;
      const rows = database.prepare<unknown[], { detail: string }>(sql).all(...piece.where.values);
      plans.push(rows.find((row) => row.detail.includes("SEARCH cdr"))?.detail ?? "a scan");
      return true;
    });
    // Every piece but the last is held to both its ends by the index.
    expect(plans.length).toBeGreaterThan(1);
    for (const plan of plans) expect(plan).toContain(`USING INDEX ${index} `);
    for (const plan of plans.slice(0, -1)) {
      expect(plan).toMatch(/\(call_ms,id(,tenant)?\)>\(\?/);
      expect(plan).toMatch(/\(call_ms,id(,tenant)?\)<\(\?/);
    }
  }
});

test("tenants are found from one to the next, without a walk over the CDRs between", () => {
  const rows = database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${TENANTS}`).all();
  const reads = rows.map(({ detail }) => detail).filter((detail) => /\bcdr\b/.test(detail));
  expect(reads).toHaveLength(2);
  for (const detail of reads) expect(detail).toMatch(/^SEARCH cdr USING COVERING INDEX cdr_by_/);
});

test("open suspense is counted by its index, without a look at the records", () => {
  const rows = database.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${COUNT_OPEN}`).all();
  expect(rows.map(({ detail }) => detail)).toEqual([
    "SCAN suspense USING COVERING INDEX suspense_open",
  ]);
});

test("calls of ten tenants without a price are read by their outcome", async () => {
  const ten = Array.from({ length: 10 }, (_, n) => `tenant-${n}.example`);
  const { index } = chooseIndex({ tenants: ten, outcomes: ["unrated", "partial"] }, []);
  expect(index).toBe("cdr_by_outcome");
});

test("ids are looked up by the unique key", async () => {
  const filter = { ids: [sampleCdr("plan-1").id] };
  await forEachPiece(database, [], { filter, descending: false }, (piece) => {
    const sql = `EXPLAIN QUERY PLAN SELECT * FROM ${piece.from} WHERE ${piece.where.sql}`;
    const rows = database.prepare<unknown[], { detail: string }>(sql).all(...piece.where.values);
    expect(rows.map((row) => row.detail).join()).toContain("INDEX cdr_by_key (id=?");
    return true;
  });
});
