// Every step of the MongoDB schema on a data base that the version before it wrote.
import { createHash } from "node:crypto";
import { Binary, MongoClient } from "mongodb";
import { afterEach, describe, expect, test } from "vitest";
import { copyBetween } from "../../../src/compose/store-copy.ts";
import type { MigrationEvent } from "../../../src/stores/migration.ts";
import { MONGO_STEPS } from "../../../src/stores/mongo/migrations/steps.ts";
import { storeCollections } from "../../../src/stores/mongo/schema.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { sampleCdr, sampleCdrs, sampleRating } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoUrl } from "../mongo-urls.ts";

const uri = await mongoTestUri();
const latest = MONGO_STEPS.at(-1)?.number ?? 0;
const clients: MongoClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

const freshUrl = () => mongoUrl(uri);

async function connect(url: string) {
  const client = await new MongoClient(url).connect();
  clients.push(client);
  return client.db();
}

/** A data base of release 0.1.0 with CDRs in it: their key is the id alone. */
async function makeOldDatabase(url: string) {
  const database = await connect(url);
  const cdrs = sampleCdrs(40, 6, "old");
  const made = await openMongoStore({ url, steps: MONGO_STEPS.slice(0, 1) });
  await made.cdrs.insert(cdrs);
  await made.close();
  const documents = database.collection<{ _id: string }>("cdrs");
  for (const { _id, ...document } of await documents.find().toArray()) {
    await documents.deleteOne({ _id });
    await documents.insertOne({ ...document, _id: _id.slice(0, 40) });
  }
  const meta = database.collection<{ _id: string }>("meta");
  await meta.replaceOne({ _id: "schema" }, { version: 1 });
  for (const name of ["migrations", "processes"]) await database.collection(name).drop();
  return { database, cdrs };
}

test("steps are numbered from 1 without a gap", () => {
  expect(MONGO_STEPS.map(({ number }) => number)).toEqual(MONGO_STEPS.map((_, n) => n + 1));
});

const BUILT = [
  {
    kind: "built",
    collection: "cdrs",
    indexes: ["changed", "received", "tenantReceived", "setup", "tenantSetup", "call"],
  },
  { kind: "built", collection: "suspense", indexes: ["state"] },
  { kind: "built", collection: "uploads", indexes: ["expiresAt"] },
  { kind: "built", collection: "batches", indexes: ["createdAt", "hash"] },
  { kind: "built", collection: "queueEvents", indexes: ["at"] },
  { kind: "built", collection: "adminActs", indexes: ["at"] },
  { kind: "built", collection: "callHalves", indexes: ["age"] },
  { kind: "built", collection: "planObjects", indexes: ["plan"] },
  { kind: "built", collection: "periods", indexes: ["id", "number", "party", "closing"] },
  { kind: "built", collection: "logins", indexes: ["name", "owner", "end"] },
  { kind: "built", collection: "deskEntries", indexes: ["due"] },
  { kind: "built", collection: "masterEntries", indexes: ["masterId", "masterLabel"] },
  { kind: "built", collection: "rollupPieces", indexes: ["piece"] },
  { kind: "built", collection: "rollupCrossing", indexes: ["quarter"] },
  { kind: "built", collection: "erasedLines", indexes: ["lines"] },
  { kind: "built", collection: "seals", indexes: ["quarter"] },
] as const;

describe.skipIf(uri === null)("with a server", () => {
  test("kept sums of builds before are taken away, those of now stay", async () => {
    const url = freshUrl();
    await (await openMongoStore({ url })).close();
    const collections = storeCollections(await connect(url));
    const piece = { level: 1, quarter: 9, version: 2, edition: "e" } as const;
    await collections.rollupPieces.insertMany(
      ["source", "account", "narrow", "accounts"].map((rollup) => {
        return { _id: rollup, ...piece, rollup, bytes: new Binary(new Uint8Array([7])) };
      }),
    );
    const step = MONGO_STEPS.find(({ number }) => number === 20);
    await step?.run?.(collections);
    await step?.run?.(collections);
    const left = await collections.rollupPieces.distinct("rollup");
    expect(left.sort()).toEqual(["accounts", "narrow"]);
  });

  test("a data base of release 0.1.0 is refused with the remedy, and then brought forward", async () => {
    const url = freshUrl();
    const { cdrs } = await makeOldDatabase(url);
    await expect(openMongoStore({ url })).rejects.toMatchObject({
      code: "store-unavailable",
      detail: { hint: expect.stringContaining("cdrate store migrate") },
    });
    const events: MigrationEvent[] = [];
    const store = await openMongoStore({ url, migrates: true, report: (one) => events.push(one) });
    expect(events.flatMap((one) => (one.kind === "step" ? one.step : []))).toEqual(
      MONGO_STEPS.slice(1).map(({ number }) => number),
    );
    // Those of several collections are built beside each other: which is done first is chance.
    const built = events.filter(({ kind }) => kind === "built");
    expect(built).toHaveLength(BUILT.length);
    expect(new Set(built.map((one) => JSON.stringify(one)))).toEqual(
      new Set(BUILT.map((one) => JSON.stringify(one))),
    );
    expect(await store.schemaState()).toMatchObject({
      ...{ version: latest, latest, cdrKey: "id", keyForm: "text" },
    });
    for (const cdr of cdrs) expect(await store.cdrs.get(cdr)).toEqual({ ...cdr, history: [] });
    for await (const page of store.cdrs.keyFaults({})) expect(page.found).toEqual([]);
    await store.close();
  });

  test("in it the id of another tenant is taken, and nothing of that one is told", async () => {
    const url = freshUrl();
    const { cdrs } = await makeOldDatabase(url);
    const store = await openMongoStore({ url, migrates: true });
    const [first] = cdrs;
    if (first === undefined) throw new Error("no CDR");
    const foreign = { ...sampleCdr("mine", { primary: { tenant: "c.example" } }), id: first.id };
    expect(await store.cdrs.insert([foreign, sampleCdr("new")])).toEqual([
      { outcome: "taken" },
      { outcome: "inserted" },
    ]);
    expect(await store.cdrs.get(foreign)).toBeNull();
    const revision = { expectedRevision: 1, rating: sampleRating({ revision: 2 }), atMs: 5 };
    const key = { tenant: "c.example", id: first.id };
    expect(await store.cdrs.revise([{ ...revision, ...key }])).toEqual(["not-found"]);
    expect(await store.cdrs.revise([{ ...revision, tenant: first.tenant, id: first.id }])).toEqual([
      "revised",
    ]);
    await store.close();
  });

  test("copied by `store copy`, it has the key of tenant and id", async () => {
    const [from, to] = [freshUrl(), freshUrl()];
    const { cdrs } = await makeOldDatabase(from);
    await (await openMongoStore({ url: from, migrates: true })).close();
    await copyBetween({ from, to, indexedExtraFields: [] });
    const store = await openMongoStore({ url: to });
    expect(await store.schemaState()).toMatchObject({ cdrKey: "tenant and id", keyForm: "bytes" });
    for (const cdr of cdrs) expect(await store.cdrs.get(cdr)).toEqual({ ...cdr, history: [] });
    for await (const page of store.cdrs.keyFaults({})) expect(page.found).toEqual([]);
    const [first] = cdrs;
    const twin = {
      ...sampleCdr("twin", { primary: { tenant: "c.example" } }),
      id: first?.id ?? "",
    };
    expect(await store.cdrs.insert([twin])).toEqual([{ outcome: "inserted" }]);
    await store.close();
  });

  test("a new data base has every step, and the key of tenant and id", async () => {
    const url = freshUrl();
    const store = await openMongoStore({ url });
    expect(await store.schemaState()).toEqual({
      ...{ version: latest, latest, cdrKey: "tenant and id", keyForm: "bytes" },
    });
    await store.cdrs.insert([sampleCdr("keyed")]);
    const database = await connect(url);
    const keys = await database.collection<{ _id: Binary }>("cdrs").distinct("_id");
    const hash = createHash("sha256").update("example.com").digest("hex").slice(0, 16);
    expect(keys.map((key) => Buffer.from(key.value()).toString("hex"))).toEqual([
      sampleCdr("keyed").id + hash,
    ]);
    await store.close();
    expect(await database.collection("processes").countDocuments()).toBe(0);
  });

  test("a data base whose making was broken off is made whole by the next process", async () => {
    const url = freshUrl();
    await (await openMongoStore({ url })).close();
    const database = await connect(url);
    await database.collection("suspense").dropIndex("tenant");
    const meta = database.collection<{ _id: string }>("meta");
    await meta.updateOne({ _id: "schema" }, { $set: { isBeingMade: true } });
    await (await openMongoStore({ url })).close();
    const names = (await database.collection("suspense").indexes()).map(({ name }) => name);
    expect(names).toContain("tenant");
    expect(await meta.findOne({ _id: "schema" })).not.toHaveProperty("isBeingMade");
  });
});
