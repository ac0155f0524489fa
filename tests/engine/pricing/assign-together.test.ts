// Goal: calls priced in one turn ask for their assignments once, each gets its own, and a store that is
// away is said to each of them; the turn after asks anew.
import { expect, it } from "vitest";
import type { Assignment, Call } from "../../../src/cdr/rating.ts";
import { assignTogether } from "../../../src/engine/pricing/assign-together.ts";
import { callOf } from "../../../src/engine/pricing/call-parameters.ts";

const callFor = (account: string): Call =>
  callOf({ account, answerTime: "2026-03-02T09:00:00Z", usage: 9 }, 0);

function lookUp(fault?: Error) {
  const asked: string[][] = [];
  return {
    asked,
    async getFor(accounts: { tenant: string; account: string }[]): Promise<Assignment[]> {
      asked.push(accounts.map(({ account }) => account));
      if (fault !== undefined) throw fault;
      return accounts.map(({ tenant, account }) => ({
        tenant,
        account,
        voipPlan: `plan of ${account}`,
        fromMs: 0,
      }));
    },
  };
}

it("one look-up for all that came together", async () => {
  const accounts = lookUp();
  const calls = ["a", "b", "a"].map(callFor);
  await Promise.all(calls.map((call) => assignTogether({ accounts }, call)));
  expect(accounts.asked).toEqual([["a", "b"]]);
  expect(calls.map((call) => call.assignment?.voipPlan)).toEqual([
    "plan of a",
    "plan of b",
    "plan of a",
  ]);
  await assignTogether({ accounts }, callFor("c"));
  expect(accounts.asked).toEqual([["a", "b"], ["c"]]);
});

it("a fault is that of each of them, and of nobody after", async () => {
  const accounts = lookUp(new Error("away"));
  const tried = await Promise.allSettled(
    ["a", "b"].map((account) => assignTogether({ accounts }, callFor(account))),
  );
  expect(tried.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const well = lookUp();
  await expect(assignTogether({ accounts: well }, callFor("a"))).resolves.toBeUndefined();
});
