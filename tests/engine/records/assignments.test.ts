// Goal: an account is assigned to what exists only, and an assignment can be ended without hiding
// what was priced by it. Method: two plans that price apart, accounts set and ended around calls.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endAssignment, setAssignment } from "../../../src/engine/records/assignments.ts";
import { explainCdr } from "../../../src/engine/records/explain.ts";
import {
  createTestEngine,
  STORES,
  settled,
  TENANT,
  type TestEngine,
} from "../rerate/test-engine.ts";

const DAY_MS = 86_400_000;
const FILES = {
  "tariff.yaml": [
    `tenant: ${TENANT}`,
    "currency: EUR",
    "retailPlans: { standard: { deck: retail.csv }, dear: { deck: dear.csv } }",
    "numbering: { own: { preset: wholesale-digits } }",
    "voipPlans: { gold: { retail: [standard] }, dear: { retail: [dear] } }",
    "accounts: accounts.csv",
  ].join("\n"),
  "retail.csv": "prefix,rate\n34,0.10\n",
  "dear.csv": "prefix,rate\n34,0.30\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
};

describe.each(STORES)("assignments on $name", ({ url }) => {
  let test: TestEngine;
  let callMs: number;
  const account = { tenant: TENANT, account: "1001" };

  const set = (
    voipPlan: string,
    fromMs: number,
    more: { numbering?: string } = {},
    allow = false,
  ) => setAssignment(test.engine, { ...account, voipPlan, fromMs, ...more }, allow);
  const end = (atMs: number) => endAssignment(test.engine, account, atMs);
  const load = () => test.engine.tariffs.load({ files: FILES });

  beforeEach(async () => {
    test = await createTestEngine(url());
    callMs = test.now.ms + 2 * DAY_MS;
  });
  afterEach(() => test.close());

  it("refuses a plan or rule set that no loaded version has, and names those it has", async () => {
    await load();
    await expect(set("silver", 0)).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "voipPlan", hint: expect.stringMatching(/dear, gold.*allowUnknown/) },
    });
    await expect(set("gold", 0, { numbering: "spanish" })).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "numbering", hint: expect.stringContaining("own") },
    });
    expect(await test.store.accounts.getFor([account])).toEqual([]);
    // Loaded is enough: nothing is in force here.
    expect(await set("gold", 0, { numbering: "own" })).toEqual([]);
    expect(await set("dear", 1, { numbering: "ES" })).toEqual([]);
    expect(await set("silver", 2, { numbering: "spanish" }, true)).toMatchObject([
      { code: "unknown-voip-plan" },
      { code: "unknown-rule-set" },
    ]);
    expect(await test.store.accounts.getFor([account])).toHaveLength(3);
  });

  it("only warns before a version of the tenant is loaded; other tenants' versions tell nothing", async () => {
    const files = {
      ...FILES,
      "tariff.yaml": FILES["tariff.yaml"].replace(TENANT, "other.example"),
    };
    await test.engine.tariffs.load({ files });
    expect(await set("gold", 0)).toMatchObject([
      { code: "unknown-voip-plan", message: expect.stringContaining("is loaded yet") },
    ]);
    expect(await test.store.accounts.getFor([account])).toHaveLength(1);
    await load();
    expect(await set("gold", 1)).toEqual([]);
  });

  it("knows the names of a version that an older build loaded without them", async () => {
    const { version } = await load();
    const facts = await test.store.tariffs.get(version);
    if (facts === null) throw new Error("it was just loaded");
    const { voipPlans: _plans, ruleSets: _sets, ...old } = facts;
    const other = await createTestEngine(url());
    await other.store.tariffs.put(old, FILES);
    expect(await other.engine.tariffNames.ofTenant(TENANT)).toEqual({
      versions: 1,
      voipPlans: new Set(["gold", "dear"]),
      ruleSets: new Set(["own"]),
    });
    await other.close();
  });

  describe("ended", () => {
    beforeEach(async () => {
      const { version } = await load();
      await test.engine.tariffs.activate(version, { fromMs: 0 });
      await set("dear", callMs - DAY_MS);
      test.now.ms = callMs + DAY_MS;
    });
    const post = (name: string, atMs: number) =>
      test.post(name, { answerTime: new Date(atMs).toISOString() });
    const stored = async (id: string) => {
      const cdr = await test.store.cdrs.get({ tenant: TENANT, id });
      if (cdr === null) throw new Error(`there is no CDR ${id}`);
      return cdr;
    };
    const planOf = async (id: string) => {
      const { assignment } = (await stored(id)).rating;
      return [assignment?.voipPlan, assignment?.origin];
    };
    const explain = async (id: string) => {
      const cdr = await stored(id);
      const { revision } = cdr.rating;
      const { matches, differences } = await explainCdr(
        { store: test.store, snapshots: test.engine.snapshots },
        { cdr, revision },
      );
      return { matches, differences };
    };

    it("leaves calls from then on to the accounts file, until the account is set again", async () => {
      const { ended, next } = await end(callMs);
      expect([ended.voipPlan, next]).toEqual(["dear", null]);
      await set("dear", callMs + 1000);
      const [before, at, after] = [
        await post("before", callMs - 1),
        await post("at", callMs),
        await post("after", callMs + 1000),
      ];
      expect(await planOf(before)).toEqual(["dear", "account.set"]);
      expect(await planOf(at)).toEqual(["gold", "accounts.csv:*any"]);
      expect(await planOf(after)).toEqual(["dear", "account.set"]);
      for (const id of [before, at, after]) {
        expect(await explain(id)).toEqual({ matches: true, differences: [] });
      }
      expect((await end(callMs + 2000)).ended.fromMs).toBe(callMs + 1000);
    });

    it("does the same again, names what follows, and refuses where nothing holds", async () => {
      await set("gold", callMs + 5000);
      const first = await end(callMs);
      expect(first).toMatchObject({ ended: { voipPlan: "dear" }, next: { voipPlan: "gold" } });
      expect(await end(callMs)).toEqual(first);
      expect(await test.store.accounts.getFor([account])).toHaveLength(3);
      await expect(end(callMs + 1)).rejects.toMatchObject({ code: "not-found" });
      await expect(end(callMs - 2 * DAY_MS)).rejects.toMatchObject({ code: "not-found" });
      await expect(
        endAssignment(test.engine, { tenant: TENANT, account: "nobody" }, callMs),
      ).rejects.toMatchObject({ code: "not-found", detail: { path: "account" } });
    });

    it("moves calls priced before it was known only by a rerate, and both stay explained", async () => {
      const id = await post("call", callMs);
      test.now.ms += DAY_MS;
      await end(callMs - 1000);
      expect(await planOf(id)).toEqual(["dear", "account.set"]);
      expect(await explain(id)).toEqual({ matches: true, differences: [] });
      const { id: job } = await test.engine.rerates.plan({ filter: {} });
      await settled(test.engine, job);
      await test.engine.rerates.apply(job);
      await settled(test.engine, job);
      expect(await planOf(id)).toEqual(["gold", "accounts.csv:*any"]);
      expect(await explain(id)).toEqual({ matches: true, differences: [] });
    });

    it("is a fault of a rating that used it though it had certainly ended", async () => {
      const right = await post("call", callMs - DAY_MS);
      const { rating } = await stored(right);
      await end(callMs);
      test.now.ms += DAY_MS;
      const id = await post("later", callMs + 10);
      const cdr = await stored(id);
      const forged = {
        ...cdr,
        rating: { ...cdr.rating, assignment: rating.assignment, sell: rating.sell },
      };
      const { matches, differences } = await explainCdr(
        { store: test.store, snapshots: test.engine.snapshots },
        { cdr: forged, revision: 1 },
      );
      expect(matches).toBe(false);
      expect(differences.map(({ path }) => path)).toContain("assignment.voipPlan");
    });
  });
});
