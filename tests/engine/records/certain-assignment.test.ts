// Goal: a stored assignment that was changed is found even where it prices the same, and whatever
// account.set does later is never taken for such a change.
// Method: two VoIP plans and two rule sets that price alike, an account that is set, replaced and
// set again at every side of a call, rerated, undone and corrected.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { AssignmentUsed } from "../../../src/cdr/rating.ts";
import { correctCdr } from "../../../src/engine/records/correct.ts";
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
    "numbering: { one: { preset: wholesale-digits }, two: { preset: wholesale-digits } }",
    "voipPlans: { gold: { retail: [standard] }, twin: { retail: [standard] }, dear: { retail: [dear] } }",
    "accounts: accounts.csv",
  ].join("\n"),
  "retail.csv": "prefix,rate\n34,0.10\n",
  "dear.csv": "prefix,rate\n34,0.30\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
};

describe.each(STORES)("the assignment of a stored rating on $name", ({ url }) => {
  let test: TestEngine;
  let callMs: number;

  const set = (voipPlan: string, fromMs: number, numbering = "one") =>
    test.engine.setAssignment({ tenant: TENANT, account: "1001", voipPlan, numbering, fromMs });
  const stored = async (id: string): Promise<StoredCdr> => {
    const cdr = await test.store.cdrs.get({ tenant: TENANT, id });
    if (cdr === null) throw new Error(`there is no CDR ${id}`);
    return cdr;
  };
  const explain = (cdr: StoredCdr, revision = cdr.rating.revision) =>
    explainCdr({ store: test.store, snapshots: test.engine.snapshots }, { cdr, revision });
  const changed = (cdr: StoredCdr, members: Partial<AssignmentUsed>): StoredCdr => {
    const { assignment } = cdr.rating;
    if (assignment === null) throw new Error("no assignment was used");
    return { ...cdr, rating: { ...cdr.rating, assignment: { ...assignment, ...members } } };
  };
  /** Every revision, as it came out of the store. */
  const expectExplained = async (id: string, revisions: number) => {
    const cdr = await stored(id);
    expect(cdr.rating.revision).toBe(revisions);
    for (let revision = 1; revision <= revisions; revision += 1) {
      expect((await explain(cdr, revision)).differences, `revision ${revision}`).toEqual([]);
    }
  };

  beforeEach(async () => {
    test = await createTestEngine(url());
    callMs = test.now.ms + 2 * DAY_MS;
    const { version } = await test.engine.tariffs.load({ files: FILES });
    await test.engine.tariffs.activate(version, { fromMs: 0 });
    await set("gold", callMs - 100);
    test.now.ms = callMs;
  });
  afterEach(() => test.close());

  const post = () => test.post("call", { answerTime: new Date(callMs).toISOString() });

  it("is found when it was changed, though it prices the same", async () => {
    const cdr = await stored(await post());
    expect((await explain(cdr)).matches).toBe(true);
    const overridden = { ...cdr, ruleSet: "one" };
    expect((await explain(overridden)).matches).toBe(true);
    for (const [whole, members] of [
      [cdr, { voipPlan: "twin" }],
      [cdr, { numbering: "two" }],
      [overridden, { numbering: "two" }],
      [overridden, { numbering: "no such rule set" }],
    ] as const) {
      const [name] = Object.keys(members);
      const { matches, differences } = await explain(changed(whole, members));
      expect(matches).toBe(false);
      expect(differences.map(({ path }) => path)).toEqual([`assignment.${name}`]);
    }
  });

  it("is found when it names an entry before the one that held", async () => {
    test.now.ms -= DAY_MS;
    await set("gold", callMs - 200);
    test.now.ms = callMs;
    const cdr = changed(await stored(await post()), { fromMs: callMs - 200 });
    const { differences } = await explain(cdr);
    expect(differences.map(({ path }) => path)).toEqual(["assignment.fromMs"]);
  });

  it.each<[string, () => Promise<void>]>([
    ["replaced by one that prices otherwise", () => set("dear", callMs - 100)],
    ["replaced by one that prices the same", () => set("twin", callMs - 100, "two")],
    ["followed by one from before the call", () => set("dear", callMs - 50)],
    ["preceded by one", () => set("dear", callMs - 150)],
    [
      "replaced twice, to what it was",
      async () => {
        await set("dear", callMs - 100);
        await set("gold", callMs - 100);
      },
    ],
  ])("is no fault when it was %s since", async (_name, later) => {
    const id = await post();
    for (const waitMs of [0, DAY_MS]) {
      test.now.ms += waitMs;
      await later();
      await expectExplained(id, 1);
    }
  });

  it("is no fault after a rerate that was planned before it was replaced, an undo, a correction", async () => {
    const id = await post();
    test.now.ms += DAY_MS;
    await set("dear", callMs - 100);
    const { id: job } = await test.engine.rerates.plan({ filter: {} });
    await settled(test.engine, job);
    test.now.ms += DAY_MS;
    await set("twin", callMs - 100);
    await test.engine.rerates.apply(job);
    await settled(test.engine, job);
    await expectExplained(id, 2);
    await test.engine.rerates.undo(job);
    await settled(test.engine, job);
    await expectExplained(id, 3);
    await correctCdr(test.engine.rating, [], { tenant: TENANT, id, fields: { usage: "30s" } });
    test.now.ms += DAY_MS;
    await set("gold", callMs - 100, "two");
    await expectExplained(id, 4);
  });
});
