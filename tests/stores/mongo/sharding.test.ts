// A sharded cluster, of which none is at hand: a proxy answers as the manual says that a router does.
import { Long } from "mongodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sampleCdr, sampleRating } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";
import type { WireFault } from "./wire-faults.ts";

const uri = await mongoTestUri();

describe.skipIf(uri === null)("behind a router", () => {
  let stores: ProxiedStores;
  beforeEach(async () => {
    stores = await proxiedStores(uri ?? "");
  });
  afterEach(() => stores.close());

  const router: WireFault = {
    command: "hello",
    when: "instead",
    answer: {
      ok: 1,
      isWritablePrimary: true,
      msg: "isdbgrid",
      maxWireVersion: 21,
      minWireVersion: 0,
    },
  };
  function config(entries: { name: string; key: object; unsplittable?: boolean }[]): WireFault {
    const firstBatch = entries.map(({ name, ...rest }) => ({
      _id: `${stores.database.databaseName}.${name}`,
      ...rest,
    }));
    const answer = { ok: 1, cursor: { id: Long.ZERO, ns: "config.collections", firstBatch } };
    return { command: "find", collection: "collections", when: "instead", answer };
  }
  const unauthorized = { ok: 0, code: 13, errmsg: "not authorized on config" };

  test.each([
    ["cdrs", { tenant: 1 }],
    ["cdrs", { "keys.callTime": 1 }],
    ["cdrs", { _id: 1, tenant: 1 }],
    ["cdrs", { tenant: 1, "primary.account": 1, _id: 1 }],
    ["suspense", { receivedAt: 1 }],
    ["jobLines", { number: "hashed" }],
    ["suspense", { tenant: 1, _id: 1 }],
  ])(
    "%s sharded by %j is refused with the key and the remedy, before a CDR is taken",
    async (name, key) => {
      stores.proxy.meet([router, config([{ name, key }])]);
      await expect(stores.open({ migrates: true })).rejects.toMatchObject({
        code: "store-unavailable",
        message: expect.stringContaining(`${name} is sharded by ${JSON.stringify(key)}`),
        detail: {
          hint: expect.stringContaining(
            `sh.reshardCollection("${stores.database.databaseName}.${name}"`,
          ),
        },
      });
      expect(await stores.database.collection("processes").countDocuments()).toBe(0);
    },
  );

  test.each([
    ["cdrs", { _id: 1 }],
    ["cdrs", { _id: "hashed" }],
    ["cdrs", { tenant: 1, _id: 1 }],
    ["cdrs", { tenant: 1, _id: "hashed" }],
    ["jobLines", { _id: "hashed" }],
    ["suspense", { _id: 1 }],
  ])("%s sharded by %j keeps it unique: the store opens", async (name, key) => {
    stores.proxy.meet([router, config([{ name, key }])]);
    const store = await stores.open({ migrates: true });
    expect(await store.cdrs.insert([sampleCdr("a")])).toEqual([{ outcome: "inserted" }]);
  });

  test("a collection that is followed but not split is on one shard, whatever its key", async () => {
    stores.proxy.meet([router, config([{ name: "cdrs", key: { tenant: 1 }, unsplittable: true }])]);
    await stores.open();
  });

  test("a user who may not see the key of a sharded collection is told which role it lacks", async () => {
    const stats = (sharded: boolean): WireFault => ({
      command: "collStats",
      when: "instead",
      answer: { ok: 1, sharded },
    });
    const refused: WireFault = { ...config([]), answer: unauthorized };
    stores.proxy.meet([router, refused, stats(true)]);
    await expect(stores.open()).rejects.toMatchObject({
      code: "store-unavailable",
      detail: { hint: expect.stringContaining('{ role: "read", db: "config" }') },
    });
    stores.proxy.meet([router, refused, stats(false)]);
    await stores.open();
  });

  test("readiness asks every shard that holds CDRs for a write, and is away where one refuses", async () => {
    stores.proxy.meet([router, config([{ name: "cdrs", key: { tenant: 1, _id: 1 } }])]);
    const store = await stores.open({ waitMs: 300 });
    await store.cdrs.insert([sampleCdr("a")]);
    stores.proxy.meet(null);
    await store.ping();
    const proof = stores.proxy.sent().find(({ update }) => update === "cdrs");
    expect(proof?.["writeConcern"]).toMatchObject({ w: "majority", j: true });
    const answer = {
      ok: 0,
      code: 133,
      errmsg: "Could not find host matching read preference for set shard2",
    };
    stores.proxy.meet({ command: "update", collection: "cdrs", when: "instead", answer });
    await expect(store.ping()).rejects.toMatchObject({ code: "store-unavailable" });
    stores.proxy.meet(null);
    await store.ping();
    expect(await store.cdrs.count({})).toBe(1);
    const unsharded = await stores.open();
    stores.proxy.meet(null);
    await unsharded.ping();
    expect(stores.proxy.sent().filter(({ update }) => update === "cdrs")).toEqual([]);
  });

  test("reads and writes of single CDRs say the tenant, by which they go to one shard", async () => {
    const store = await stores.open();
    const cdrs = [sampleCdr("a"), sampleCdr("b")];
    await store.cdrs.insert(cdrs);
    stores.proxy.meet(null);
    await store.cdrs.insert(cdrs);
    await store.cdrs.get(cdrs[0] ?? { tenant: "", id: "" });
    const rating = sampleRating({ revision: 2 });
    await store.cdrs.revise(
      cdrs.map(({ tenant, id }) => ({ tenant, id, rating, expectedRevision: 1, atMs: 5 })),
    );
    const finds = stores.proxy.sent().filter(({ find }) => find === "cdrs");
    expect(finds.length).toBeGreaterThanOrEqual(3);
    for (const { filter } of finds) expect(filter).toHaveProperty("tenant");
  });
});
