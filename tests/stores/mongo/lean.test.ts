// Goal: what a document says in few bytes is what it said in many, and documents of builds before are
// read, found, added up and revised beside new ones. Method: properties of each form; a data base
// whose documents are written back the old way, asked everything again.
import fc from "fast-check";
import { Binary, type Document, MongoClient } from "mongodb";
import { describe, expect, it, test } from "vitest";
import type { NormalizedNumber } from "../../../src/cdr/rating.ts";
import type { SummaryQuery } from "../../../src/queries/cdr-query.ts";
import type { DocumentKey } from "../../../src/stores/mongo/cdrs/key.ts";
import { toCdr, toDocument } from "../../../src/stores/mongo/documents.ts";
import {
  packBasis,
  packHash,
  packNumber,
  unpackBasis,
  unpackHash,
  unpackNumber,
} from "../../../src/stores/mongo/lean.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { sampleCdrs, sampleRating } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { mongoUrl } from "../mongo-urls.ts";

const uri = await mongoTestUri();

describe("lean members", () => {
  it("a basis comes back as it was, in the form that is shorter", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (value) => {
        const basis = JSON.parse(JSON.stringify(value));
        const packed = packBasis(basis);
        expect(unpackBasis(packed)).toEqual(basis);
        const bytes = typeof packed === "string" ? Buffer.byteLength(packed) : packed.length();
        expect(bytes).toBeLessThanOrEqual(Buffer.byteLength(JSON.stringify(basis)));
      }),
    );
  });

  it("one that was packed by the first dictionary is read for ever", () => {
    const hex = "0123220fa7e7e7a420a72563133354a3cd2d70c7442d390109741700";
    expect(unpackBasis(new Binary(Buffer.from(hex, "hex")))).toEqual({
      ruleSet: "trunk",
      sell: { plan: "gold", prefix: "346", exact: "0.078", rounding: { decimals: 4 } },
      routing: { strategy: "lowest-cost", candidates: [] },
    });
    const other = new Binary(Buffer.of(2, 0));
    expect(() => unpackBasis(other)).toThrow("dictionary 2");
  });

  it("hashes and numbers come back, also those that are none", () => {
    for (const hash of ["c".repeat(64), "C".repeat(64), "", "ab"]) {
      expect(unpackHash(packHash(hash))).toBe(hash);
    }
    const text = fc.constantFrom("", "44", "+44", "0034911", "34911");
    const number = fc.record({
      raw: text,
      normalized: text,
      e164: fc.oneof(text, fc.constant(null)),
      kind: fc.constant("digits" as const),
      country: fc.constant(null),
    });
    fc.assert(
      fc.property(number, (one: NormalizedNumber) => {
        expect(unpackNumber(packNumber(one))).toEqual(one);
      }),
    );
  });

  it("members of two forms are the only ones that a document of before has otherwise", () => {
    for (const cdr of sampleCdrs(100, 4, "forms")) {
      const document = toDocument(cdr, "bytes");
      expect(toCdr(asBefore(document) as typeof document)).toEqual({ ...cdr, history: [] });
      expect(toCdr(document)).toEqual({ ...cdr, history: [] });
    }
  });
});

/** The document as a build before schema 10 wrote it. */
function asBefore({ rating, primary, contentHash, ...document }: Document): Document {
  const number = (one: Document) => unpackNumber(one as Parameters<typeof unpackNumber>[0]);
  const { normalized, basis, ...rest } = rating;
  const { destination, caller } = normalized;
  return {
    ...document,
    contentHash: unpackHash(contentHash),
    primary: { originHost: "", source: "", requestType: "*rated", direction: "*out", ...primary },
    rating: {
      ...rest,
      basis: JSON.stringify(unpackBasis(basis)),
      normalized: { destination: number(destination), ...(caller && { caller: number(caller) }) },
    },
  };
}

describe.skipIf(uri === null)("with a server", () => {
  test("documents of before are found, added up, counted and revised beside new ones", async () => {
    const url = mongoUrl(uri);
    const store = await openMongoStore({ url, changesLagSeconds: 0 });
    const client = await new MongoClient(url).connect();
    try {
      const cdrs = sampleCdrs(120, 8, "lean");
      await store.cdrs.insert(cdrs);
      const sort = { by: "callTime", descending: false } as const;
      const filters = [
        {},
        { destinations: ["441632960000", "4420"] },
        { destinationPrefixes: ["44"], countries: ["GB"] },
        { sell: { min: "0" }, usage: { min: 1 } },
      ];
      const query: Omit<SummaryQuery, "filter"> = {
        groupBy: ["account", "prefix", "country"],
        time: "answer",
        timeZone: "UTC",
      };
      const answers = async () => {
        const all: unknown[] = [];
        for (const filter of filters) {
          all.push(await store.cdrs.find({ filter, sort, limit: 500 }));
          all.push(await store.cdrs.count(filter));
          all.push(await store.cdrs.summarize({ ...query, filter }));
        }
        return all;
      };
      const lean = await answers();
      const collection = client.db().collection<Document & { _id: DocumentKey }>("cdrs");
      // Every second one: both forms stand beside each other.
      for (const [n, document] of (await collection.find().toArray()).entries()) {
        if (n % 2 === 1) continue;
        await collection.replaceOne({ _id: document._id }, asBefore(document));
      }
      expect(await answers()).toEqual(lean);
      for await (const page of store.cdrs.keyFaults({})) expect(page.found).toEqual([]);

      const rating = sampleRating({ revision: 2 });
      const revisions = cdrs.map(({ tenant, id }) => {
        return { tenant, id, expectedRevision: 1, rating, atMs: 5 };
      });
      const outcomes = await store.cdrs.revise(revisions);
      expect(new Set(outcomes)).toEqual(new Set(["revised"]));
      for (const cdr of cdrs) {
        const history = [{ rating: cdr.rating, replacedAtMs: 5 }];
        expect(await store.cdrs.get(cdr)).toEqual({ ...cdr, rating, history });
      }
      // Sent again, it is what is there: a duplicate, whichever form that has.
      const [again] = await store.cdrs.insert(cdrs.slice(0, 1));
      expect(again?.outcome).toBe("exists");
    } finally {
      await client.close();
      await store.close();
    }
  });
});
