// Goal: the hash of a record is that of the canonical JSON of its fields, whatever records came before it.
// Method: held against JSON that is sorted the plain way.
import { createHash } from "node:crypto";
import { fc, test as property } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { type Json, type JsonObject, jsonOf } from "../../src/cdr/json.ts";
import { cdrId, contentHashOf } from "../../src/mediation/content-hash.ts";

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    sorted(member),
  ]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function plainHash(fields: { primary: JsonObject; extra: JsonObject }): string {
  const text = JSON.stringify(sorted({ ...fields }));
  return createHash("sha256").update(text).digest("hex");
}

const raw = (primary: JsonObject, extra: JsonObject) => ({ primary, extra, warnings: [] });

/** No integer is a name: an object has those first, whatever order they are written in. */
const names = fc.stringMatching(/^[a-z"\\é]{1,3}$/);
const fields = fc.dictionary(names, fc.oneof(fc.string(), fc.boolean(), fc.constant(null)));
const nested = fc.dictionary(names, fc.oneof(fc.string(), fields, fc.array(fc.string())));

property.prop([fc.array(fc.tuple(fields, nested), { minLength: 1, maxLength: 8 })])(
  "records of as many fields with other names do not disturb each other",
  (records) => {
    for (const [primary, extra] of [...records, ...records]) {
      expect(contentHashOf(raw(primary, extra))).toBe(plainHash({ primary, extra }));
    }
  },
);

it("more fields than orders are kept of have their hash as well", () => {
  const extra = Object.fromEntries(
    Array.from({ length: 900 }, (_, n) => [`name-${(n * 7919) % 900}`, `value ${n}`]),
  );
  expect(contentHashOf(raw({ a: "1" }, extra))).toBe(plainHash({ primary: { a: "1" }, extra }));
});

it("a number counts as the text that a form would have sent", () => {
  expect(contentHashOf(raw({ usage: 95 }, {}))).toBe(contentHashOf(raw({ usage: "95" }, {})));
});

it("the id of a CDR is the sha1 of its origin", () => {
  expect(cdrId("c1", "10.0.0.1")).toBe(createHash("sha1").update("c110.0.0.1").digest("hex"));
});

const anyName = fc.oneof(names, fc.constantFrom("__proto__", "7", "12", "toJSON", "\ud800"));
const anyFields = fc.dictionary(
  anyName,
  fc.oneof(fc.jsonValue(), fc.string({ unit: "binary" })),
) as fc.Arbitrary<JsonObject>;

property.prop([anyFields], { numRuns: 200 })(
  "the text that is kept of many fields is the one that JSON.stringify writes",
  (some) => {
    const many = Object.fromEntries(Array.from({ length: 32 }, (_, n) => [`name-${n}`, `${n}"`]));
    const extra: JsonObject = { ...many, ...some };
    const text = JSON.stringify(extra);
    contentHashOf(raw({ a: "1" }, extra));
    expect(jsonOf(extra)).toBe(text);
    expect(jsonOf({ ...extra, more: 1 })).toBe(JSON.stringify({ ...extra, more: 1 }));
  },
);
