// Goal: an insert in MongoDB carries a time that no reader has passed. Method: a clock by hand beside
// the server; an insert that ends late, or fails late, must have taken a new time.
import { randomUUID } from "node:crypto";
import { MongoClient, type Timestamp } from "mongodb";
import { afterAll, expect, test } from "vitest";
import { changeTimes } from "../../../../src/stores/mongo/cdrs/change-time.ts";
import { type CdrDocument, toDocument } from "../../../../src/stores/mongo/documents.ts";
import type { StoreCollections } from "../../../../src/stores/mongo/schema.ts";
import { sampleCdr } from "../../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../mongo-test-uri.ts";

const uri = await mongoTestUri();
const client =
  uri === null ? null : await new MongoClient(uri, { monitorCommands: true }).connect();
/** What the server was asked, in order: two times of one second may be the same there. */
const asked: string[] = [];
client?.on("commandStarted", ({ commandName }) => asked.push(commandName));
afterAll(() => client?.close());

function setting() {
  if (client === null) throw new Error("no server");
  const database = client.db(`cdrate-test-${randomUUID()}`);
  const clock = { nowMs: 0 };
  const cdrs = database.collection<CdrDocument>("cdrs");
  const meta = database.collection("meta") as unknown as StoreCollections["meta"];
  const times = changeTimes({ cdrs, meta }, () => clock.nowMs);
  const insert = (name: string, { takesMs = 0, fails = false } = {}) =>
    times.during([toDocument(sampleCdr(name), "bytes")], async (timed) => {
      await cdrs.insertMany(timed);
      clock.nowMs += takesMs;
      if (fails) throw new Error("the answer was lost");
    });
  const timeOf = async (name: string) => {
    const { _id } = toDocument(sampleCdr(name), "bytes");
    const found = await cdrs.findOne({ _id });
    if (found?.changedAt === undefined) throw new Error(`${name} has no time`);
    return found.changedAt;
  };
  return { clock, cdrs, insert, timeOf };
}

const READ = "findAndModify";
const RENEW = "update";

test.skipIf(uri === null)("inserts share a time for a second, then it is read again", async () => {
  const { clock, insert, timeOf } = setting();
  asked.length = 0;
  await Promise.all([insert("one"), insert("two")]);
  clock.nowMs = 999;
  await insert("three");
  expect(asked).toEqual([READ, "insert", "insert", "insert"]);
  clock.nowMs = 1000;
  await insert("four");
  expect(asked.slice(4)).toEqual([READ, "insert"]);
  const [one, two, three] = await Promise.all(["one", "two", "three"].map(timeOf));
  expect([two, three]).toEqual([one, one]);
  expect(Math.abs((one as Timestamp).t - Date.now() / 1000)).toBeLessThan(60);
});

test.skipIf(uri === null)(
  "one that ends more than 5 s after its reading takes a new time",
  async () => {
    const { clock, cdrs, insert } = setting();
    await insert("first", { takesMs: 999 });
    asked.length = 0;
    await insert("in time", { takesMs: 4001 });
    expect(asked).toEqual(["insert"]);
    clock.nowMs = 20_000;
    await insert("late", { takesMs: 5001 });
    expect(asked.slice(1)).toEqual([READ, "insert", RENEW]);
    await expect(insert("lost", { takesMs: 5001, fails: true })).rejects.toThrow("lost");
    expect(asked.slice(4)).toEqual([READ, "insert", RENEW]);
    expect(await cdrs.countDocuments({ changedAt: { $type: "timestamp" } })).toBe(4);
  },
);
