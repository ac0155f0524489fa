// Goal: versions are immutable and compiled once; every process follows the time line; the
// worker thread compiles what the server compiles. Method: engines on one store.
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import {
  createTariffFolders,
  readTariffFiles,
} from "../../../src/engine/tariffs/folders/folders.ts";
import { createInlineCompiler } from "../../../src/engine/tariffs/inline-compiler.ts";
import { createWorkerCompiler } from "../../../src/engine/tariffs/worker-compiler.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { createTestEngine } from "../rerate/test-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-life-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = readSettings({
  environment: {},
  flags: { store: `sqlite:${join(folder, "life.db")}` },
});
const files = await readTariffFiles("tariffs/demo");

describe("the life of a tariff", () => {
  it("one content is one version; another semantics or content is another", async () => {
    const compiler = createInlineCompiler();
    const first = await compiler.check(files);
    const same = await compiler.check(Object.fromEntries(Object.entries(files).reverse()));
    const other = await compiler.check({
      ...files,
      "accounts.csv": `${files["accounts.csv"]}9,gold,,\n`,
    });
    if (!first.ok || !same.ok || !other.ok) throw new Error("the demo tariff has faults");
    expect(same.facts.version).toBe(first.facts.version);
    expect(other.facts.version).not.toBe(first.facts.version);
  });

  it("a second process notices an activation when it looks, and prices by it", async () => {
    let nowMs = Date.parse("2026-03-01T00:00:00Z");
    const options = { clock: () => nowMs, log: SILENT };
    const [one, two] = [
      await composeEngine(settings, options),
      await composeEngine(settings, options),
    ];
    try {
      const { version } = await one.tariffs.load({ files }, { name: "demo" });
      expect(two.snapshots.timeline().inForce(nowMs)).toEqual([]);
      await one.tariffs.activate(version);
      await two.refresh();
      expect(
        two.snapshots
          .timeline()
          .inForce(nowMs)
          .map((entry) => entry.version),
      ).toEqual([version]);
      expect(two.snapshots.ready()).toBe(true);
      nowMs += 1000;
      const changed = {
        ...files,
        "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
      };
      const next = await two.tariffs.load({ files: changed }, { name: "demo" });
      await two.tariffs.activate(next.version);
      await one.refresh();
      expect(one.snapshots.timeline().versionAt("cgrates.org", nowMs, nowMs)).toBe(next.version);
      expect(one.snapshots.timeline().versionAt("cgrates.org", nowMs - 1, nowMs)).toBe(version);
    } finally {
      await one.close();
      await two.close();
    }
  });

  it("what is not loaded cannot be activated", async () => {
    const engine = await composeEngine(settings, {
      log: SILENT,
      store: await openStore({ ...settings, store: "sqlite::memory:" }),
    });
    try {
      await expect(engine.tariffs.activate("nope")).rejects.toMatchObject({ code: "not-found" });
      await expect(engine.snapshots.get("nope")).rejects.toMatchObject({ code: "not-found" });
    } finally {
      await engine.close();
    }
  });

  it("a folder that is no tariff is a fault, not a crash", async () => {
    const checked = await createInlineCompiler().check({ "notes.csv": "a,b\n" });
    expect(checked).toMatchObject({ ok: false, faults: [{ code: "not-a-tariff" }] });
    const both = await createInlineCompiler().check({ ...files, "sub/RatingPlans.csv": "" });
    expect(both).toMatchObject({ ok: false, faults: [{ code: "two-kinds" }] });
    const refused = await createInlineCompiler().check(files, "exact");
    expect(refused).toMatchObject({ ok: false, faults: [{ code: "not-supported" }] });
  });

  it("a link cannot lead out of the tariff root", async () => {
    symlinkSync("/etc", join(folder, "out"));
    const folders = createTariffFolders(folder);
    await expect(folders.read("out")).rejects.toMatchObject({ code: "path-outside-root" });
    await expect(folders.read("missing")).rejects.toMatchObject({ code: "not-found" });
  });

  it("a file that may not be read is named", async () => {
    const shown = mkdtempSync(join(tmpdir(), "cdrate-closed-"));
    chmodSync(shown, 0o755);
    writeFileSync(join(shown, "deck.csv"), "prefix,rate\n", { mode: 0 });
    // Root may read everything.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(readTariffFiles(shown)).rejects.toMatchObject({
        code: "not-found",
        message: expect.stringMatching(/deck\.csv cannot be read: EACCES/),
      });
    } finally {
      if (isRoot) process.seteuid?.(0);
      rmSync(shown, { recursive: true });
    }
  });

  it("the worker thread checks and compiles what the inline compiler does", async () => {
    const worker = createWorkerCompiler();
    try {
      const inline = createInlineCompiler();
      const checked = await worker.check(files);
      expect(checked).toEqual(await inline.check(files));
      if (!checked.ok) throw new Error("the demo tariff has faults");
      const version = { ...checked.facts, name: "demo", loadedAtMs: 0, warnings: [] };
      expect(await worker.compile(version, files)).toEqual(await inline.compile(version, files));
      await expect(worker.compile(version, {})).rejects.toMatchObject({ code: "tariff-faults" });
      expect(await worker.check({})).toMatchObject({ ok: false });
    } finally {
      await worker.close();
    }
  });
});

describe("a check beside a version in force", () => {
  const deckOf = (rate: string): Record<string, string> => ({
    "tariff.yaml":
      "tenant: jump.example\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\nvoipPlans: { v: { retail: [r] } }\n",
    "r.csv": `prefix,rate\n346,${rate}\n`,
  });

  it("tells of prices ten times off, to those who may see them", async () => {
    const test = await createTestEngine("sqlite::memory:");
    try {
      const { tariffs } = test.engine;
      const codes = async (rate: string, tenants?: string[]) => {
        const checked = await tariffs.check(
          { files: deckOf(rate) },
          tenants && { scope: { tenants, seesBuy: true } },
        );
        return checked.ok ? checked.warnings.map(({ code }) => code) : checked.faults;
      };
      expect(await codes("0.39")).toEqual([]);
      const { version } = await tariffs.load({ files: deckOf("0.039") });
      expect(await codes("0.39")).toEqual([]);
      await tariffs.activate(version);
      expect(await codes("0.39")).toEqual(["price-jump"]);
      expect(await codes("0.039")).toEqual([]);
      expect(await codes("0.39", ["jump.example"])).toEqual(["price-jump"]);
      expect(await codes("0.39", ["other.example"])).toEqual([]);
      const loaded = await tariffs.load({ files: deckOf("0.39") });
      expect(loaded.warnings.map(({ message }) => message)).toEqual([
        "The price is ten times the last one before it, or a tenth of that. 346: rate 0.39, 0.039 before.",
      ]);
    } finally {
      await test.close();
    }
  });
});
