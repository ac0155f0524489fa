// What is told of a URL that leads to no store, and of a server whose indexes or zones are others.
import {
  MongoClient,
  MongoServerError,
  MongoServerSelectionError,
  type TopologyDescription,
} from "mongodb";
import { describe, expect, test } from "vitest";
import { EngineError } from "../../../src/errors.ts";
import type { MigrationEvent } from "../../../src/stores/migration.ts";
import { openingFault } from "../../../src/stores/mongo/connection/url.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoUrl } from "../mongo-urls.ts";
import { proxiedStores } from "./test-store.ts";

const uri = await mongoTestUri();
const SECRET = "s3cr%40t:x";

async function refusal(url: string): Promise<EngineError> {
  const error: unknown = await openMongoStore({ url, waitMs: 300 }).then(
    () => new Error("it was opened"),
    (fault: unknown) => fault,
  );
  if (!(error instanceof EngineError)) throw error;
  return error;
}

function expectClean({ message, detail }: EngineError): void {
  for (const text of [message, detail.hint ?? ""]) {
    expect(text).not.toMatch(/\n|s3cr/);
    expect(text).not.toBe("");
  }
}

test.each([
  ["an option that there is not", `mongodb://u:${SECRET}@127.0.0.1:1/x?retryWrite=true`],
  ["a value that no option has", `mongodb://u:${SECRET}@127.0.0.1:1/x?tls=maybe`],
  ["a port that is none", `mongodb://u:${SECRET}@127.0.0.1:99999/x`],
  ["a password that is not encoded", "mongodb://u:s3cr/t@127.0.0.1:1/x"],
  ["a password with a percent sign", "mongodb://u:s3cr%t@127.0.0.1:1/x"],
  ["two @", "mongodb://u:s3cr@t@127.0.0.1:1/x"],
  ["no host", `mongodb://u:${SECRET}@/x`],
  ["a data base that is not encoded", `mongodb://u:${SECRET}@127.0.0.1:1/%zz`],
  ["a port with srv", `mongodb+srv://u:${SECRET}@a.example.test:1/x`],
  ["a mechanism that there is not", `mongodb://u:${SECRET}@127.0.0.1:1/x?authMechanism=NONE`],
])("%s: the URL is told to be wrong, without the password", async (_what, url) => {
  const error = await refusal(url);
  expect(error).toMatchObject({ code: "invalid-settings", detail: { path: "store" } });
  expectClean(error);
});

test("hosts that no name server knows are told by name", async () => {
  const host = "no-such-host.invalid";
  for (const text of [
    `getaddrinfo ENOTFOUND ${host}`,
    `querySrv ENOTFOUND ${host}`,
    `queryTxt ESERVFAIL ${host}`,
  ]) {
    const told = openingFault(new Error(text), `mongodb://u:${SECRET}@${host}/x`);
    expect(told).toMatchObject({
      code: "store-unavailable",
      message: `MongoDB cannot be used: no host ${host} is known.`,
      detail: { hint: expect.stringContaining("DNS") },
    });
  }
});

test.each([
  [18, "password"],
  [13, "readWrite"],
  [8000, "provider"],
])("code %i at the opening has its remedy, and never the password", (code, remedy) => {
  const cause = new MongoServerError({ message: "refused for s3cr@t:x", code });
  const told = openingFault(cause, `mongodb://u:${SECRET}@127.0.0.1:1/x`) as EngineError;
  expect(told).toMatchObject({ code: "store-unavailable" });
  expect(told.detail.hint).toContain(remedy);
  expectClean(told);
});

test.each([
  [
    "a replica set of another name",
    "replicaSet=rs1",
    "rs1",
    /whether rs1 is the name of the replica set/,
  ],
  ["a server that does not speak TLS", "tls=true", null, /tlsCAFile/],
  ["neither", "", null, /primary with a majority/],
])(
  "where servers are silent, what the URL asks of them is named: %s",
  (_what, query, setName, hint) => {
    const reason = { setName, servers: new Map() } as unknown as TopologyDescription;
    const silent = new MongoServerSelectionError("Server selection timed out after 300 ms", reason);
    const told = openingFault(
      silent,
      `mongodb://u:${SECRET}@127.0.0.1:1/x?${query}`,
    ) as EngineError;
    expect(told).toMatchObject({ code: "store-unavailable" });
    expect(told.detail.hint).toMatch(hint);
    expectClean(told);
  },
);

describe.skipIf(uri === null)("with a server", () => {
  const newUrl = () => mongoUrl(uri);

  test("a data base of another program is refused, and nothing is written to it", async () => {
    const url = newUrl();
    const client = new MongoClient(url);
    await client.db().collection("jobs").insertOne({ queue: "mail" });
    for (const mustExist of [false, true]) {
      await expect(openMongoStore({ url, mustExist })).rejects.toMatchObject({
        code: "store-unavailable",
        message: expect.stringContaining("collection jobs"),
        detail: { hint: expect.stringContaining("another data base") },
      });
    }
    expect((await client.db().listCollections().toArray()).map(({ name }) => name)).toEqual([
      "jobs",
    ]);
    await client.close();
  });

  test.each([
    ["another key under the name", { receivedAt: 1 }, { name: "time" }, "time"],
    ["the key under another name", { "keys.callTime": 1, _id: 1 }, { name: "mine" }, "mine"],
  ])(
    "an index that differs (%s) is told with both definitions, and mended when asked",
    async (_how, key, options, name) => {
      const url = newUrl();
      const client = new MongoClient(url);
      const cdrs = client.db().collection("cdrs");
      await cdrs.createIndex(key as Record<string, 1>, options);
      const is = `${name} {"key":${JSON.stringify(key)}}`;
      await expect(openMongoStore({ url, migrates: true })).rejects.toMatchObject({
        code: "store-unavailable",
        message: `An index of the collection cdrs differs: it is ${is}, cdrate needs time {"key":{"keys.callTime":1,"_id":1}}.`,
        detail: { hint: expect.stringContaining("cdrate store mend-indexes") },
      });
      const events: MigrationEvent[] = [];
      const report = (event: MigrationEvent) => events.push(event);
      const store = await openMongoStore({ url, mendsIndexes: true, report });
      expect(events[0]).toEqual({ kind: "index", collection: "cdrs", index: name });
      const built = events.find((event) => event.kind === "built" && event.collection === "cdrs");
      expect(built).toMatchObject({ indexes: expect.arrayContaining(["time", "received"]) });
      const time = (await cdrs.indexes()).find((one) => one.name === "time");
      expect(time?.key).toEqual({ "keys.callTime": 1, _id: 1 });
      await store.close();
      await client.close();
    },
  );

  test("a zone that the server does not know is refused by name before the query", async () => {
    const stores = await proxiedStores(uri ?? "");
    const { proxy } = stores;
    const store = await stores.open();
    await store.cdrs.insert([sampleCdr("zoned")]);
    const ask = { filter: {}, timeZone: "Europe/Kyiv", time: "answer" } as const;
    const answer = { ok: 0, code: 40485, errmsg: "unrecognized time zone identifier" };
    proxy.meet({ command: "aggregate", collection: "meta", when: "instead", answer });
    await expect(store.cdrs.summarize({ ...ask, groupBy: ["day"] })).rejects.toMatchObject({
      code: "invalid-params",
      message: "The MongoDB server does not know the time zone Europe/Kyiv.",
      detail: { path: "timeZone" },
    });
    expect(proxy.seen("aggregate")).toBe(1);
    // Where nothing goes by the zone it is not asked for.
    expect(await store.cdrs.summarize({ ...ask, groupBy: ["account"] })).toHaveLength(1);
    proxy.meet({
      command: "aggregate",
      collection: "meta",
      when: "instead",
      answer: { ...answer, code: 8000 },
    });
    await expect(store.cdrs.summarize({ ...ask, groupBy: ["day"] })).rejects.toMatchObject({
      code: "store-unavailable",
    });
    proxy.meet(null);
    expect(await store.cdrs.summarize({ ...ask, groupBy: ["day"] })).toHaveLength(1);
    await stores.close();
  });
});
