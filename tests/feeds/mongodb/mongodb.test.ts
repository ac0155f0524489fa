// The documents of FreeSWITCH's mod_cdr_mongodb: read once, or followed by their ids, late ones found, each
// once; a server that goes away is waited for.
import { randomUUID } from "node:crypto";
import { type Collection, Long, MongoClient, ObjectId } from "mongodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { eventually, type PulledCalls, pullFeed } from "../sql/feed-under-test.ts";

const uri = await mongoTestUri();
const begunMs = Date.now();
const NOW_MS = Date.parse("2026-03-02T12:00:00Z");

/** As the module writes it: numbers are numbers, the call flow is one object. */
function document(call: number, atMs = NOW_MS) {
  const seconds = (ms: number) => Math.floor(ms / 1000);
  return {
    _id: ObjectId.createFromHexString(
      seconds(atMs).toString(16).padStart(8, "0") + call.toString(16).padStart(16, "0"),
    ),
    channel_data: { state: "CS_REPORTING", direction: "inbound" },
    variables: {
      uuid: `uuid-${call}`,
      accountcode: "1001",
      start_uepoch: Long.fromNumber(1772441995_123456),
      answer_uepoch: Long.fromNumber(1772442000_123456),
      end_uepoch: Long.fromNumber(1772442060_123456),
      billusec: 60_000_000,
      billsec: 60,
      hangup_cause: "NORMAL_CLEARING",
      big: Long.fromString("9223372036854775807"),
    },
    callflow: {
      caller_profile: { caller_id_number: "201", destination_number: "442079460123" },
    },
  };
}

describe.skipIf(uri === null)("documents of mod_cdr_mongodb", () => {
  const client = new MongoClient(uri ?? "mongodb://none");
  const open: PulledCalls[] = [];
  let base: string;
  let calls: Collection;
  beforeAll(() => client.connect());
  afterAll(() => client.close());
  afterEach(async () => {
    for (const feed of open.splice(0)) await feed.stop();
    await client.db(base).dropDatabase();
  });

  async function started(settings: Record<string, unknown> = {}): Promise<PulledCalls> {
    const own = { kind: "mongodb", url: uri, collection: `${base}.cdr`, batchRows: 4 };
    const feed = await pullFeed(
      { ...own, ...settings },
      { clock: () => NOW_MS + Date.now() - begunMs },
    );
    open.push(feed);
    return feed;
  }
  function begin(): void {
    base = `cdrate-feed-${randomUUID()}`;
    calls = client.db(base).collection("cdr");
  }

  it("are followed by their ids: late ones are found, a crash repeats and skips none", async () => {
    begin();
    await calls.insertMany(Array.from({ length: 10 }, (_none, call) => document(call + 1)));
    const feed = await started();
    feed.start();
    await eventually(() => expect(feed.cdrs.size).toBe(10));
    const [cdr] = feed.cdrs.values();
    expect(cdr?.primary).toMatchObject({
      originId: "uuid-1",
      account: "1001",
      destination: "442079460123",
      callerNumber: "201",
      usage: 60_000,
    });
    expect(cdr?.extra["big"]).toBe("9223372036854775807");
    expect(cdr?.extra).not.toHaveProperty("_id");
    // Its switch's clock is half an hour behind.
    await calls.insertOne(document(11, NOW_MS - 1_800_000));
    await eventually(() => expect(feed.cdrs.size).toBe(11));
    expect(feed.handed()).toBe(11);
    await feed.crash();
    await calls.insertOne(document(12, NOW_MS + 1000));
    feed.start();
    await eventually(() => expect(feed.cdrs.size).toBe(12));
    expect(feed.suspended).toEqual([]);
  });

  it("are read once where that is asked, and flagged when they are durable; the flag is no part of them", async () => {
    begin();
    await calls.insertMany([document(1), { ...document(2), import_cdr: 0 }]);
    const feed = await started({ once: true, flag: "import_cdr", kind: "mongo-collection" });
    feed.away.isAway = true;
    feed.start();
    await eventually(() => expect(feed.fault()).toBe("the store is away"));
    expect(await calls.countDocuments({ import_cdr: 1 })).toBe(0);
    feed.away.isAway = false;
    await eventually(() => expect(feed.kept()).toMatchObject({ done: true }));
    expect(await calls.countDocuments({ import_cdr: 1 })).toBe(2);
    expect(feed.cdrs.size).toBe(2);
    for (const { extra } of feed.cdrs.values()) expect(extra).not.toHaveProperty("import_cdr");
  });

  it("with ids of other kinds are told of, and no message has the password", async () => {
    begin();
    await calls.insertMany([document(1), { ...document(2), _id: "own" as unknown as ObjectId }]);
    const feed = await started();
    feed.start();
    await eventually(() => expect(feed.cdrs.size).toBe(1));
    expect(feed.warnings.get("ids")).toContain("no ObjectId");
    const gone = await started({
      url: "mongodb://reader:geheim@127.0.0.1:1/?serverSelectionTimeoutMS=200",
    });
    gone.start();
    await eventually(() => expect(gone.fault()).toMatch(/ECONNREFUSED|selection|timed out/));
    expect([...gone.faults].join()).not.toContain("geheim");
  });
});
