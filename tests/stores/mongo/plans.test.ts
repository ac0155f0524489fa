// The index that bounds each kind of query in MongoDB: by the hint that is sent and the definition of
// that index, and where the server explains, by its plan.
import { type Document, MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CdrFilter, CdrSort, SortKey } from "../../../src/queries/cdr-query.ts";
import type { GroupKey } from "../../../src/queries/group-keys.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdrs } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { keysExamined, scansOf, stagesOf, stopsAtLimit } from "./explained.ts";
import { type ProxiedStores, proxiedStores } from "./test-store.ts";

const uri = await mongoTestUri();
const tenants = ["example.com"];
const day = { fromMs: Date.UTC(2026, 2, 27), toMs: Date.UTC(2026, 2, 28) };
const tail = { "keys.callTime": 1, _id: 1 };
const sort = (by: SortKey, descending = false): CdrSort => ({ by, descending });

const BY_ID = { _id: 1 };
const TIME = tail;
const TENANT = { tenant: 1, ...tail };
const ACCOUNT = { tenant: 1, "primary.account": 1, ...tail };
const BATCH = { tenant: 1, batchId: 1, ...tail };
const DIGITS = { tenant: 1, "keys.leadingDigits": 1, ...tail };
const OUTCOME = { tenant: 1, "rating.outcome": 1, ...tail };
const TRUNK = { tenant: 1, "extra.trunk": 1, ...tail };
const RECEIVED = { receivedAt: 1, _id: 1 };
const TENANT_RECEIVED = { tenant: 1, ...RECEIVED };
const SETUP = { "keys.setupTime": 1, _id: 1 };
const TENANT_SETUP = { tenant: 1, ...SETUP };

/** Filter, sort, the index; `stops`: its order is that of the sort, so that the page ends the read. */
const PAGES: [CdrFilter, CdrSort, Document, "stops" | "sorts"][] = [
  [{}, sort("callTime"), TIME, "stops"],
  [{}, sort("receivedAt", true), RECEIVED, "stops"],
  [{}, sort("setupTime"), SETUP, "stops"],
  [{}, sort("usage"), TIME, "sorts"],
  [{ tenants }, sort("callTime", true), TENANT, "stops"],
  [{ tenants }, sort("receivedAt"), TENANT_RECEIVED, "stops"],
  [{ tenants }, sort("setupTime", true), TENANT_SETUP, "stops"],
  [{ tenants }, sort("usage"), TENANT, "sorts"],
  [{ tenants, callTime: day }, sort("callTime"), TENANT, "stops"],
  [{ tenants, callTime: day }, sort("receivedAt"), TENANT, "sorts"],
  [{ tenants, answerTime: day }, sort("callTime"), TENANT, "stops"],
  [{ tenants, answerTime: day }, sort("usage"), TENANT, "sorts"],
  [{ tenants, receivedAt: day }, sort("receivedAt"), TENANT_RECEIVED, "stops"],
  [{ tenants, receivedAt: day }, sort("callTime"), TENANT_RECEIVED, "sorts"],
  [{ tenants, setupTime: day }, sort("setupTime"), TENANT_SETUP, "stops"],
  [{ tenants, setupTime: day, callTime: day }, sort("setupTime"), TENANT_SETUP, "stops"],
  [{ receivedAt: day }, sort("receivedAt"), RECEIVED, "stops"],
  [{ setupTime: day }, sort("setupTime"), SETUP, "stops"],
  [{ answerTime: day }, sort("callTime"), TIME, "stops"],
  [{ tenants, accounts: ["1001"] }, sort("callTime"), ACCOUNT, "stops"],
  [{ tenants, accounts: ["1001"], outcomes: ["rated"] }, sort("callTime"), ACCOUNT, "stops"],
  [{ tenants, accounts: ["1001"], receivedAt: day }, sort("receivedAt"), ACCOUNT, "sorts"],
  [{ tenants, batchIds: ["b1"], accounts: ["1001"] }, sort("callTime"), BATCH, "stops"],
  [{ tenants, destinationPrefixes: ["447"] }, sort("callTime"), DIGITS, "stops"],
  [{ tenants, destinationPrefixes: ["44"] }, sort("callTime"), TENANT, "stops"],
  [{ tenants, destinationPrefixes: ["44770"] }, sort("receivedAt"), TENANT_RECEIVED, "stops"],
  [{ tenants, outcomes: ["rated"] }, sort("callTime"), OUTCOME, "stops"],
  [{ tenants, outcomes: ["rated"] }, sort("receivedAt"), TENANT_RECEIVED, "stops"],
  [{ tenants, extra: { trunk: "x" } }, sort("callTime"), TRUNK, "stops"],
  [{ tenants, extra: { other: "x" } }, sort("callTime"), TENANT, "stops"],
  [{ accounts: ["1001"] }, sort("callTime"), ACCOUNT, "sorts"],
  [{ batchIds: ["b1"] }, sort("callTime"), BATCH, "sorts"],
  [{ outcomes: ["unrated"] }, sort("callTime"), OUTCOME, "sorts"],
  [{ destinationPrefixes: ["447"] }, sort("callTime"), DIGITS, "sorts"],
  [{ extra: { trunk: "x" } }, sort("callTime"), TRUNK, "sorts"],
  [{ ids: ["a".repeat(40)] }, sort("callTime"), BY_ID, "sorts"],
  [{ tenants, ids: ["a".repeat(40)], accounts: ["1001"] }, sort("receivedAt"), BY_ID, "sorts"],
];

function conditionsOf(filter: unknown): string[] {
  if (typeof filter !== "object" || filter === null) return [];
  return Object.entries(filter).flatMap(([name, value]) =>
    name.startsWith("$") ? [value].flat().flatMap(conditionsOf) : [name],
  );
}

/** Members of a command that `explain` does not take. */
const OF_THE_CALL = new Set(["lsid", "txnNumber", "readConcern", "writeConcern", "maxTimeMS"]);

describe.skipIf(uri === null)("with a server", () => {
  let stores: ProxiedStores;
  let store: Store;
  let explains = false;
  let isOrdered = false;

  /** What is explained of a command as it was sent; null: this server explains nothing. */
  async function explained(command: Document): Promise<Document | null> {
    const asked = Object.entries(command).filter(
      ([member]) => !member.startsWith("$") && !OF_THE_CALL.has(member),
    );
    const explain = Object.fromEntries(asked);
    try {
      return await stores.database.command({ explain, verbosity: "executionStats" });
    } catch (error) {
      if (error instanceof MongoServerError) return null;
      throw error;
    }
  }

  beforeAll(async () => {
    stores = await proxiedStores(uri ?? "");
    store = await stores.open({ indexedExtraFields: ["trunk"] });
    await store.cdrs.insert(sampleCdrs(60, 3, "plan"));
    const probe = { find: "cdrs", filter: { tenant: "x" }, sort: TIME, limit: 1, hint: TENANT };
    const told = (await explained(probe)) ?? {};
    explains = scansOf(told).length > 0;
    isOrdered = stopsAtLimit(told);
    process.stdout.write(
      `[mongo] the server ${explains ? "explains" : "DOES NOT EXPLAIN: plans are tried by hint and definition alone"}` +
        `${explains && !isOrdered ? ", BUT SORTS AGAIN what an index has in order" : ""}\n`,
    );
  });
  afterAll(() => stores.close());

  /** Answers the plan; null: the server tells none. */
  async function expectBounded(command: Document, key: Document): Promise<Document | null> {
    expect(command["hint"]).toEqual(key);
    expect(Object.keys(command["hint"])).toEqual(Object.keys(key));
    const indexes = await stores.database.collection("cdrs").indexes();
    const keys = indexes.map((index) => JSON.stringify(index["key"]));
    expect(keys).toContain(JSON.stringify(key));
    if (!explains) return null;
    const told = (await explained(command)) ?? {};
    const scans = scansOf(told);
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) expect(scan).toEqual({ stage: scan.stage, key });
    return told;
  }

  test.each(PAGES)("page of %j by %j: %j %s", async (filter, by, key, order) => {
    stores.proxy.meet(null);
    await store.cdrs.find({ filter, sort: by, limit: 5 });
    const command = stores.proxy.sent().find(({ find }) => find === "cdrs") ?? {};
    const plan = await expectBounded(command, key);
    const bounds = conditionsOf(command["filter"]);
    // Held by its first field, so that it is no walk over the whole index.
    const [first = ""] = Object.keys(key);
    const isWhole = ["keys.callTime", "receivedAt", "keys.setupTime"].includes(first);
    expect(bounds.includes(first) || isWhole).toBe(true);
    if (plan !== null && isOrdered && order === "stops") {
      expect(stagesOf(plan).map(({ stage }) => stage)).not.toContain("SORT");
    }
  });

  test.each(PAGES)("count and sum of %j", async (filter, _by, _key) => {
    stores.proxy.meet(null);
    await store.cdrs.count(filter);
    const groupBy: GroupKey[] = ["account"];
    await store.cdrs.summarize({ filter, groupBy, timeZone: "UTC", time: "answer" });
    const sent = stores.proxy.sent().filter(({ aggregate }) => aggregate === "cdrs");
    expect(sent).toHaveLength(2);
    expect(sent[0]?.["hint"]).toEqual(sent[1]?.["hint"]);
    for (const command of sent) await expectBounded(command, command["hint"]);
  });

  test("a later page goes on by the index of its sort", async () => {
    const filter = { tenants, receivedAt: { fromMs: 0 } };
    const first = await store.cdrs.find({ filter, sort: sort("callTime"), limit: 5 });
    stores.proxy.meet(null);
    const cursor = first.nextCursor ?? "";
    await store.cdrs.find({ filter, sort: sort("callTime"), limit: 5, cursor });
    const command = stores.proxy.sent().find(({ find }) => find === "cdrs") ?? {};
    await expectBounded(command, TENANT);
  });

  test("a scan by a time of receipt is held to the call times that it has", async () => {
    const filter = { tenants, receivedAt: { fromMs: 0, toMs: day.toMs } };
    const all = await store.cdrs.find({ filter, sort: sort("callTime"), limit: 1000 });
    stores.proxy.meet(null);
    const scanned = [];
    for await (const page of store.cdrs.scan(filter, 7)) scanned.push(...page);
    expect(scanned).toEqual(all.cdrs);
    expect(scanned.length).toBeGreaterThan(7);
    const [asked] = stores.proxy.sent().filter(({ aggregate }) => aggregate === "cdrs");
    await expectBounded(asked ?? {}, TENANT_RECEIVED);
    const pages = stores.proxy.sent().filter(({ find }) => find === "cdrs");
    for (const page of pages) {
      await expectBounded(page, TENANT);
      expect(conditionsOf(page["filter"]).filter((name) => name === "keys.callTime")).not.toEqual(
        [],
      );
    }
    const none = { tenants, receivedAt: { fromMs: 0, toMs: 1 } };
    for await (const page of store.cdrs.scan(none)) expect(page).toEqual([]);
  });

  test("a page ends its read at its limit", async () => {
    stores.proxy.meet(null);
    await store.cdrs.find({ filter: { tenants }, sort: sort("callTime"), limit: 5 });
    const command = stores.proxy.sent().find(({ find }) => find === "cdrs") ?? {};
    // One more than the page, so that it is known whether more follow.
    expect(command).toMatchObject({ limit: 6, hint: TENANT, sort: TIME });
    const told = await explained(command);
    // The voided ones are passed over: a fraction of the 60 that there are.
    if (isOrdered) expect(keysExamined(told ?? {})).toBeLessThan(20);
  });

  test("a list of one value is asked for as that value, so that the index has the rest in order", async () => {
    stores.proxy.meet(null);
    const owners = [{ tenant: "example.com", account: "1001" }];
    const filter = { tenants, accounts: ["1001"], owners, destinationPrefixes: ["447"] };
    await store.cdrs.find({ filter, sort: sort("callTime"), limit: 5 });
    const { filter: sent } = stores.proxy.sent().find(({ find }) => find === "cdrs") ?? {};
    expect(JSON.stringify(sent)).not.toContain("$in");
    expect(conditionsOf(sent)).toEqual(
      expect.arrayContaining(["tenant", "primary.account", "keys.leadingDigits"]),
    );
  });

  test("what an index holds is said once", async () => {
    stores.proxy.meet(null);
    const filter = { tenants, answerTime: day, setupTime: day, destinationPrefixes: ["447"] };
    await store.cdrs.find({ filter, sort: sort("callTime"), limit: 5 });
    const { filter: sent } = stores.proxy.sent().find(({ find }) => find === "cdrs") ?? {};
    expect(conditionsOf(sent).sort()).toEqual(
      [
        ...["tenant", "keys.callTime", "primary.answerTime", "keys.setupTime"],
        ...["primary.setupTime", "keys.leadingDigits", "rating.outcome"],
      ].sort(),
    );
  });
});
