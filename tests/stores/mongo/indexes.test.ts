// Indexes of MongoDB: built beside the service, told while they lack, and done without where they are
// not there or others.
import { Long } from "mongodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { GroupKey } from "../../../src/queries/group-keys.ts";
import type { MigrationEvent } from "../../../src/stores/migration.ts";
import { MONGO_STEPS } from "../../../src/stores/mongo/migrations/steps.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";

const uri = await mongoTestUri();
const many = {
  command: "count",
  collection: "cdrs",
  when: "instead",
  answer: { ok: 1, n: 50_000 },
} as const;
const BUILD = { command: "createIndexes", collection: "cdrs", when: "instead" } as const;
const ADDED = ["received", "tenantReceived", "setup", "tenantSetup"];
const missing = ADDED.map((name) => `cdrs.${name}`);

/** The schema whose step adds these indexes; later ones build others. */
const STEPS = MONGO_STEPS.filter(({ number }) => number <= 8);

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  let warnings: string[];
  const warn = (message: string) => warnings.push(message);
  beforeEach(async () => {
    stores = await proxiedStores(uri ?? "");
    warnings = [];
  });
  afterEach(() => stores.close());

  /** A data base of the schema before, with two CDRs. */
  async function makeOlder(): Promise<void> {
    const store = await stores.open({ steps: MONGO_STEPS.filter(({ number }) => number < 8) });
    await store.cdrs.insert([sampleCdr("a"), sampleCdr("b")]);
    await store.close();
  }

  test("where there are many CDRs they are built beside the service, which takes CDRs meanwhile", async () => {
    await makeOlder();
    const operation = {
      ns: `${stores.database.databaseName}.cdrs`,
      msg: "Index Build: scanning collection",
      progress: { done: 12, total: 48 },
    };
    const told = {
      ok: 1,
      cursor: { id: Long.ZERO, ns: "admin.$cmd.aggregate", firstBatch: [operation] },
    };
    stores.proxy.meet([
      many,
      { ...BUILD, answer: "hold" },
      { command: "aggregate", when: "instead", answer: told },
    ]);
    const events: MigrationEvent[] = [];
    const store = await stores.open({
      migrates: true,
      steps: STEPS,
      report: (event) => events.push(event),
      warn,
    });
    await vi.waitFor(() => expect(stores.proxy.seen("createIndexes")).toBe(1));
    expect(await store.cdrs.insert([sampleCdr("meanwhile")])).toEqual([{ outcome: "inserted" }]);
    const page = { sort: { by: "receivedAt", descending: true }, limit: 10 } as const;
    expect((await store.cdrs.find({ filter: {}, ...page })).cdrs).toHaveLength(3);
    expect(warnings).toEqual([expect.stringMatching(/^The index cdrs\.received is not there/)]);
    const indexes = { missing, progress: { done: 12, total: 48 } };
    expect(await store.tend()).toMatchObject({ version: 8, indexes });
    expect(stores.proxy.seen("createIndexes")).toBe(1);
    stores.proxy.meet(null);
    const built = { kind: "built", collection: "cdrs", indexes: ADDED };
    await vi.waitFor(() => expect(events).toContainEqual(built));
    await vi.waitFor(async () => expect(await store.schemaState()).not.toHaveProperty("indexes"));
    await store.cdrs.find({ filter: {}, ...page });
    const found = stores.proxy.sent().filter(({ find }) => find === "cdrs");
    expect(found.map(({ hint }) => hint)).toEqual([{ receivedAt: 1, _id: 1 }]);
    expect(warnings).toHaveLength(1);
  });

  test("a build that the server refuses is told and tried again; the service works on", async () => {
    await makeOlder();
    const refused = { ok: 0, code: 14031, errmsg: "no space left on the device" };
    stores.proxy.meet([many, { ...BUILD, answer: refused }]);
    const store = await stores.open({ migrates: true, steps: STEPS, warn });
    await vi.waitFor(() => expect(warnings.at(-1)).toContain("no space left on the device"));
    expect(await store.cdrs.insert([sampleCdr("c")])).toEqual([{ outcome: "inserted" }]);
    expect((await store.schemaState()).indexes).toEqual({
      missing,
      fault: expect.stringContaining("no space left on the device"),
    });
    stores.proxy.meet(null);
    const whole = async () => expect(await store.schemaState()).not.toHaveProperty("indexes");
    await vi.waitFor(whole, { timeout: 10_000 });
  });

  test("a process that closes does not wait for a build that is under way", async () => {
    await makeOlder();
    stores.proxy.meet([many, { ...BUILD, answer: "silence" }]);
    const store = await stores.open({ migrates: true, steps: STEPS });
    await vi.waitFor(() => expect(stores.proxy.seen("createIndexes")).toBe(1));
    const startedAt = performance.now();
    await store.close();
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  test("a command builds nothing, and reads without the index that lacks", async () => {
    await makeOlder();
    await (await stores.open({ migrates: true })).close();
    await stores.database.collection("cdrs").dropIndex("batch");
    stores.proxy.meet(null);
    const store = await stores.open({ warn });
    const filter = { batchIds: ["b1"] };
    expect(await store.cdrs.count(filter)).toBe(0);
    expect(await store.cdrs.count(filter)).toBe(0);
    expect(warnings).toEqual([expect.stringMatching(/^The index cdrs\.batch is not there/)]);
    expect(stores.proxy.seen("createIndexes")).toBe(0);
    expect((await store.schemaState()).indexes).toEqual({ missing: ["cdrs.batch"] });
  });

  test.each([
    ["2 of MongoDB", { code: 2, errmsg: "hint provided does not correspond to an existing index" }],
    ["27", { code: 27, errmsg: "index not found" }],
    ["another one", { code: 17007, errmsg: "bad hint" }],
  ])(
    "a hint that the server refuses with code %s is done without, and the index named",
    async (_what, told) => {
      const store = await stores.open({ warn });
      await store.cdrs.insert([sampleCdr("a")]);
      const refused = { ok: 0, ...told };
      const isHinted = { when: "instead", answer: refused, times: 1 } as const;
      const filter = { tenants: [sampleCdr("a").tenant] };
      for (const [command, read] of [
        ["find", () => store.cdrs.find({ filter, sort: BY_TIME, limit: 5 })],
        ["aggregate", () => store.cdrs.count({ ...filter, batchIds: ["b"] })],
        ["aggregate", () => store.cdrs.summarize({ ...SUM, filter: { outcomes: ["rated"] } })],
        ["find", () => store.cdrs.changes({ filter, limit: 5 })],
        ["find", () => store.cdrs.keyFaults({})[Symbol.asyncIterator]().next()],
        ["aggregate", () => store.suspense.openByTenant()],
      ] as const) {
        const collection = read.toString().includes("suspense") ? "suspense" : "cdrs";
        stores.proxy.meet({ command, collection, ...isHinted });
        await read();
        const sent = stores.proxy.sent().filter((one) => one[command] === collection);
        expect(sent.map((one) => "hint" in one).slice(0, 2)).toEqual([true, false]);
      }
      const names = warnings.map((text) => /^The index (\S+) was refused/.exec(text)?.[1]);
      expect(names).toEqual(
        ["tenant", "batch", "outcome", "changed", "time"]
          .map((index) => `cdrs.${index}`)
          .concat("suspense.state"),
      );
      // The next look finds it again.
      await store.tend();
      stores.proxy.meet(null);
      await store.cdrs.count(filter);
      expect(stores.proxy.sent().some((one) => "hint" in one)).toBe(true);
    },
  );

  test("a fault of the query itself is not taken for one of the hint", async () => {
    const store = await stores.open({ warn });
    const wrong = { ok: 0, code: 2, errmsg: "a bad value" };
    stores.proxy.meet({ command: "find", collection: "cdrs", when: "instead", answer: wrong });
    const read = store.cdrs.find({ filter: {}, sort: BY_TIME, limit: 5 });
    await expect(read).rejects.toMatchObject({ code: 2 });
    expect(warnings).toEqual([]);
  });

  test("an index that somebody replaced while the service runs is told with both definitions", async () => {
    const store = await stores.open({ warn });
    const cdrs = stores.database.collection("cdrs");
    await cdrs.dropIndex("batch");
    await cdrs.createIndex({ tenant: 1 }, { name: "batch" });
    const { indexes } = await store.tend();
    const fault = `An index of the collection cdrs differs: it is batch {"key":{"tenant":1}}, cdrate needs batch {"key":{"tenant":1,"batchId":1,"keys.callTime":1,"_id":1}}.`;
    expect(indexes).toEqual({ missing: [], fault });
    expect(warnings).toEqual([fault]);
    await store.tend();
    expect(warnings).toHaveLength(1);
  });
});

const BY_TIME = { by: "callTime", descending: false } as const;
const SUM = { groupBy: [] as GroupKey[], timeZone: "UTC", time: "answer" as const };
