// A page that is priced in slices asks the store once for the assignments of its accounts.
import { expect, test } from "vitest";
import { toCall } from "../../../src/cdr/call.ts";
import type { Assignment } from "../../../src/cdr/rating.ts";
import { assignAccounts } from "../../../src/engine/pricing/rate-batch.ts";
import { pageAssignments } from "../../../src/engine/stretches/page-assignments.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

const entry = (tenant: string, account: string, voipPlan: string): Assignment =>
  ({ tenant, account, voipPlan, fromMs: 0 }) as Assignment;
const ENTRIES = [entry("a", "1", "gold"), entry("a", "2", "silver"), entry("b", "1", "bronze")];

function countingStore() {
  const asked: string[][] = [];
  return {
    asked,
    async getFor(accounts: { tenant: string; account: string }[]) {
      asked.push(accounts.map(({ tenant, account }) => `${tenant}/${account}`));
      return ENTRIES.filter((one) =>
        accounts.some(({ tenant, account }) => one.tenant === tenant && one.account === account),
      );
    },
  };
}

const cdr = (tenant: string, account: string) =>
  sampleCdr(`${tenant}-${account}`, { primary: { tenant, account }, cdr: { tenant } });

test("slices of a page are assigned by one look-up; what is not of the page is asked for", async () => {
  const store = countingStore();
  const page = [cdr("a", "1"), cdr("a", "2"), cdr("a", "1"), cdr("b", "1"), cdr("b", "3")];
  const accounts = await pageAssignments(store, page);
  const plans: unknown[] = [];
  for (const one of page) {
    const calls = [toCall(one)];
    await assignAccounts({ accounts }, calls);
    plans.push(calls[0]?.assignment?.voipPlan);
  }
  expect(plans).toEqual(["gold", "silver", "gold", "bronze", undefined]);
  expect(store.asked).toEqual([["a/1", "a/2", "b/1", "b/3"]]);
  const calls = [toCall(cdr("c", "1"))];
  await assignAccounts({ accounts }, calls);
  expect(store.asked).toHaveLength(2);
});

test("a page without CDRs asks for nothing", async () => {
  const store = countingStore();
  await pageAssignments(store, []);
  expect(store.asked).toEqual([]);
});
