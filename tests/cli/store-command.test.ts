// Goal: the store of an older build is brought forward by `store migrate` and by nothing else that
// is a command. Method: a file of schema 1, read, migrated, read again.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, expect, it } from "vitest";
import { SQLITE_STEPS } from "../../src/stores/sqlite/migrations/steps.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";
import { makeOldFile, SEEDED } from "../stores/migrations/old-file.ts";
import { capturedRun } from "./captured-run.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "old.db");
const run = (...argv: string[]) => capturedRun("--store", `sqlite:${path}`, ...argv);
const latest = SQLITE_STEPS.at(-1)?.number ?? 0;

it("reading commands refuse an older store with the remedy, and leave it as it is", async () => {
  makeOldFile(path, 1);
  for (const argv of [["query"], ["summarize"], ["audit"], ["tariff", "list"]]) {
    const { code, warnings } = await run(...argv);
    expect(code).toBe(4);
    expect(warnings.join("\n")).toContain("cdrate store migrate");
  }
  expect(existsSync(`${path}.schema-1`)).toBe(false);
});

it("store migrate copies it, says each step, and then it can be read", async () => {
  const { code, lines } = await run("store", "migrate");
  expect(code).toBe(0);
  expect(lines).toEqual([
    `copied to ${path}.schema-1`,
    ...SQLITE_STEPS.slice(1).map(({ number, title }) => `step ${number}: ${title}`),
    `schema ${latest} of ${latest}`,
  ]);
  const file = new Sqlite(path);
  // Its version is not among the rows of the test's file.
  file.exec("DELETE FROM activation");
  file.close();
  const answer = await run("query", "--limit", "1", "--json");
  expect(answer.code).toBe(0);
  const again = await run("store", "migrate", "--json");
  expect(again.json()).toEqual({
    events: [],
    schema: { version: latest, latest, cdrKey: "tenant and id" },
  });
  const store = await openSqliteStore({ path });
  expect(await store.cdrs.count({ outcomes: ["rated", "partial", "unrated", "voided"] })).toBe(
    SEEDED.cdrs.length,
  );
  await store.close();
});

it("explain takes the tenant where several have the id", async () => {
  const store = await openSqliteStore({ path });
  const twins = ["a.example", "b.example"].map((tenant) =>
    sampleCdr("twins", {
      primary: { tenant },
      rating: { outcome: "voided", tariffVersion: null, sell: null, buy: null, margin: null },
    }),
  );
  await store.cdrs.insert(twins);
  await store.close();
  const { id = "" } = twins[0] ?? {};
  const asked = await run("explain", id);
  expect(asked.code).toBe(1);
  expect(asked.warnings.join("\n")).toContain("`tenant`");
  expect((await run("explain", id, "--tenant", "c.example")).warnings[0]).toContain("no CDR");
  const named = await run("explain", id, "--tenant", "b.example");
  expect(named.text).toContain(`CDR ${id}, revision 1: voided`);
});

it("store copy says what was copied, also as JSON, and refuses a place that is taken", async () => {
  const copied = await run("store", "copy", path, join(folder, "copy.db"));
  expect(copied.code).toBe(0);
  expect(copied.text.split("\n").at(0)).toMatch(/^sqlite:.*old\.db → sqlite:.*copy\.db$/);
  expect(copied.text).toMatch(/^cdrs: \d+, buy EUR -?[\d.]+, /m);
  expect(copied.text.split("\n").at(-1)).toBe("every row is the same in both");
  const again = await run("store", "copy", path, join(folder, "copy.db"), "--json");
  expect(again.code).toBe(1);
  expect(again.json()).toMatchObject({ error: { code: "conflict" } });
  const other = await run("store", "copy", `sqlite:${path}`, join(folder, "other.db"), "--json");
  expect(other.json()).toMatchObject({ nouns: { suspense: { rows: 1, sums: { bytes: "3" } } } });
});

it("store backup copies it with the settings, and store restore makes it anew", async () => {
  const config = join(folder, "settings.yaml");
  writeFileSync(config, `store: sqlite:${path}\n`);
  const backup = join(folder, "backups/one.db");
  const taken = await capturedRun("--config", config, "store", "backup", backup);
  expect(taken.code).toBe(0);
  expect(taken.lines[0]).toMatch(/^.*: \d+ bytes, \d+ CDRs, schema \d+$/m);
  expect(taken.text).toContain("settings: settings.yaml");
  const again = await capturedRun("--config", config, "store", "backup", backup);
  expect(again.code).toBe(1);
  expect(again.warnings.join("\n")).toContain(backup);
  const target = ["--store", `sqlite:${join(folder, "anew/cdrate.db")}`];
  const settings = join(folder, "anew.yaml");
  const restored = await capturedRun(
    ...target,
    ...["store", "restore", backup, "--settings-to", settings, "--json"],
  );
  expect(restored.json()).toMatchObject({ isHashKnown: true, settings: "settings.yaml" });
  expect(readFileSync(settings, "utf8")).toBe(readFileSync(config, "utf8"));
  const counted = await capturedRun(...target, "cdr", "count", "--json");
  expect(counted.json()).toEqual((await run("cdr", "count", "--json")).json());
});
