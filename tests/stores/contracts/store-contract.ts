// What every store must do, run on each of them: one contract a noun, each test on a store of its own.
import { describe, expect, test } from "vitest";
import { accountsContract } from "./accounts-contract.ts";
import { attemptsContract } from "./attempts-contract.ts";
import { callHalvesContract } from "./call-halves-contract.ts";
import { changesContract } from "./changes-contract.ts";
import { conditionContract } from "./condition-contract.ts";
import { deskContract } from "./desk-contract.ts";
import { erasuresContract } from "./erasures-contract.ts";
import { factsContract } from "./facts-contract.ts";
import { feedsContract } from "./feeds-contract.ts";
import { importsContract } from "./imports-contract.ts";
import { insertContract } from "./insert-contract.ts";
import { jobsContract } from "./jobs-contract.ts";
import { keysContract } from "./keys-contract.ts";
import { logContract } from "./log-contract.ts";
import { loginsContract } from "./logins-contract.ts";
import { maskingContract } from "./masking-contract.ts";
import { masterContract } from "./master-contract.ts";
import { overlaysContract } from "./overlays-contract.ts";
import { pagesContract } from "./pages-contract.ts";
import { periodsContract } from "./periods-contract.ts";
import { planObjectsContract } from "./plan-objects-contract.ts";
import { queryContract } from "./query-contract.ts";
import { queueEventsContract } from "./queue-events-contract.ts";
import { reviseContract } from "./revise-contract.ts";
import { rollupsContract } from "./rollups-contract.ts";
import { sampleCdr, sampleId } from "./sample-cdrs.ts";
import type { OpenStore } from "./store-under-test.ts";
import { suspenseContract } from "./suspense-contract.ts";
import { talksContract } from "./talks-contract.ts";
import { tariffsContract } from "./tariffs-contract.ts";

function lifeContract(open: OpenStore): void {
  test("ping answers on an open store; a closed one is unavailable for everything", async () => {
    const store = await open();
    await store.ping();
    await store.close();
    const calls = [
      () => store.ping(),
      () => store.cdrs.insert([sampleCdr("late")]),
      () => store.cdrs.get({ tenant: "example.com", id: sampleId("late") }),
      () => store.cdrs.find({ filter: {}, sort: { by: "callTime", descending: false }, limit: 1 }),
      () => store.cdrs.count({}),
      () => store.tariffs.activationStamp(),
      () => store.cdrs.scan({})[Symbol.asyncIterator]().next(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: "store-unavailable" });
    }
  });
}

/**
 * The whole contract, as one `describe` per capability. `openUnlagged`: a store whose sums may be made
 * as soon as a CDR is written.
 */
export function storeContract(name: string, open: OpenStore, openUnlagged = open): void {
  describe(name, () => {
    describe("its place", () => conditionContract(open));
    describe("the billing desk", () => deskContract(open));
    describe("master data", () => masterContract(open));
    describe("insert and get", () => insertContract(open));
    describe("revise and history", () => reviseContract(open));
    describe("sorts, pages and scans", () => pagesContract(open));
    describe("filters, counts and sums", () => queryContract(open));
    describe("attempts and calls", () => attemptsContract(open));
    describe("talks", () => talksContract(open));
    describe("rollups", () => rollupsContract(openUnlagged));
    describe("erasures", () => erasuresContract(openUnlagged));
    describe("masking", () => maskingContract(openUnlagged));
    describe("changes", () => changesContract(open));
    describe("keys and tenants", () => keysContract(open));
    describe("feeds", () => feedsContract(open));
    describe("queue events", () => queueEventsContract(open));
    describe("halves of calls", () => callHalvesContract(open));
    describe("log", () => logContract(open));
    describe("logins", () => loginsContract(open));
    describe("overlays", () => overlaysContract(open));
    describe("objects of plans", () => planObjectsContract(open));
    describe("closed periods", () => periodsContract(open));
    describe("suspense", () => suspenseContract(open));
    describe("tariffs and their time line", () => tariffsContract(open));
    describe("assignments of accounts", () => accountsContract(open));
    describe("jobs", () => jobsContract(open));
    describe("facts", () => factsContract(open));
    describe("dialects, uploads and batches", () => importsContract(open));
    describe("life", () => lifeContract(open));
  });
}
