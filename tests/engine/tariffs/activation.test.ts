// Goal: an activation holds from its own moment, past or future, on every process; a rollback
// restores what was in force before it, from the same moment. Method: two engines on one store.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { composeEngine } from "../../../src/compose/engine.ts";
import { readSettings } from "../../../src/config/config.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { SILENT } from "../../end-to-end/test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-activation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TENANT = "example.com";
const files = (rate: string) => ({
  "tariff.yaml": `tenant: ${TENANT}
currency: EUR
retailPlans: { standard: { deck: deck.csv } }
voipPlans: { gold: { retail: [standard] } }
accounts: accounts.csv
`,
  "deck.csv": `prefix,rate\n34,${rate}\n`,
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
});

const at = (text: string) => Date.parse(`2026-03-${text}Z`);
let nowMs = 0;
let run = 0;
let engine: ComposedEngine;
let other: ComposedEngine;
let versions: string[];

beforeEach(async () => {
  nowMs = at("08T12:00:00");
  run += 1;
  const settings = readSettings({
    environment: {},
    flags: { store: `sqlite:${join(folder, `${run}.db`)}` },
  });
  const options = { clock: () => nowMs, log: SILENT };
  engine = await composeEngine(settings, options);
  other = await composeEngine(settings, options);
  versions = [];
  for (const rate of ["0.10", "0.20", "0.30"]) {
    versions.push((await engine.tariffs.load({ files: files(rate) })).version);
  }
  return async () => {
    await engine.close();
    await other.close();
  };
});

/** 1, 2, 3 for the versions; null where none is in force. */
async function inForce(callTime: string, process = other): Promise<number | null> {
  await process.refresh();
  const version = process.snapshots.timeline().versionAt(TENANT, at(callTime), nowMs);
  return version === null ? null : versions.indexOf(version) + 1;
}

const activate = (which: number, from?: string) =>
  engine.tariffs.activate(versions[which - 1] ?? "", {
    fromMs: from === undefined ? undefined : at(from),
  });

describe("the time line", () => {
  it("an activation in the past prices the calls from then on, as far as the next entry", async () => {
    await activate(1, "01T00:00:00");
    await activate(2, "05T00:00:00");
    await activate(3, "03T00:00:00");
    expect(await inForce("02T23:59:59")).toBe(1);
    expect(await inForce("03T00:00:00")).toBe(3);
    expect(await inForce("05T00:00:00")).toBe(2);
  });

  it("an activation that begins before a later entry says when that takes over", async () => {
    await activate(2, "05T00:05:00");
    const ends = { untilMs: at("05T00:05:00"), next: versions[1] };
    expect(await activate(1, "05T00:00:00")).toEqual([expect.objectContaining(ends)]);
    const [whole] = await activate(1, "05T00:05:00");
    expect(whole).not.toHaveProperty("untilMs");
    expect(await engine.tariffs.rollback(TENANT)).not.toHaveProperty("next");
  });

  it("of two activations from one moment the later one holds", async () => {
    await activate(1, "01T00:00:00");
    await activate(2, "05T00:00:00");
    await activate(3, "05T00:00:00");
    expect(await inForce("06T00:00:00")).toBe(3);
  });

  it("a future activation takes effect at its time and is compiled before it", async () => {
    await activate(1);
    const fresh = await engine.tariffs.load({ files: files("0.40") });
    versions.push(fresh.version);
    await activate(4, "08T12:30:00");
    expect(await inForce("08T12:29:59")).toBe(1);
    nowMs = at("08T12:21:00");
    await other.refresh();
    expect(other.snapshots.peek(fresh.version)).toBeDefined();
    expect(other.snapshots.timeline().inForce(nowMs)[0]?.version).toBe(versions[0]);
    nowMs = at("08T12:30:00");
    expect(other.snapshots.timeline().inForce(nowMs)[0]?.version).toBe(fresh.version);
    expect(other.snapshots.ready()).toBe(true);
  });

  it("a rollback restores what was in force before, from the same moment; twice brings it back", async () => {
    await activate(1, "01T00:00:00");
    await activate(2, "05T00:00:00");
    nowMs += 60_000;
    expect(await engine.tariffs.rollback(TENANT)).toMatchObject({
      version: versions[0],
      fromMs: at("05T00:00:00"),
      activatedAtMs: nowMs,
    });
    expect(await inForce("06T00:00:00")).toBe(1);
    await engine.tariffs.rollback(TENANT);
    expect(await inForce("06T00:00:00")).toBe(2);
    expect(await inForce("04T00:00:00")).toBe(1);
  });

  it("the first activation cannot be rolled back, nor one of a tenant without any", async () => {
    await activate(1);
    await expect(engine.tariffs.rollback(TENANT)).rejects.toMatchObject({ code: "conflict" });
    await expect(engine.tariffs.rollback("b.example")).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("services that follow the time line", () => {
  it("are counted once they noted it, ready when they price by it as it is", async () => {
    await activate(1);
    expect(await engine.followers.count()).toEqual({ all: 0, ready: 0 });
    await other.refresh();
    await other.followers.note();
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 1 });
    await activate(2);
    // The one that activates is no service: it noted nothing.
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 0 });
    await other.followers.note();
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 0 });
    await other.refresh();
    await other.followers.note();
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 1 });
    await other.tariffs.rollback(TENANT);
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 1 });
    const { store } = other;
    await store.tariffs.follow("");
    expect(await engine.followers.count()).toEqual({ all: 1, ready: 0 });
  });
});
