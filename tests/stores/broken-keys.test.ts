// Goal: what somebody changed behind the store's back is found and named. Method: each value that
// a query goes by is changed by hand, on both stores; then records are made unreadable.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Decimal128, type Document, MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DocumentKey, documentKey } from "../../src/stores/mongo/cdrs/key.ts";
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { allKeyFaults } from "./contracts/keys-contract.ts";
import { sampleCdr, sampleId, sampleRating } from "./contracts/sample-cdrs.ts";
import { mongoTestUri } from "./mongo-test-uri.ts";
import { mongoUrl } from "./mongo-urls.ts";

const BY_TIME = { by: "callTime", descending: false } as const;
const uri = await mongoTestUri();
const folder = mkdtempSync(join(tmpdir(), "cdrate-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function fill(store: Store): Promise<void> {
  await store.cdrs.insert(["first", "broken", "last"].map((name) => sampleCdr(name)));
  const rating = sampleRating({ revision: 2 });
  await store.cdrs.revise([
    { tenant: "example.com", id: sampleId("broken"), expectedRevision: 1, rating, atMs: 5 },
  ]);
}

/** The store goes on around a CDR that cannot be read, and names it where it cannot. */
async function expectUnreadable(store: Store): Promise<void> {
  const id = sampleId("broken");
  const named = {
    code: "internal",
    message: expect.stringContaining(id),
    detail: { data: { id } },
  };
  await expect(store.cdrs.get({ tenant: "example.com", id })).rejects.toMatchObject(named);
  const query = { filter: {}, sort: BY_TIME, limit: 10 };
  await expect(store.cdrs.find(query)).rejects.toMatchObject(named);
  await expect(store.cdrs.insert([sampleCdr("broken")])).rejects.toMatchObject(named);
  const { cdrs } = await store.cdrs.find(query, { skipUnreadable: true });
  expect(cdrs.map((cdr) => cdr.id).sort()).toEqual([sampleId("first"), sampleId("last")].sort());
  const { read, found } = await allKeyFaults(store);
  expect(read).toBe(3);
  expect(found).toEqual([{ id, faults: [expect.stringContaining("cannot be read")] }]);
}

describe("SQLite", () => {
  let store: Store;
  let file: Sqlite.Database;
  beforeAll(async () => {
    const path = join(folder, "broken.db");
    store = await openSqliteStore({ path });
    await fill(store);
    file = new Sqlite(path);
  });
  afterAll(async () => {
    file.close();
    await store.close();
  });
  const id = Buffer.from(sampleId("broken"), "hex");
  const columns = new Map(
    ["call_ms", "setup_key_ms", "answer_ms", "setup_ms", "usage", "is_timed", "pdd_ms", "revision"]
      .concat([
        "sell_units",
        "sell_parts",
        "buy_units",
        "buy_parts",
        "margin_units",
        "margin_parts",
        "has_long_amount",
        "billed_ms",
        "buy_billed_ms",
        "duration_ms",
      ])
      .map((name): [string, string | number] => [name, 77])
      .concat(
        ["account", "subject", "category", "destination", "disconnect_cause", "outcome", "reason"]
          .concat(["tariff_version", "normalized", "country", "prefix", "destination_name"])
          .concat(["carrier", "carrier_key", "currency", "buy_currency"])
          .concat(["caller_number", "call_direction", "queue", "agent", "trunk"])
          .map((name) => [name, "other"]),
      ),
  );

  /** Gives a column another value for the time of `look`. */
  async function changed(
    sql: { table: string; column: string; value: unknown },
    look: () => unknown,
  ) {
    const { table, column, value } = sql;
    const where = "WHERE seq = (SELECT seq FROM cdr WHERE id = ?)";
    const old: unknown = file.prepare(`SELECT ${column} FROM ${table} ${where}`).pluck().get(id);
    file.prepare(`UPDATE ${table} SET ${column} = ? ${where}`).run(value, id);
    await look();
    file.prepare(`UPDATE ${table} SET ${column} = ? ${where}`).run(old, id);
  }

  test("every column of the table but the record's own is held against the record", async () => {
    const record = "seq id tenant source received_ms leg call_id batch_id batch_line billed_sides";
    const own = [
      ...record.split(" "),
      "rule_set",
      "content_hash",
      "warnings",
      "change",
      "masked_ms",
    ];
    const texts = ["primary_fields", "extra", "rating"];
    const names = file.prepare("SELECT name FROM pragma_table_info('cdr')").pluck().all();
    expect([...columns.keys(), ...own, ...texts].sort()).toEqual(names.sort());
  });

  test.each([...columns])("%s", async (column, value) => {
    await changed({ table: "cdr", column, value }, async () => {
      const fault = expect.stringMatching(new RegExp(`^${column} is ${JSON.stringify(value)}, `));
      const found = [{ id: id.toString("hex"), faults: [fault] }];
      expect(await allKeyFaults(store)).toEqual({ read: 3, found });
    });
    expect((await allKeyFaults(store)).found).toEqual([]);
  });

  test("the number of an older revision", async () => {
    await changed({ table: "cdr_history", column: "revision", value: 9 }, async () => {
      const faults = ['history.revision is "9", its record gives "1"'];
      expect((await allKeyFaults(store)).found).toEqual([{ id: id.toString("hex"), faults }]);
    });
  });

  test("an outcome that is none, in the column and in the record", async () => {
    const rating = JSON.stringify({ ...sampleRating({ revision: 2 }), outcome: "paid" });
    await changed({ table: "cdr", column: "rating", value: rating }, () =>
      changed({ table: "cdr", column: "outcome", value: "paid" }, async () => {
        const faults = ['outcome is "paid", which is none'];
        expect((await allKeyFaults(store)).found).toEqual([{ id: id.toString("hex"), faults }]);
      }),
    );
  });

  test.each([
    ["cdr", "rating", "{"],
    ["cdr", "rating", "null"],
    ["cdr", "primary_fields", ""],
    ["cdr", "extra", "7"],
    ["cdr_history", "entry", "{"],
  ])("%s.%s that is %j", async (table, column, value) => {
    await changed({ table, column, value }, () => expectUnreadable(store));
  });
});

describe.skipIf(uri === null)("MongoDB", () => {
  let store: Store;
  let client: MongoClient;
  beforeAll(async () => {
    const url = mongoUrl(uri);
    store = await openMongoStore({ url });
    await fill(store);
    client = await new MongoClient(url).connect();
  });
  afterAll(async () => {
    await client.close();
    await store.close();
  });
  const id = sampleId("broken");

  async function changed(set: Document, look: () => unknown) {
    const documents = client.db().collection<Document & { _id: DocumentKey }>("cdrs");
    const key = { _id: documentKey("bytes", { tenant: "example.com", id }) };
    const old = await documents.findOne(key);
    await documents.updateOne(key, { $set: set });
    await look();
    await documents.replaceOne(key, old ?? {});
  }

  test.each<[string, unknown]>([
    ["callTime", new Date(77)],
    ["setupTime", new Date(77)],
    ["leadingDigits", "9"],
    ["carrier", "other"],
    ["prefix", null],
    ["destination", "other"],
    ["currency", "USD"],
    ["buyCurrency", "USD"],
  ])("keys.%s", async (name, value) => {
    await changed({ [`keys.${name}`]: value }, async () => {
      const faults = [expect.stringMatching(new RegExp(`^${name} is `))];
      expect(await allKeyFaults(store)).toEqual({ read: 3, found: [{ id, faults }] });
    });
    expect((await allKeyFaults(store)).found).toEqual([]);
  });

  test("a tenant that is not that of the key", async () => {
    await changed({ tenant: "other.org" }, async () => {
      const faults = [expect.stringMatching(/^_id is /)];
      expect((await allKeyFaults(store)).found).toEqual([{ id, faults }]);
    });
  });

  test("the hash of an extra field", async () => {
    await changed({ "extraHashes.list": "0" }, async () => {
      const faults = [expect.stringMatching(/^extraHashes is /)];
      expect((await allKeyFaults(store)).found).toEqual([{ id, faults }]);
    });
  });

  test("an outcome that is none", async () => {
    await changed({ "rating.outcome": "paid" }, async () => {
      const faults = ['outcome is "paid", which is none'];
      expect((await allKeyFaults(store)).found).toEqual([{ id, faults }]);
    });
  });

  test.each<[string, unknown]>([
    ["rating.basis", "{"],
    ["rating", null],
    ["history", [{ rating: { sell: { amount: new Decimal128("1") }, basis: "{" } }]],
    ["primary", null],
  ])("%s that is broken", async (name, value) => {
    await changed({ [name]: value }, () => expectUnreadable(store));
  });
});
