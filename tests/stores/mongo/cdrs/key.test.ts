// The key of a CDR's document: its forms, their order, and that a data base has one of them only.
import fc from "fast-check";
import { Binary, BSON, MongoClient, type MongoServerError } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CdrKeying,
  type DocumentKey,
  documentKey,
  idOfKey,
  keyOfText,
  keyText,
  withIds,
} from "../../../../src/stores/mongo/cdrs/key.ts";
import { toDocument } from "../../../../src/stores/mongo/documents.ts";
import { MONGO_STEPS } from "../../../../src/stores/mongo/migrations/steps.ts";
import { openMongoStore } from "../../../../src/stores/mongo/store.ts";
import type { Store } from "../../../../src/stores/store.ts";
import { insertContract } from "../../contracts/insert-contract.ts";
import { naiveFind } from "../../contracts/naive-query.ts";
import { sampleCdr, sampleCdrs, sampleRating } from "../../contracts/sample-cdrs.ts";
import { stored } from "../../contracts/store-under-test.ts";
import { mongoTestUri } from "../../mongo-test-uri.ts";
import { mongoUrl } from "../../mongo-urls.ts";

const uri = await mongoTestUri();
const KEYINGS: CdrKeying[] = ["bytes", "text", "id"];
const anyId = fc.stringMatching(/^[0-9a-f]{40}$/);
const anyTenant = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
const bytesOf = (key: DocumentKey) => Buffer.from((key as Binary).value());

test("the bytes of a key are those of the id, and eight of the hash of the tenant", () => {
  const id = "00112233445566778899aabbccddeeff00112233";
  // printf example.com | sha256sum
  expect(keyText(documentKey("bytes", { tenant: "example.com", id }))).toBe(
    `${id}a379a6f6eeafb9a5`,
  );
});

test("a key goes to text and back, and gives its id", () => {
  fc.assert(
    fc.property(anyId, anyTenant, fc.constantFrom(...KEYINGS), (id, tenant, keying) => {
      const key = documentKey(keying, { tenant, id });
      expect(keyOfText(keying, keyText(key))).toEqual(key);
      expect(idOfKey(key)).toBe(id);
      expect(idOfKey(BSON.deserialize(BSON.serialize({ key }))["key"])).toBe(id);
    }),
  );
});

test("keys of bytes have one length, the order of the ids, and are apart by their tenants", () => {
  fc.assert(
    fc.property(anyId, anyId, anyTenant, anyTenant, (left, right, one, other) => {
      const [a, b] = [
        documentKey("bytes", { tenant: one, id: left }),
        documentKey("bytes", { tenant: other, id: right }),
      ].map(bytesOf) as [Buffer, Buffer];
      expect([a.length, b.length]).toEqual([28, 28]);
      if (left !== right) expect(Buffer.compare(a, b)).toBe(left < right ? -1 : 1);
      else expect(a.equals(b)).toBe(one === other);
    }),
  );
});

test("what is no id has no key of bytes, and finds nothing", () => {
  for (const id of ["", "not an id", "A".repeat(40), "a".repeat(41)]) {
    expect(documentKey("bytes", { tenant: "t", id })).not.toBeInstanceOf(Binary);
    expect(withIds([id], { keying: "bytes", tenants: ["t"] })).toEqual({ _id: { $in: [] } });
    expect(withIds([id], { keying: "bytes", tenants: undefined })).toEqual({ _id: { $in: [] } });
  }
});

test("ids are asked for by their keys, of many tenants by ranges of them", () => {
  const ids = ["a".repeat(40), "b".repeat(40)];
  const few = withIds(ids, { keying: "bytes", tenants: ["s", "t"] });
  expect(few["_id"].$in).toHaveLength(4);
  const tenants = Array.from({ length: 5001 }, (_, n) => String(n));
  for (const many of [tenants, undefined]) {
    const { $or: ranges } = withIds(ids, { keying: "bytes", tenants: many });
    expect(ranges).toHaveLength(2);
    for (const { _id: range } of ranges) {
      expect(keyText(range.$gte)).toMatch(/^(a{40}|b{40})0{16}$/);
      expect(keyText(range.$lte)).toMatch(/^(a{40}|b{40})f{16}$/);
    }
  }
});

const freshUrl = () => mongoUrl(uri);

/** A data base that a build of schema 11 made, brought forward. */
async function openOlder(url: string, indexedExtraFields: string[] = []): Promise<Store> {
  const older = await openMongoStore({ url, steps: MONGO_STEPS.slice(0, 11) });
  await older.close();
  return openMongoStore({ url, migrates: true, indexedExtraFields });
}

describe.skipIf(uri === null)("with a server", () => {
  const client = new MongoClient(uri ?? "mongodb://127.0.0.1");
  beforeAll(() => client.connect());
  afterAll(() => client.close());
  const keysIn = async (url: string) => {
    const name = new URL(url).pathname.slice(1);
    return (await client.db(name).collection("cdrs").find().toArray()).map(
      ({ _id }) => _id as unknown,
    );
  };

  test.each([
    ["bytes", (url: string) => openMongoStore({ url })],
    ["text", openOlder],
  ] as const)(
    "a data base of %s holds no other form, whatever is sent again",
    async (form, open) => {
      const url = freshUrl();
      const cdrs = sampleCdrs(30, 3, "form");
      for (let round = 0; round < 2; round += 1) {
        // The second time by a process that finds the data base there.
        const store = round === 0 ? await open(url) : await openMongoStore({ url });
        expect((await store.schemaState()).keyForm).toBe(form);
        const outcomes = (await store.cdrs.insert(cdrs)).map(({ outcome }) => outcome);
        expect(new Set(outcomes)).toEqual(new Set([round === 0 ? "inserted" : "exists"]));
        const [first] = cdrs;
        const rating = sampleRating({ revision: round + 2 });
        const revision = { rating, expectedRevision: round + 1, atMs: 5 };
        const key = { tenant: first?.tenant ?? "", id: first?.id ?? "" };
        expect(await store.cdrs.revise([{ ...key, ...revision }])).toEqual(["revised"]);
        expect(await store.cdrs.count({ ids: cdrs.map(({ id }) => id) })).toBe(
          cdrs.filter(({ rating: { outcome } }, n) => n === 0 || outcome !== "voided").length,
        );
        await store.close();
      }
      const keys = await keysIn(url);
      expect(keys).toHaveLength(cdrs.length);
      for (const key of keys)
        expect(key instanceof Binary ? "bytes" : typeof key).toBe(
          form === "bytes" ? "bytes" : "string",
        );
    },
  );

  test("a server with validators takes no other form in a new data base", async () => {
    const url = freshUrl();
    await (await openMongoStore({ url })).close();
    const database = client.db(new URL(url).pathname.slice(1));
    const [made] = await database.listCollections({ name: "cdrs" }).toArray();
    const document = { ...toDocument(sampleCdr("other"), "text") };
    const written = database.collection<{ _id: DocumentKey }>("cdrs").insertOne(document);
    const code = await written.then(
      () => 0,
      (error: MongoServerError) => error.code,
    );
    const isChecked = made !== undefined && "options" in made && "validator" in made.options;
    expect(code).toBe(isChecked ? 121 : 0);
  });

  test("a build that does not know the bytes refuses a data base that has them", async () => {
    const url = freshUrl();
    await (await openMongoStore({ url })).close();
    const older = openMongoStore({ url, steps: MONGO_STEPS.slice(0, 11), migrates: true });
    await expect(older).rejects.toMatchObject({ code: "store-unavailable" });
  });

  test("a key that another tenant of the same hash has is taken, not waited for", async () => {
    const url = freshUrl();
    const store = await openMongoStore({ url, waitMs: 500 });
    const cdr = sampleCdr("forged");
    const forged = { ...toDocument(cdr, "bytes"), tenant: "other.example" };
    const database = client.db(new URL(url).pathname.slice(1));
    await database.collection<{ _id: DocumentKey }>("cdrs").insertOne(forged);
    expect(await store.cdrs.insert([cdr])).toEqual([{ outcome: "taken" }]);
    expect(await store.cdrs.get(cdr)).toBeNull();
    await store.close();
  });

  // The whole contract runs on bytes: this is what goes by the key.
  describe("in a data base of texts", () => {
    const open = (extra?: string[]) => openOlder(freshUrl(), extra);
    insertContract(open);

    test("pages, by ids too, and changes come as from any other", async () => {
      const store = await open();
      const twins = ["b.example", "a.example", "long.example"].map((tenant) =>
        sampleCdr("twin", { primary: { tenant } }),
      );
      const cdrs = [...sampleCdrs(40, 4, "text"), ...twins];
      await store.cdrs.insert(cdrs);
      const ids = cdrs.map(({ id }) => id);
      const sort = { by: "callTime", descending: true } as const;
      const expected = naiveFind(cdrs.map(stored), {}, sort).map(({ id }) => id);
      for (const filter of [{}, { ids }]) {
        const seen: string[][] = [];
        for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
          const page = await store.cdrs.find({ filter, sort, limit: 2, ...(cursor && { cursor }) });
          seen.push(...page.cdrs.map(({ id, tenant }) => [id, tenant]));
          cursor = page.nextCursor;
        }
        expect(seen.map(([id]) => id)).toEqual(expected);
        expect(seen.filter(([id]) => id === twins[0]?.id).map(([, tenant]) => tenant)).toEqual([
          ...["long.example", "b.example", "a.example"],
        ]);
      }
      const changed = new Set<string>();
      for (let after: string | undefined, size = 1; size > 0 && changed.size < cdrs.length; ) {
        const page = await store.cdrs.changes({ filter: {}, limit: 7, ...(after && { after }) });
        for (const { id, tenant } of page.cdrs) changed.add(`${id}${tenant}`);
        [after, size] = [page.next, page.cdrs.length];
      }
      expect(changed.size).toBe(cdrs.length);
      await store.close();
    });
  });
});
