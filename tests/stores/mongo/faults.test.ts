// MongoDB that is away, dies, loses answers or is newer; and what is asked of it on the wire.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { sampleCdr, sampleId, sampleRating } from "../contracts/sample-cdrs.ts";
import { startJavaServer } from "../mongo-server.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoAddress, mongoUrl, mongoUrlThrough } from "../mongo-urls.ts";
import { startProxy } from "./tcp-proxy.ts";

const uri = await mongoTestUri();
const away = { code: "store-unavailable" };
const folder = mkdtempSync(join(tmpdir(), "cdrate-mongo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isJavaServer = uri !== null && (await serverName(uri)) === "5.0.0";

async function serverName(url: string): Promise<string> {
  const client = new MongoClient(url);
  const { version } = await client.db("admin").command({ buildInfo: 1 });
  await client.close();
  return version;
}

/** The server behind a proxy, with a data base of its own. */
async function throughProxy(options: Record<string, string> = {}) {
  const { hostname, port } = mongoAddress(uri);
  const proxy = await startProxy(hostname, port);
  const url = mongoUrlThrough({ uri, port: proxy.port }, options);
  return { proxy, store: await openMongoStore({ url }) };
}

test.skipIf(uri === null)(
  "a data base that is not there is not made for who only looks",
  async () => {
    const name = `cdrate-test-${randomUUID()}`;
    const url = mongoUrl(uri, name);
    await expect(openMongoStore({ url, mustExist: true })).rejects.toMatchObject({
      ...away,
      detail: {
        place: expect.stringContaining(name),
        hint: expect.stringContaining("tariff load"),
      },
    });
    const client = new MongoClient(url);
    expect(await client.db().listCollections().toArray()).toEqual([]);
    await client.close();
    await (await openMongoStore({ url })).close();
    await (await openMongoStore({ url, mustExist: true })).close();
  },
);

test("an address where nobody answers is unavailable within the limit", async () => {
  const proxy = await startProxy("127.0.0.1", 1);
  await proxy.close();
  const url = `mongodb://127.0.0.1:${proxy.port}/x`;
  const startedAt = performance.now();
  await expect(openMongoStore({ url, waitMs: 300 })).rejects.toMatchObject(away);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

describe.skipIf(uri === null)("with a server", () => {
  test("a schema that a newer build wrote is refused", async () => {
    const url = mongoUrl(uri);
    await (await openMongoStore({ url })).close();
    const client = new MongoClient(url);
    const meta = client.db().collection<{ _id: string; version: number }>("meta");
    await meta.updateOne({ _id: "schema" }, { $set: { version: 99 } });
    await client.close();
    await expect(openMongoStore({ url })).rejects.toMatchObject(away);
  });

  test("an insert whose answer is lost is read back, and there when sent again", async () => {
    const { proxy, store } = await throughProxy({ retryWrites: "false" });
    const cdrs = [sampleCdr("lost-1"), sampleCdr("lost-2")];
    proxy.loseAnswerTo("lost-1");
    expect(await store.cdrs.insert(cdrs)).toEqual(Array(2).fill({ outcome: "inserted" }));
    expect((await store.cdrs.insert(cdrs)).map((one) => one.outcome)).toEqual(["exists", "exists"]);
    await store.close();
    await proxy.close();
  });

  test("a revision whose answer is lost is found done, not done twice", async () => {
    const { proxy, store } = await throughProxy({ retryWrites: "false" });
    const cdr = sampleCdr("revised");
    await store.cdrs.insert([cdr]);
    const { tenant, id } = cdr;
    const revision = { tenant, id, expectedRevision: 1, rating: sampleRating({ revision: 2 }) };
    proxy.loseAnswerTo("$push");
    expect(await store.cdrs.revise([{ ...revision, atMs: 5 }])).toEqual(["revised"]);
    expect(await store.cdrs.revise([{ ...revision, atMs: 6 }])).toEqual(["changed-meanwhile"]);
    expect((await store.cdrs.get(cdr))?.history).toHaveLength(1);
    await store.close();
    await proxy.close();
  });

  test("writes ask for majority and journal, reads for majority, whatever the URL says", async () => {
    const { proxy, store } = await throughProxy({
      w: "1",
      journal: "false",
      readConcernLevel: "local",
    });
    await store.cdrs.insert([sampleCdr("wire")]);
    await store.cdrs.get({ tenant: "example.com", id: sampleId("wire") });
    await store.cdrs.summarize({ filter: {}, groupBy: [], timeZone: "UTC", time: "answer" });
    const sent = proxy.sent().toString("latin1");
    expect(sent).toContain("\x02w\0\x09\0\0\0majority\0");
    expect(sent).toContain("\x08j\0\x01");
    expect(sent).toContain("\x02level\0\x09\0\0\0majority\0");
    expect(sent).not.toContain("\x08j\0\0");
    expect(sent).not.toContain("\x10w\0");
    expect(sent).not.toContain("\x02level\0\x06\0\0\0local\0");
    await store.close();
    await proxy.close();
  });

  test("the indexes are those that bound every query, and one per named extra field", async () => {
    const url = mongoUrl(uri);
    const store = await openMongoStore({ url, indexedExtraFields: ["trunk", "a.b"] });
    const client = new MongoClient(url);
    const indexes = await client.db().collection("cdrs").indexes();
    const tail = { "keys.callTime": 1, _id: 1 };
    expect(Object.fromEntries(indexes.map((index) => [index.name, index.key]))).toEqual({
      _id_: { _id: 1 },
      time: tail,
      tenant: { tenant: 1, ...tail },
      account: { tenant: 1, "primary.account": 1, ...tail },
      leadingDigits: { tenant: 1, "keys.leadingDigits": 1, ...tail },
      outcome: { tenant: 1, "rating.outcome": 1, ...tail },
      batch: { tenant: 1, batchId: 1, ...tail },
      changed: { changedAt: 1, _id: 1 },
      received: { receivedAt: 1, _id: 1 },
      tenantReceived: { tenant: 1, receivedAt: 1, _id: 1 },
      setup: { "keys.setupTime": 1, _id: 1 },
      call: { callId: 1, "keys.callTime": 1 },
      tenantSetup: { tenant: 1, "keys.setupTime": 1, _id: 1 },
      "extra trunk": { tenant: 1, "extra.trunk": 1, ...tail },
      "extra a%2eb": { tenant: 1, "extra.a%2eb": 1, ...tail },
    });
    await client.close();
    await store.close();
  });
});

test.skipIf(uri === null)("what does not fit in one document is refused by name", async () => {
  const { proxy, store } = await throughProxy();
  const tooLarge = { code: "too-large" };
  const text = (bytes: number) => "x".repeat(bytes);
  const large = sampleCdr("large", { extra: { text: text(17_000_000) } });
  await expect(store.cdrs.insert([large])).rejects.toMatchObject(tooLarge);
  const record = {
    id: "a".repeat(64),
    source: "default",
    state: "open",
    reason: "broken-json",
    detail: "byte 7",
    format: "freeswitch-json",
    bytes: new Uint8Array(17_000_000),
    receivedAtMs: 1,
  } as const;
  await expect(store.suspense.add(record)).rejects.toMatchObject(tooLarge);
  const half = sampleCdr("half", { extra: { text: text(9_000_000) } });
  await store.cdrs.insert([half]);
  const { primary, extra, contentHash } = half;
  const revision = {
    tenant: half.tenant,
    id: half.id,
    expectedRevision: 1,
    rating: sampleRating({ revision: 2 }),
    content: { primary, extra, contentHash },
    atMs: 2,
  };
  await expect(store.cdrs.revise([revision])).rejects.toMatchObject(tooLarge);
  expect((await store.cdrs.get(half))?.rating.revision).toBe(1);
  expect(await store.cdrs.count({})).toBe(1);
  await store.close();
  await proxy.close();
});

test.skipIf(!isJavaServer)(
  "a server that is killed is unavailable, and used again when it is back",
  async () => {
    const file = join(folder, "killed");
    const first = await startJavaServer(file);
    const store = await openMongoStore({ url: `${first.uri}/killed` });
    const cdrs = Array.from({ length: 30 }, (_, n) => sampleCdr(`killed-${n}`));
    await store.cdrs.insert(cdrs.slice(0, 10));
    const inFlight = Promise.allSettled(cdrs.slice(10).map((cdr) => store.cdrs.insert([cdr])));
    first.process.kill("SIGKILL");
    for (const result of await inFlight) {
      if (result.status === "rejected") expect(result.reason).toMatchObject(away);
    }
    await expect(store.ping()).rejects.toMatchObject(away);
    const second = await startJavaServer(file, Number(new URL(first.uri).port));
    await store.ping();
    const again = await store.cdrs.insert(cdrs);
    expect(again).toHaveLength(30);
    expect(await store.cdrs.count({})).toBe(30);
    for (const cdr of cdrs) expect(await store.cdrs.get(cdr)).toMatchObject({ id: cdr.id });
    await store.close();
    await second.stop();
  },
);
