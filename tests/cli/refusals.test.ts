// Goal: what cannot be meant is refused with its remedy, and leaves nothing behind.
// Method: the program in this process, in an empty folder.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capturedRun } from "./captured-run.ts";

async function run(...words: string[]) {
  const captured = await capturedRun(...words);
  return { ...captured, faults: captured.warnings.join("\n") };
}

const folder = mkdtempSync(join(tmpdir(), "cdrate-refusals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const missing = join(folder, "typo", "cdrs.db");
const there = join(folder, "there.db");
const store = ["--store", `sqlite:${there}`];

beforeAll(async () => {
  expect((await run(...store, "tariff", "load", "tariffs/demo", "--activate")).code).toBe(0);
});

describe("a store that is not there", () => {
  it.each([
    ["query"],
    ["summarize", "--by", "day"],
    ["export"],
    ["explain", "a".repeat(40)],
    ["audit"],
    ["tariff", "list"],
    ["tariff", "activate", "x"],
    ["tariff", "rollback", "cgrates.org"],
    ["tariff", "compare", "x", "--days", "7"],
    ["rerate", "plan"],
    ["rerate", "list"],
    ["price", "--account", "1001", "--destination", "34650123456", "--usage", "95"],
    ["normalize", "34650123456", "--account", "1001"],
    ["account", "get", "1001"],
    ["account", "find"],
    ["store", "migrate"],
  ])("is not made by %s", async (...words) => {
    const refused = await run("--store", `sqlite:${missing}`, ...words);
    expect(refused.code).toBe(4);
    expect(refused.text + refused.faults).toContain(missing);
    expect(refused.text + refused.faults).toMatch(/cdrate serve.*tariff load/);
    expect(existsSync(join(folder, "typo"))).toBe(false);
  });

  it("nor is an empty file taken for one", async () => {
    const empty = join(folder, "empty.db");
    writeFileSync(empty, "");
    expect((await run("--store", `sqlite:${empty}`, "query")).code).toBe(4);
  });

  it("says so as JSON where it is asked for", async () => {
    const refused = await run("--store", `sqlite:${missing}`, "query", "--json");
    expect(refused.json()).toMatchObject({ error: { code: "store-unavailable", place: missing } });
  });

  it("is not needed for a preset", async () => {
    const read = await run(
      "--store",
      `sqlite:${missing}`,
      "normalize",
      "650123456",
      "--rule-set",
      "ES",
    );
    expect(read.code).toBe(0);
    expect(read.text).toContain("34650123456");
    expect(existsSync(join(folder, "typo"))).toBe(false);
  });
});

describe("export --output", () => {
  it.each([
    ["in a folder that is not there", join(folder, "none", "march.csv")],
    ["that is a folder", folder],
  ])("%s is refused before anything is read", async (_name, output) => {
    const refused = await run(...store, "export", "--output", output);
    expect(refused.code).toBe(2);
    expect(refused.faults).toMatch(/--output .* cannot be written/);
    expect(refused.faults).toMatch(/Name a file/);
  });

  it("leaves no unfinished file when it fails later", async () => {
    const place = join(folder, "exports");
    mkdirSync(place);
    const output = join(place, "x.csv");
    expect(
      (await run(...store, "export", "--columns", "no such", "--output", output)).code,
    ).not.toBe(0);
    expect(readdirSync(place)).toEqual([]);
    expect((await run(...store, "export", "--output", output)).code).toBe(0);
    expect(readdirSync(place)).toEqual(["x.csv"]);
  });
});

it("token add refuses a role that does not exist, and names those that do", async () => {
  const refused = await run("token", "add", "x", "--role", "root");
  expect(refused.code).toBe(2);
  expect(refused.text + refused.faults).not.toContain("secret");
  const good = await run("token", "add", "x", "--role", "read", "rate", "--json");
  expect(good.json()).toMatchObject({ credential: { roles: ["read", "rate"] } });
});

describe("cdrate account", () => {
  it("sets, shows and ends an assignment; refuses a plan that no tariff has", async () => {
    const from = ["--from", "2026-01-01T00:00:00Z"];
    const refused = await run(...store, "account", "set", "77", "platinum", ...from);
    expect(refused.code).toBe(2);
    expect(refused.faults).toMatch(/gold.*allowUnknown/s);
    const unknown = await run(
      ...store,
      "account",
      "set",
      "78",
      "platinum",
      ...from,
      "--allow-unknown",
    );
    expect(unknown.code).toBe(0);
    expect(unknown.faults).toMatch(/platinum is not known/);
    expect((await run(...store, "account", "set", "77", "gold", ...from)).text).toMatch(
      /77: gold from 2026-01-01T00:00:00/,
    );
    const at = ["--at", "2026-02-01T00:00:00Z"];
    expect((await run(...store, "account", "remove", "77", ...at)).text).toMatch(
      /77: gold ended at 2026-02-01T00:00:00/,
    );
    expect((await run(...store, "account", "remove", "nobody", ...at)).code).toBe(1);
    const shown = await run(...store, "account", "get", "77");
    expect(shown.text).toMatch(/\(ended\)/);
    expect(shown.text).toMatch(/the tariff's accounts file decides/);
    const earlier = await run(
      ...store,
      "account",
      "get",
      "77",
      "--at",
      "2026-01-15T00:00:00Z",
      "--json",
    );
    expect(earlier.json().current).toMatchObject({ voipPlan: "gold" });
    const page = (await run(...store, "account", "find", "--limit", "1", "--json")).json();
    expect(page.assignments).toHaveLength(1);
    expect(page.nextCursor).toBeDefined();
    expect((await run(...store, "account", "set", "79", "gold", "--from", "soon")).code).toBe(2);
  });
});
