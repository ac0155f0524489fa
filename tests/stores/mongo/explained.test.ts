// The reader of plans, on answers in the forms that MongoDB's manual describes; shortened.
import { expect, test } from "vitest";
import { keysExamined, scansOf, stagesOf, stopsAtLimit } from "./explained.ts";

const keyPattern = { tenant: 1, "keys.callTime": 1, _id: 1 };
const scan = { stage: "IXSCAN", keyPattern, indexName: "tenant", direction: "forward" };
const fetched = { stage: "FETCH", inputStage: scan };
const limited = { stage: "LIMIT", limitAmount: 6, inputStage: fetched };
const sorted = {
  ...{ stage: "SORT", sortPattern: { receivedAt: 1 }, limitAmount: 6 },
  inputStage: fetched,
};
const statsOf = (keys: number) => ({ nReturned: 6, totalKeysExamined: keys, totalDocsExamined: 6 });
const find = (winningPlan: object, keys: number) => ({
  queryPlanner: { winningPlan, rejectedPlans: [] },
  executionStats: statsOf(keys),
});

test("a find that stops at its limit", () => {
  const told = find(limited, 6);
  expect(stagesOf(told).map(({ stage }) => stage)).toEqual(["LIMIT", "FETCH", "IXSCAN"]);
  expect([stopsAtLimit(told), keysExamined(told)]).toEqual([true, 6]);
});

test("a find that reads the whole range and sorts it", () => {
  const told = find(sorted, 60);
  expect([stopsAtLimit(told), keysExamined(told)]).toEqual([false, 60]);
});

test("a walk over the collection stops nowhere", () => {
  expect(stopsAtLimit(find({ stage: "COLLSCAN", direction: "forward" }, 0))).toBe(false);
});

test("several ranges of an index are merged in order", () => {
  const told = find({ stage: "SORT_MERGE", inputStages: [scan, scan] }, 12);
  expect(stagesOf(told).filter(({ stage }) => stage === "IXSCAN")).toHaveLength(2);
  expect(stopsAtLimit(told)).toBe(true);
});

test("the engine of slots has the plan one deeper", () => {
  const told = find({ queryPlan: sorted, slotBasedPlan: { stages: "[1] …" } }, 60);
  expect(stagesOf(told).map(({ stage }) => stage)).toContain("IXSCAN");
  expect(stopsAtLimit(told)).toBe(false);
});

test("shards each have a plan, merged by the router", () => {
  const shards = [{ winningPlan: limited }, { winningPlan: sorted }];
  const of = (some: object[]) => find({ stage: "SHARD_MERGE_SORT", shards: some }, 12);
  expect(stopsAtLimit(of(shards.slice(0, 1)))).toBe(true);
  expect(stopsAtLimit(of(shards))).toBe(false);
});

test("an aggregate has it in its first stage", () => {
  const cursor = { queryPlanner: { winningPlan: fetched }, executionStats: statsOf(40) };
  const told = { stages: [{ $cursor: cursor }, { $group: {} }] };
  expect([stopsAtLimit(told), keysExamined(told)]).toEqual([true, 40]);
});

test("an aggregate over shards has one for each of them, in either form", () => {
  const whole = { queryPlanner: { winningPlan: limited }, executionStats: statsOf(6) };
  const staged = {
    stages: [{ $cursor: { ...whole, executionStats: statsOf(7) } }, { $group: {} }],
  };
  const told = { mergeType: "mongos", splitPipeline: {}, shards: { a: whole, b: staged } };
  expect(scansOf(told)).toEqual(Array(2).fill({ stage: "IXSCAN", key: keyPattern }));
  expect([stopsAtLimit(told), keysExamined(told)]).toEqual([true, 13]);
  const slots = { queryPlanner: { winningPlan: { queryPlan: sorted } } };
  expect(stopsAtLimit({ ...told, shards: { a: whole, b: slots } })).toBe(false);
});

test("one shard alone, and shards of the engine of slots", () => {
  const under = (winningPlan: object) => [{ shardName: "a", winningPlan }];
  expect(stopsAtLimit(find({ stage: "SINGLE_SHARD", shards: under(limited) }, 6))).toBe(true);
  const slots = { queryPlan: sorted, slotBasedPlan: { stages: "" } };
  expect(stopsAtLimit(find({ stage: "SHARD_MERGE_SORT", shards: under(slots) }, 6))).toBe(false);
});

test("the express way and the key of a document are reads of an index", () => {
  const express = { stage: "EXPRESS_IXSCAN", keyPattern: "{ _id: 1 }", indexName: "_id_" };
  const told = find({ isCached: false, ...express }, 1);
  expect(stopsAtLimit(told)).toBe(true);
  expect(scansOf(told)).toEqual([{ stage: "EXPRESS_IXSCAN", key: { _id: 1 } }]);
  for (const stage of ["IDHACK", "EXPRESS_IDHACK"]) {
    expect(scansOf(find({ stage }, 1))).toEqual([{ stage, key: { _id: 1 } }]);
  }
  expect(
    scansOf(find({ stage: "COUNT", inputStage: { stage: "COUNT_SCAN", keyPattern } }, 3)),
  ).toEqual([{ stage: "COUNT_SCAN", key: keyPattern }]);
});

test("every branch of a plan counts, and one that walks over the collection stops nowhere", () => {
  const walk = { stage: "COLLSCAN" };
  for (const [one, other] of [
    ["outerStage", "innerStage"],
    ["thenStage", "elseStage"],
  ] as const) {
    const told = find({ stage: "BRANCH", [one]: fetched, [other]: walk }, 6);
    expect(scansOf(told).map(({ stage }) => stage)).toEqual(["IXSCAN", "COLLSCAN"]);
    expect(stopsAtLimit(told)).toBe(false);
  }
});

test("a server that says nothing is not believed", () => {
  expect([stagesOf({ ok: 1 }), keysExamined({ ok: 1 }), stopsAtLimit({ ok: 1 })]).toEqual([
    ...[[], null, false],
  ]);
});
