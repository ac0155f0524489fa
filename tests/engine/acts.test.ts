// Whoever changes something that is no call leaves a line in the log: who, what, from what, to what.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createActs } from "../../src/engine/acts.ts";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

describe("acts over JSON-RPC", () => {
  let service: TestService;
  beforeAll(async () => {
    const feed = {
      name: "m",
      kind: "follow",
      path: "/none",
      format: "asterisk-csv",
      source: "pbx",
    };
    const sources = sourceList.parse([{ name: "pbx", kind: "asterisk" }]);
    service = await startTestService({ settings: { sources, feeds: feedList.parse([feed]) } });
  });
  afterAll(() => service.stop());

  const latest = async () => (await service.service.engine.acts.page({ limit: 1 }))[0];

  it("are noted with what was before and is after", async () => {
    const set = { account: "2001", voipPlan: "gold", from: "2026-01-01T00:00:00Z" };
    await service.rpc("account.set", set);
    const held = { tenant: "cgrates.org", account: "2001", voipPlan: "gold" };
    expect(await latest()).toMatchObject({
      ...{ by: "loopback", act: "account.set", subject: "2001", tenant: "cgrates.org" },
      before: null,
      after: held,
    });
    await service.rpc("account.remove", { account: "2001" });
    expect(await latest()).toMatchObject({ act: "account.remove", before: held });

    await service.rpc("feed.stop", { name: "m" });
    expect(await latest()).toMatchObject({
      ...{ act: "feed.stop", subject: "m", tenant: null },
      before: { stopped: false },
      after: { stopped: true },
    });
    await service.rpc("feed.start", { name: "m" });
    expect(await latest()).toMatchObject({ act: "feed.start", after: { stopped: false } });

    const { tariffs } = await service.rpc("tariff.list");
    const [{ version }] = tariffs;
    await service.rpc("tariff.activate", { version });
    expect(await latest()).toMatchObject({
      ...{ act: "tariff.activate", subject: version, tenant: "cgrates.org" },
      after: { "cgrates.org": version },
    });

    const override = { reason: "the carrier asked for it" };
    await service.rpc("tariff.activate", { version, override });
    expect(await latest()).toMatchObject({
      ...{ by: "loopback", act: "tariff.activate", why: override.reason },
      ...{ road: "http", address: "127.0.0.1" },
      after: { "cgrates.org": version, override: { ...override, gates: [] } },
    });

    await service.post("/cgr", "accid=x&usage=soon&answer_time=2026-03-02T10:00:00Z");
    const { records } = await service.rpc("suspense.find");
    await service.rpc("suspense.discard", { id: records[0].id });
    expect(await latest()).toMatchObject({
      ...{ act: "suspense.discard", subject: records[0].id },
      before: { state: "open", reason: "invalid-field" },
      after: { state: "discarded" },
    });
  });

  it("that were refused, and reads, leave none", async () => {
    const before = await latest();
    await expect(service.rpc("feed.stop", { name: "none" })).rejects.toBeDefined();
    await expect(service.rpc("tariff.rollback", { tenant: "none" })).rejects.toBeDefined();
    await service.rpc("account.find");
    expect(await latest()).toEqual(before);
  });
});

it("no secret is in the log", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const acts = createActs({ store, clock: () => 7 });
  await acts.noted(
    { by: { name: "boss" }, act: "source.change", subject: "hq" },
    {
      run: async () => ({ authToken: "s3cret", deep: [{ passwordScrypt: "x" }], enableAuth: true }),
      after: (one) => one,
    },
  );
  expect(await acts.page({ limit: 1 })).toMatchObject([
    {
      atMs: 7,
      before: null,
      after: {
        authToken: "(not shown)",
        deep: [{ passwordScrypt: "(not shown)" }],
        enableAuth: true,
      },
    },
  ]);
  await store.close();
});
