// /ready while a feed that listens for others does not listen. Method: a toy kind that listens when it
// is told to.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { FeedParts } from "../../src/feeds/contract.ts";

const toy = vi.hoisted(() => ({ parts: null as unknown }));
vi.mock("../../src/feeds/kinds.ts", () => ({
  FEED_KINDS: {
    follow: {
      listens: true,
      create: (_settings: unknown, parts: unknown) => ({
        start() {
          toy.parts = parts;
        },
        async stop() {},
      }),
    },
  },
}));
const { feedList } = await import("../../src/feeds/settings.ts");
const { sourceList } = await import("../../src/mediation/source-settings.ts");
const { startTestService } = await import("../end-to-end/test-service.ts");

let service: Awaited<ReturnType<typeof startTestService>>;
beforeAll(async () => {
  const feed = { name: "toy", kind: "follow", path: "x", format: "asterisk-csv", source: "pbx" };
  const sources = sourceList.parse([{ name: "pbx", kind: "asterisk" }]);
  service = await startTestService({ settings: { sources, feeds: feedList.parse([feed]) } });
});
afterAll(() => service.stop());

it("is 503 until it listens, and again when it no longer does, unless it is stopped", async () => {
  await vi.waitFor(() => expect(toy.parts).not.toBeNull());
  const parts = toy.parts as FeedParts;
  const ready = () => service.get("/ready");
  const silent = { ok: false, fault: "a listening feed does not listen" };
  expect(await ready()).toMatchObject({ status: 503, body: silent });
  parts.connected(null);
  expect(await ready()).toMatchObject({ status: 200, body: { ok: true } });
  parts.connected("the port is taken");
  expect(await ready()).toMatchObject({ status: 503, body: silent });
  expect((await service.rpc("feed.list")).feeds[0].state.fault).toBe("the port is taken");
  await service.rpc("feed.stop", { name: "toy" });
  expect((await ready()).status).toBe(200);
});
