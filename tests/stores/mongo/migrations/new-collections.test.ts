// The options that the collections of a new data base are asked for with, and a server without them.
import type { Document } from "mongodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MONGO_STEPS } from "../../../../src/stores/mongo/migrations/steps.ts";
import { sampleCdr } from "../../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../mongo-test-uri.ts";
import { type ProxiedStores, proxiedStores } from "../test-store.ts";
import type { WireFault } from "../wire-faults.ts";

const uri = await mongoTestUri();
const LARGE = [
  "cdrs",
  "suspense",
  "jobLines",
  "tariffChunks",
  "uploadParts",
  "queueEvents",
  "periodCdrs",
];
const zstd = { wiredTiger: { configString: "block_compressor=zstd" } };
const validator = { _id: { $type: "binData" } };

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  beforeEach(async () => {
    stores = await proxiedStores(uri ?? "");
  });
  afterEach(() => stores.close());
  const asked = (): Document[] => stores.proxy.sent().filter(({ create }) => create !== undefined);
  const refused = (times?: number): WireFault => ({
    ...{ command: "create", when: "instead", ...(times !== undefined && { times }) },
    answer: { ok: 0, code: 72, codeName: "InvalidOptions", errmsg: "no such engine" },
  });

  async function expectWorks() {
    const store = await stores.open();
    const cdr = sampleCdr("made");
    expect(await store.cdrs.insert([cdr, cdr])).toMatchObject([
      { outcome: "inserted" },
      { outcome: "exists" },
    ]);
    expect(await store.schemaState()).toMatchObject({ keyForm: "bytes" });
  }

  test("those that grow are asked for with zstd, CDRs with keys of bytes alone, once", async () => {
    stores.proxy.meet([]);
    await expectWorks();
    const first = LARGE.map((name) => asked().find(({ create }) => create === name));
    expect(first).toMatchObject(LARGE.map((create) => ({ create, storageEngine: zstd })));
    expect(first.map((one) => one?.["validator"])).toEqual([
      validator,
      ...LARGE.slice(1).map(() => undefined),
    ]);
    stores.proxy.meet([]);
    await stores.open();
    expect(asked()).toEqual([]);
  });

  test("a server that has no zstd makes them without, CDRs with the validator still", async () => {
    stores.proxy.meet(refused(2));
    await expectWorks();
    const cdrs = asked().filter(({ create }) => create === "cdrs");
    expect(cdrs.map((one) => [one["storageEngine"], one["validator"]])).toEqual([
      [zstd, validator],
      [zstd, undefined],
      [undefined, validator],
    ]);
  });

  test("a server that takes none of it makes them by their first documents", async () => {
    stores.proxy.meet(refused());
    await expectWorks();
    expect(asked()).toHaveLength(3 * LARGE.length);
  });

  test("while it is away nothing is begun by halves: the next opening makes the rest", async () => {
    stores.proxy.meet({
      ...{ command: "create", collection: "suspense", when: "instead", times: 1 },
      answer: { ok: 0, code: 189, codeName: "PrimarySteppedDown", errmsg: "stepping down" },
    });
    await expect(stores.open({ waitMs: 300 })).rejects.toMatchObject({ code: "store-unavailable" });
    stores.proxy.meet([]);
    await expectWorks();
    expect(asked().map(({ create }) => create)).toEqual(expect.arrayContaining(LARGE));
    const [made] = await stores.database.listCollections({ name: "suspense" }).toArray();
    expect(made).toBeDefined();
  });

  test("a data base of an older schema gets none of them", async () => {
    const older = await stores.open({ steps: MONGO_STEPS.slice(0, 11) });
    await older.cdrs.insert([sampleCdr("old")]);
    stores.proxy.meet([]);
    const store = await stores.open({ migrates: true });
    expect(await store.schemaState()).toMatchObject({ keyForm: "text" });
    expect(await store.cdrs.insert([sampleCdr("old")])).toMatchObject([{ outcome: "exists" }]);
    expect(asked()).toEqual([]);
  });
});
