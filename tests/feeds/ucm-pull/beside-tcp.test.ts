// What a UCM told nobody is asked for: a port and the interface of one device are feeds of one source,
// each call is there once, and what only one of them found is counted. On both stores.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { feedList } from "../../../src/feeds/settings.ts";
import { sourceList } from "../../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { STORES } from "../../engine/rerate/test-engine.ts";
import { ucmLeg } from "../ucm-legs.ts";
import { type FakeDevice, startDevice, USER } from "./device.ts";
import { groupOf, groupsOf, sumOf } from "./groups.ts";

const WAIT = { timeout: 60_000, interval: 20 };

describe.each(STORES)("a UCM that writes and is asked, on $name", ({ url }) => {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-pull-"));
  const secretFile = join(folder, "secret");
  let device: FakeDevice;
  let service: TestService;
  beforeAll(async () => {
    writeFileSync(secretFile, "s3cret\n");
    device = await startDevice();
  });
  afterEach(() => service.stop());
  afterAll(async () => {
    await device.close();
    rmSync(folder, { recursive: true });
  });

  async function start(store: string): Promise<void> {
    const sources = sourceList.parse([{ name: "hq", kind: "ucm", host: "20EZ0000000001" }]);
    const feeds = feedList.parse([
      { name: "port", kind: "ucm-tcp", listen: "127.0.0.1:0", source: "hq" },
      {
        ...{ name: "pull", kind: "ucm-pull", url: device.url, user: USER, secretFile },
        ...{ source: "hq", everySeconds: 0.1 },
      },
    ]);
    service = await startTestService({ store, settings: { sources, feeds } });
    for (const name of ["port", "pull"]) {
      await vi.waitFor(async () => expect((await state(name)).connected).toBe(true), WAIT);
    }
  }
  const state = async (name: string) => (await service.rpc("feed.get", { name })).state;
  const count = async () => (await service.rpc("cdr.count")).count;

  it("is one: what only its interface tells is filled, and counted as found only there", async () => {
    const store = url();
    await start(store);
    const port = Number(/:(\d+)$/.exec((await state("port")).position.listen)?.[1]);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.end([1, 2, 3].map((call) => JSON.stringify(ucmLeg(call))).join("\n"));
    await vi.waitFor(async () => expect(await count()).toBe(3), WAIT);
    // The device has all of them, two more, and one of two legs, of which it wrote one.
    device.groups.push(...groupsOf(1, 3), sumOf(3, [3, 6]), ...groupsOf(4, 6));
    await vi.waitFor(async () => expect(await count()).toBe(6), WAIT);
    await vi.waitFor(async () => expect((await state("pull")).firsts).toBe(3), WAIT);
    expect(await state("pull")).toMatchObject({ repeats: 3, faults: 0, onlyHere: 3, fault: null });
    expect(await state("port")).toMatchObject({ firsts: 3, onlyHere: 0 });
    const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["hq"] } });
    expect(cdrs.map(({ primary }: { primary: Record<string, unknown> }) => primary)).toEqual(
      Array.from({ length: 6 }, () =>
        expect.objectContaining({ originHost: "20EZ0000000001", usage: 60, account: "1001" }),
      ),
    );
    const metrics = (await service.get("/metrics")).body;
    expect(metrics).toMatch(/cdrate_feed_count\{feed="pull",what="pages"\} \d+/);
    expect((await service.get("/ready")).status).toBe(200);
  });

  it("is asked on from what is durable, and a record that differs is a conflict", async () => {
    device.groups.length = 0;
    device.groups.push(groupOf(10), groupOf(11));
    const store = url();
    await start(store);
    await vi.waitFor(async () => expect((await state("pull")).records).toBe(2), WAIT);
    expect((await state("pull")).position).toEqual({
      ...{ latestStart: "2026-03-02T10:00:11.000Z", hasFound: true },
    });
    device.groups[1] = groupOf(11, { billsec: "50" });
    await vi.waitFor(async () => expect((await state("pull")).faults).toBe(1), WAIT);
    expect(await count()).toBe(2);
    const { records } = await service.rpc("suspense.find");
    expect(records).toMatchObject([{ reason: "content-differs" }]);
  });
});
