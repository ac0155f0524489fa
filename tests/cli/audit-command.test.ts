// Goal: cdrate audit says what is wrong and what could not be checked, with exit codes for scripts.
// Method: a store file of two calls, one of which is then broken by hand.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { sampleCdr, sampleId } from "../stores/contracts/sample-cdrs.ts";
import { capturedRun as run } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "audit.db");
const audit = (...flags: string[]) => run("--store", `sqlite:${path}`, "audit", ...flags);

beforeAll(async () => {
  const store = await openSqliteStore({ path });
  const unpriced = { outcome: "unrated", sell: null, buy: null, margin: null, basis: {} } as const;
  const rating = { ...unpriced, reason: "not-requested", tariffVersion: null } as const;
  await store.cdrs.insert(["one", "two"].map((name) => sampleCdr(name, { rating })));
  await store.close();
});

it("2 for a period that ends before it begins", async () => {
  const { code, warnings } = await audit(
    "--from",
    "2026-03-02T00:00:00Z",
    "--to",
    "2026-03-01T00:00:00Z",
  );
  expect(code).toBe(2);
  expect(warnings[0]).toContain("`to` is not after `from`");
});

it("1 where a CDR cannot be read: it is named, and what was not checked is not called right", async () => {
  const file = new Sqlite(path);
  file.prepare("UPDATE cdr SET rating = '{' WHERE id = unhex(?)").run(sampleId("two"));
  file.close();
  const { code, text } = await audit();
  expect(code).toBe(1);
  expect(text).toMatch(
    new RegExp(`^FAULT keys-are-their-record: 1 of 2 CDRs: ${sampleId("two")}`, "m"),
  );
  expect(text).toMatch(/^NOT CHECKED sums-agree: /m);
  expect(text).toMatch(/^ok {4}one-current-revision: 1 CDRs/m);
});
