// Goal: what is written while a sum is read is in it once or not at all. Method: the source that sums of an
// SQLite file are read from, with a write between its kept sums and the CDRs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ATTEMPTS } from "../../src/engine/reports/sums.ts";
import type { SummaryQuery } from "../../src/queries/cdr-query.ts";
import type { RollupSource } from "../../src/stores/rollups/sums.ts";
import { rollupSums } from "../../src/stores/rollups/sums.ts";
import { rollupSource } from "../../src/stores/sqlite/rollups/reads.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { makeSums } from "../engine/reports/make-sums.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";

const BEGIN_MS = Date.parse("2026-03-02T00:00:00Z");
const QUARTER_MS = 900_000;
const QUERY: SummaryQuery = {
  filter: {},
  groupBy: [],
  ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
};

const at = (name: string, quarter: number, callId?: string) =>
  sampleCdr(name, {
    primary: { answerTime: { atMs: BEGIN_MS + quarter * QUARTER_MS, offsetMinutes: 0 } },
    ...(callId !== undefined && { cdr: { callId } }),
  });

let folder: string;
let store: Store;
let database: Sqlite.Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-meanwhile-"));
  const path = join(folder, "store.db");
  store = await openSqliteStore({ path });
  database = new Sqlite(path, { readonly: true });
  await store.cdrs.insert([at("a", 0), at("b", 1, "call"), at("c", 2), at("d", 3), at("e", 4)]);
  await makeSums(store);
  await store.cdrs.insert([at("f", 0)]);
});
afterEach(async () => {
  database.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Sums during which this is written, once the first of the kept ones was read. */
async function sumsDuring(write: () => Promise<unknown>) {
  const source = rollupSource(database, []);
  let isWritten = false;
  const bytes: RollupSource["bytes"] = async (...args) => {
    const found = await source.bytes(...args);
    if (!isWritten) {
      isWritten = true;
      await write();
    }
    return found;
  };
  return rollupSums({ ...source, bytes }, QUERY);
}

test("an attempt before that of a call that kept sums count does not count it twice", async () => {
  const { rows, from } = await sumsDuring(() => store.cdrs.insert([at("g", 0, "call")]));
  expect(rows).toEqual(await store.cdrs.summarize(QUERY));
  expect(from).toBe("both");
});

test("a CDR that is given another time is counted once", async () => {
  const cdr = at("c", 2);
  const { primary, extra, contentHash, rating } = cdr;
  const answerTime = { atMs: BEGIN_MS + 5_000, offsetMinutes: 0 };
  const content = { primary: { ...primary, answerTime }, extra, contentHash };
  const revision = { ...cdr, expectedRevision: 1, atMs: 9, content };
  const { rows } = await sumsDuring(() =>
    store.cdrs.revise([{ ...revision, rating: { ...rating, revision: 2 } }]),
  );
  expect(rows).toEqual(await store.cdrs.summarize(QUERY));
});
