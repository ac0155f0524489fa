import { expect, test } from "vitest";
import { compareIndexes } from "../../../src/stores/mongo/indexes/differing.ts";
import { indexByCallTime } from "../../../src/stores/mongo/indexes/wanted.ts";

const wanted = indexByCallTime("account", "tenant", "primary.account");
const key = { tenant: 1, "primary.account": 1, "keys.callTime": 1, _id: 1 };
const tail = { "keys.callTime": 1, _id: 1 };
const compare = (...there: object[]) => compareIndexes(there, [wanted]);

test.each([
  ["as it is made", { name: "account", key }],
  ["as older servers list it", { v: 2, ns: "x.cdrs", background: true, name: "account", key }],
  ["with what it is not", { name: "account", key, unique: false, sparse: false, hidden: false }],
])("an index %s is as it should be", (_how, index) => {
  expect(compare({ name: "_id_", key: { _id: 1 } }, index)).toEqual({ missing: [], differing: [] });
});

test.each([
  ["sparse", { name: "account", key, sparse: true }],
  ["partial", { name: "account", key, partialFilterExpression: { tenant: "a" } }],
  ["hidden", { name: "account", key, hidden: true }],
  ["of another collation", { name: "account", key, collation: { locale: "fr" } }],
  ["unique", { name: "account", key, unique: true }],
  ["of fewer fields", { name: "account", key: { tenant: 1 } }],
  ["of another order", { name: "account", key: { "primary.account": 1, tenant: 1, ...tail } }],
  ["downwards", { name: "account", key: { ...key, "keys.callTime": -1 } }],
  ["of another name", { name: "mine", key }],
])("an index %s differs: a read by it might lack CDRs, or is not bounded", (_how, index) => {
  expect(compare(index)).toEqual({ missing: [], differing: [{ there: index, wanted }] });
});

test("what nobody has made is missing", () => {
  expect(compare({ name: "_id_", key: { _id: 1 } })).toEqual({ missing: [wanted], differing: [] });
});
