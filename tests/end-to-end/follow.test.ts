// A Master.csv that grows becomes priced CDRs: once each, what cannot be read in suspense, through
// kill -9, and all of it is told by the API, the metrics and the command line.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { readSettings } from "../../src/config/config.ts";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { capturedRun } from "../cli/captured-run.ts";
import { masterLine } from "../feeds/asterisk-lines.ts";
import { PROGRAM } from "../program.ts";
import { seededRandom } from "../tariffs/seeded-deck.ts";
import { startProcess, stopProcess } from "./server-process.ts";
import { startTestService } from "./test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-follow-e2e-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCES = [{ name: "pbx", kind: "asterisk", timeZone: "Europe/Madrid" }];
const feedOf = (path: string) => ({
  ...{ name: "master", kind: "follow", path, format: "asterisk-csv", source: "pbx" },
  everySeconds: 0.05,
});
const WAIT = { timeout: 30_000, interval: 50 };

describe("a followed Master.csv", () => {
  it("becomes CDRs with prices; what is broken goes to suspense and the feed goes on", async () => {
    const path = join(folder, "Master.csv");
    const service = await startTestService({
      settings: { sources: sourceList.parse(SOURCES), feeds: feedList.parse([feedOf(path)]) },
    });
    try {
      const feed = () => service.rpc("feed.get", { name: "master" });
      const seen = (records: number) =>
        vi.waitFor(async () => expect((await feed()).state.records).toBe(records), WAIT);
      // Written when the service has its tariff.
      writeFileSync(path, masterLine({ call: 1 }) + masterLine({ call: 2, billsec: '"x"' }));
      await seen(2);
      appendFileSync(path, `garbage\n${masterLine({ call: 3 }).slice(0, 100)}`);
      await seen(3);
      appendFileSync(path, masterLine({ call: 3 }).slice(100));
      await seen(4);
      renameSync(path, `${path}.1`);
      // The same call again, with another user field: nothing that is billed differs.
      writeFileSync(path, masterLine({ call: 1, userfield: "later" }) + masterLine({ call: 4 }));
      await seen(6);

      const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["pbx"] } });
      expect(cdrs).toHaveLength(3);
      for (const cdr of cdrs) {
        expect(cdr.primary).toMatchObject({ originHost: "pbx", usage: 60, account: "1001" });
        expect(cdr.primary.setupTime).toBe("2026-03-02T10:00:00.000+01:00");
        expect(cdr.rating.sell.amount).toMatch(/^\d/);
      }
      const { records } = await service.rpc("suspense.find", { sources: ["pbx"] });
      expect(records.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
        "invalid-field",
        "not-a-cdr",
      ]);
      const broken = records.find(({ reason }: { reason: string }) => reason === "invalid-field");
      const retried = await service.rpc("suspense.retry", { id: broken.id, fields: { usage: 60 } });
      expect(retried).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
      const suspended = await service.rpc("suspense.get", { id: broken.id });
      expect(suspended.retriedAs.id).toBe(retried.answer.id);

      const state = { connected: true, records: 6, faults: 2, fault: null, gaps: [] };
      expect(await feed()).toMatchObject({ runs: "here", stopped: false, state });
      // Ended 10:01:05 in Madrid; the clock of the test stands at midnight UTC.
      expect((await feed()).state.lagSeconds).toBe(14 * 3600 + 58 * 60 + 55);
      const { feeds } = await service.rpc("system.status");
      expect(feeds).toMatchObject([{ name: "master", kind: "follow", source: "pbx", state }]);
      const metrics = (await service.get("/metrics")).body;
      expect(metrics).toContain('cdrate_feed_connected{feed="master"} 1');
      expect(metrics).toContain('cdrate_feed_faults{feed="master"} 2');
      expect((await service.get("/ready")).status).toBe(200);

      const cli = (...args: string[]) => capturedRun("feed", ...args, "--url", service.url);
      expect((await cli("list")).text).toContain("master (follow, source pbx): runs here");
      expect((await cli("stop", "master")).text).toContain("stopped");
      appendFileSync(path, masterLine({ call: 5 }));
      expect(await feed()).toMatchObject({ stopped: true, runs: "nowhere" });
      expect((await cli("get", "master", "--json")).text).toContain('"records":6');
      await cli("start", "master");
      await seen(7);
      expect((await cli("get", "none")).code).not.toBe(0);
    } finally {
      await service.stop();
    }
  });

  it("is there once each after kill -9 at seeded moments and a rotation", async () => {
    const path = join(folder, "killed.csv");
    const config = join(folder, "killed.yaml");
    writeFileSync(path, "");
    writeFileSync(
      config,
      JSON.stringify({ sources: SOURCES, feeds: [feedOf(path)], limits: { feedLeaseSeconds: 1 } }),
    );
    const store = `sqlite:${join(folder, "killed.db")}`;
    const start = () =>
      startProcess([
        ...[PROGRAM, "--config", config, "--store", store],
        ...["--log", "error", "serve", "--listen", "127.0.0.1:0"],
      ]);
    const ask = async (url: string, method: string, params: object) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const answer = await (await fetch(`${url}/jsonrpc`, { method: "POST", body })).json();
      return (answer as { result: { count: number; feeds: { state: { records: number } }[] } })
        .result;
    };
    const random = seededRandom(20260302);
    let call = 0;
    const lines = (count: number) => {
      const first = call;
      call += count;
      return Array.from({ length: count }, (_, n) => masterLine({ call: first + n })).join("");
    };
    let server = await start();
    for (const round of [1, 2, 3]) {
      const { feeds } = await ask(server.url, "feed.list", {});
      const before = feeds[0]?.state.records ?? 0;
      appendFileSync(path, lines(2000));
      if (round === 2) {
        renameSync(path, `${path}.1`);
        writeFileSync(path, lines(500));
      }
      const killAfter = Math.floor(random() * 1500);
      await vi.waitFor(async () => {
        const now = await ask(server.url, "feed.list", {});
        expect(now.feeds[0]?.state.records ?? 0).toBeGreaterThan(before + killAfter);
      }, WAIT);
      server.child.kill("SIGKILL");
      server = await start();
    }
    const filter = { filter: { sources: ["pbx"] } };
    await vi.waitFor(
      async () => expect((await ask(server.url, "cdr.count", filter)).count).toBe(call),
      WAIT,
    );
    expect(await ask(server.url, "suspense.find", {})).toEqual({ records: [] });
    await stopProcess(server);
  }, 120_000);
});

describe("the setting `feeds`", () => {
  const faultsOf = (feeds: unknown) => {
    const config = join(folder, "faulty.yaml");
    writeFileSync(config, JSON.stringify({ sources: SOURCES, feeds }));
    try {
      readSettings({ configPath: config, environment: {}, flags: {} });
    } catch (error) {
      return (error as { detail: { data: { faults: string[] } } }).detail.data.faults;
    }
    return [];
  };

  it("is taken, or refused with the member that is wrong", () => {
    const feed = feedOf("/var/log/asterisk/cdr-csv/Master.csv");
    expect(faultsOf([feed])).toEqual([]);
    expect(faultsOf([{ ...feed, source: "none" }])).toEqual([
      "feeds.0.source: there is no source named none; it is one of pbx",
    ]);
    expect(faultsOf([feed, feed])).toEqual(["feeds.1.name: master comes twice."]);
    const wrong = { kind: "flow", format: "cgr-form", path: "", name: "a b", everySeconds: 0 };
    for (const [member, value] of Object.entries(wrong)) {
      const [fault = "", ...more] = faultsOf([{ ...feed, [member]: value }]);
      expect(fault).toContain(`feeds.0.${member}: `);
      expect(more).toEqual([]);
    }
    expect(faultsOf([{ ...feed, colour: "red" }])[0]).toContain("colour");
  });
});
