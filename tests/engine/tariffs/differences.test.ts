// Goal: a difference is told of the right two tariffs, to those who may see it, page by page. Method: an
// engine with a version in force, and a carrier's file in a layout of its own.

import { readSheet } from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import { WORKBOOK_ROWS } from "../../../src/engine/files/workbook/table.ts";
import type { DiffAsked, DiffTarget } from "../../../src/engine/tariffs/differences/differences.ts";
import { ratesWorkbook } from "../../../src/engine/tariffs/differences/workbook.ts";
import { createInlineCompiler } from "../../../src/engine/tariffs/inline-compiler.ts";
import { createWorkerCompiler } from "../../../src/engine/tariffs/worker-compiler.ts";
import { createTestEngine, type TestEngine } from "../rerate/test-engine.ts";

const DIALECT = {
  delimiter: ";",
  map: { prefix: "Code", rate: "Price" },
  deck: { decimal: "," as const, hyphen: "range" as const },
};
const files = (alpha: string) => ({
  "tariff.yaml": [
    "tenant: own.example",
    "currency: EUR",
    `dialects: { acme: ${JSON.stringify(DIALECT)} }`,
    "retailPlans: { standard: { deck: standard.csv } }",
    "carrierPlans: { alpha: { carrier: Alpha, deck: alpha.csv, dialect: acme } }",
    "voipPlans: { gold: { retail: [standard], carriers: [alpha] } }",
    "accounts: accounts.csv",
  ].join("\n"),
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
  "standard.csv": "prefix,rate\n34,0.03\n7840,0.3\n",
  "alpha.csv": alpha,
});
const BEFORE = files("Code;Price\n34;0,01\n7840-7842;0,1\n");
const AFTER = files("Code;Price\n34;0,02\n7840-7841;0,1\n7842;0,1\n36;0,05\n");

let test: TestEngine;
const versions: Record<string, string> = {};
beforeAll(async () => {
  test = await createTestEngine("sqlite::memory:");
  const { tariffs } = test.engine;
  versions["before"] = (await tariffs.load({ files: BEFORE })).version;
  versions["after"] = (await tariffs.load({ files: AFTER })).version;
  await tariffs.activate(versions["before"]);
});
afterAll(() => test.close());

const ALL: DiffAsked["changes"] = ["new", "up", "down", "terms", "closed", "conflict"];
const PAGE = { offset: 0, limit: 100 };
const diff = (to: DiffTarget, more: Partial<DiffAsked> = {}, scope: Scope = EVERYTHING) =>
  test.engine.differences.diff(
    { to, changes: ALL, page: PAGE, csv: false, tenant: "own.example", ...more },
    scope,
  );
async function* bytes(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text);
}
const deck = (text: string, more = {}) => ({
  deck: { plan: "alpha", file: "alpha-new.csv", pieces: bytes(text), ...more },
});

describe("what changes", () => {
  it("a version against the one in force, as its thread says it too", async () => {
    const found = await diff({ version: versions["after"] ?? "" });
    expect(found).toMatchObject({ from: versions["before"], counts: { up: 1, new: 1, same: 5 } });
    expect(
      found.rows.map(({ plan, prefix, change, percent }) => [plan, prefix, change, percent]),
    ).toEqual([
      ["alpha", "34", "up", "100"],
      ["alpha", "36", "new", null],
    ]);
    expect(found.rows[0]).toMatchObject({
      old: { rate: "0.01" },
      new: { rate: "0.02" },
      prices: { "60": { old: "0.01", new: "0.02" } },
    });
    const request = {
      from: BEFORE,
      to: { files: AFTER },
      choice: { atMs: null, nowMs: 0, plan: null, sides: ["sell", "buy"] as ("sell" | "buy")[] },
      changes: ALL,
      page: PAGE,
      csv: true,
    };
    const compiler = createWorkerCompiler();
    try {
      expect(await compiler.diff(request, "own.example")).toEqual(
        await createInlineCompiler().diff(request, "own.example"),
      );
    } finally {
      await compiler.close();
    }
  });

  it("pages and CSV have the same rows", async () => {
    const to = { version: versions["after"] ?? "" };
    const first = await diff(to, { page: { offset: 0, limit: 1 }, csv: true });
    expect([first.rows.length, first.next]).toEqual([1, 1]);
    const second = await diff(to, { page: { offset: 1, limit: 1 } });
    expect([second.rows[0]?.prefix, second.next]).toEqual(["36", null]);
    const lines = first.csv?.trimEnd().split("\r\n") ?? [];
    expect(lines.slice(1).map((line) => line.split(",").slice(0, 6).join())).toEqual([
      "alpha,buy,34,,up,100",
      "alpha,buy,36,,new,",
    ]);
  });

  it("a workbook has the same rows: codes as texts, money as numbers", async () => {
    const to = { version: versions["after"] ?? "" };
    const { xlsx = "", csv = "" } = await diff(to, { csv: true, xlsx: true });
    const data = await readSheet(Buffer.from(xlsx, "base64"));
    const texts = data.map((row) => row.map((cell) => (cell === null ? "" : String(cell))).join());
    expect(texts).toEqual(csv.trimEnd().split("\r\n"));
    expect(data[1]?.slice(0, 8)).toEqual(["alpha", "buy", "34", null, "up", 100, 0.01, 0.02]);
  });

  it("a workbook of too many rows is refused by name", async () => {
    const rows = Array.from({ length: WORKBOOK_ROWS + 1 }, () => ["34"]);
    await expect(
      ratesWorkbook({ sheet: "changes", columns: ["prefix"], rows }),
    ).rejects.toMatchObject({ code: "too-large" });
  });

  it("money of more than 15 digits stays a text", async () => {
    const book = await ratesWorkbook({
      sheet: "changes",
      columns: ["old_rate"],
      rows: [["123456789012.0001"], ["0.0000000001"]],
    });
    const data = await readSheet(Buffer.from(book));
    expect(data).toEqual([["old_rate"], ["123456789012.0001"], [1e-10]]);
  });

  it("a carrier's file by the dialect that its plan has, and by another", async () => {
    const own = await diff(deck("Code;Price\n34;0,005\n7840-7842;0,1\n"));
    expect(own.rows).toMatchObject([
      { plan: "alpha", prefix: "34", change: "down", percent: "-50" },
    ]);
    const native = await diff(deck("prefix,rate\n34,0.02\n", { dialect: null }));
    expect(native.counts).toMatchObject({ up: 1, closed: 3 });
  });

  it("a conflict of the file is shown; another fault refuses it, named with its line", async () => {
    const found = await diff(deck("Code;Price\n34;0,02\n34;0,03\n7840-7842;0,1\n"));
    expect(found.rows.map(({ change, new: is }) => [change, is?.["rate"]])).toEqual([
      ["conflict", "0.02"],
      ["conflict", "0.03"],
    ]);
    await expect(diff(deck("Code;Price\n34;cheap\n"))).rejects.toMatchObject({
      code: "tariff-faults",
      message: expect.stringContaining("alpha-new.csv:2:4"),
    });
  });

  it("a plan, a version and a tenant that are not there", async () => {
    const to = { version: versions["after"] ?? "" };
    await expect(diff(to, { plan: "beta" })).rejects.toMatchObject({ code: "invalid-params" });
    await expect(diff({ version: "none" })).rejects.toMatchObject({ code: "not-found" });
    const other = diff(deck("x"), { tenant: "other.example" });
    await expect(other).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("who is told", () => {
  const blind: Scope = { tenants: ["own.example"], seesBuy: false };

  it("the sell side alone, of a version; nothing of a carrier's plan or file", async () => {
    const to = { version: versions["after"] ?? "" };
    const found = await diff(to, { csv: true }, blind);
    expect(JSON.stringify(found)).not.toMatch(/alpha|buy/i);
    expect(found.plans.map(({ plan }) => plan)).toEqual(["standard"]);
    await expect(diff(to, { plan: "alpha" }, blind)).rejects.toMatchObject({
      code: "invalid-params",
    });
    const text = "Code;Price\n34;cheap\n";
    const refused = await diff(deck(text), {}, blind).catch((error: unknown) => error);
    expect(JSON.stringify(refused)).not.toContain("cheap");
  });

  it("neither another tenant's version nor anything to who is for single accounts", async () => {
    const to = { version: versions["after"] ?? "" };
    const foreign: Scope = { tenants: ["other.example"], seesBuy: true };
    await expect(diff(to, {}, foreign)).rejects.toMatchObject({ code: "not-found" });
    const part: Scope = {
      tenants: ["own.example"],
      accounts: [{ tenant: "own.example", account: "1001" }],
      seesBuy: true,
    };
    await expect(diff(to, {}, part)).rejects.toMatchObject({ code: "forbidden" });
  });
});
