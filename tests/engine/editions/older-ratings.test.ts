// Goal: what an older edition of the rules rated stays explained and passes the audit; only a rerate
// moves it to today's rules, and says that it was for them. Method: the CDRs that cdrate 0.1.0 stored
// (calls priced by `*`, +52 1, extension callers, a missing slot, bans, corrections), on every store.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { TODAYS_EDITION } from "../../../src/cdr/edition.ts";
import type { Rating } from "../../../src/cdr/rating.ts";
import { runAudit } from "../../../src/engine/audit/run.ts";
import { correctCdr } from "../../../src/engine/records/correct.ts";
import { explainCdr } from "../../../src/engine/records/explain.ts";
import { readLine } from "../../../src/engine/rerate/job.ts";
import { createInlineCompiler } from "../../../src/engine/tariffs/inline-compiler.ts";
import { explainMethod } from "../../../src/rpc/methods/cdr/records.ts";
import { createTestEngine, STORES, settled, type TestEngine } from "../rerate/test-engine.ts";
import { fillOlderStore, readOlderStore } from "./older-store.ts";

const OLDER = readOlderStore("0.1.0");

const ratingsOf = ({ history, rating }: StoredCdr): Rating[] => [
  ...history.map((entry) => entry.rating),
  rating,
];

describe.each(STORES)("ratings of 0.1.0 on $name", ({ url }) => {
  let test: TestEngine;
  const parts = () => ({
    ...{ ...test.engine, ...test.engine.rating, store: test.store },
    compiler: createInlineCompiler(),
  });
  const byOrigin = async (originId: string): Promise<StoredCdr> => {
    const { tenant, id } = OLDER.cdrs.find(({ primary }) => primary.originId === originId)!;
    return (await test.store.cdrs.get({ tenant, id }))!;
  };

  beforeAll(async () => {
    test = await createTestEngine(url());
    test.now.ms += 3_600_000;
    await fillOlderStore(test, OLDER);
  });
  afterAll(() => test.close());

  it("are stored without the name of an edition", async () => {
    for (const cdr of OLDER.cdrs) {
      const stored = (await test.store.cdrs.get(cdr))!;
      expect(stored).toEqual(cdr);
      for (const rating of ratingsOf(stored)) expect(rating.rules).toBeUndefined();
    }
  });

  it("pass the audit, every revision explained", async () => {
    const { checks } = await runAudit(parts(), { explain: "all" });
    expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
  });

  it("are explained to the last digit by the rules of then", async () => {
    let changed = 0;
    for (const cdr of OLDER.cdrs) {
      for (const { revision, outcome } of ratingsOf(cdr)) {
        const { matches, differences, rules, today } = await explainCdr(parts(), { cdr, revision });
        expect({ matches, differences, rules }).toEqual({
          matches: true,
          differences: [],
          rules: "0.1.0",
        });
        if (outcome === "voided") continue;
        expect(today).toMatchObject({ rules: TODAYS_EDITION.name });
        explainMethod.result.shape.today.parse(today);
        if (today?.changes) changed++;
      }
    }
    expect(changed).toBeGreaterThan(0);
  });

  it("are found where one of their amounts was changed", async () => {
    const cdr = await byOrigin("old-12");
    const sell = { ...cdr.rating.sell!, amount: "0.0901" };
    const broken = { ...cdr, rating: { ...cdr.rating, sell } };
    expect(await explainCdr(parts(), { cdr: broken })).toMatchObject({
      matches: false,
      differences: [{ path: "sell.amount", stored: "0.0901", again: "0.0900" }],
    });
  });

  it("of an edition that this build does not know are explained from their basis", async () => {
    const cdr = await byOrigin("old-12");
    const rating = { ...cdr.rating, rules: "9.9.9" };
    const explained = await explainCdr(parts(), { cdr: { ...cdr, rating } });
    expect(explained).toMatchObject({ matches: true, rules: "9.9.9", today: { changes: false } });
    const sell = { ...rating.sell!, amount: "0.0901" };
    const broken = { ...cdr, rating: { ...rating, sell } };
    expect(await explainCdr(parts(), { cdr: broken })).toMatchObject({ matches: false });
  });

  it("get today's rules by a rerate, which names them, and theirs back by its undo", async () => {
    const before = await test.store.cdrs.get(await byOrigin("old-46"));
    const { engine } = test;
    const { id } = await engine.rerates.plan({ filter: {} });
    const { body } = await settled(engine, id);
    const lines = (
      await test.store.jobs.pageLines(id, "planned", { after: 0, limit: body.plan.lines })
    ).map(readLine);
    const slots = lines.filter(({ tenant }) => tenant === "slots.example");
    expect(slots).not.toEqual([]);
    for (const { cause, new: fresh } of slots) {
      expect({ cause, rules: fresh.rules }).toEqual({ cause: "rules", rules: TODAYS_EDITION.name });
    }
    await engine.rerates.apply(id);
    await settled(engine, id);
    const { checks } = await runAudit(parts(), { explain: "all" });
    expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
    const again = await engine.rerates.plan({ filter: {} });
    expect((await settled(engine, again.id)).body.plan.lines).toBe(0);
    await engine.rerates.undo(id);
    await settled(engine, id);
    const after = await byOrigin("old-46");
    expect(after.rating.rules).toBe(before?.rating.rules);
    expect((await runAudit(parts(), { explain: "all" })).checks.every(({ ok }) => ok)).toBe(true);
  });

  it("that another version moves too have that as the reason", async () => {
    const { engine } = test;
    const { version } = OLDER.tariffs.find(({ name }) => name === "dearer")!;
    const { id: byDefaultRow } = await byOrigin("old-5");
    const { id } = await engine.rerates.plan({
      filter: { ids: [byDefaultRow] },
      tariffVersion: version,
    });
    await settled(engine, id);
    const [line] = await test.store.jobs.pageLines(id, "planned", { after: 0, limit: 1 });
    expect(readLine(line!)).toMatchObject({ id: byDefaultRow, cause: "tariff" });
  });

  it("are of today's rules once a correction gave them other facts", async () => {
    const { tenant, id } = await byOrigin("old-20");
    await correctCdr(test.engine.rating, [], { tenant, id, fields: { usage: "30s" } });
    const { rating, history } = (await test.store.cdrs.get({ tenant, id }))!;
    expect([rating.rules, history.at(-1)?.rating.rules]).toEqual([TODAYS_EDITION.name, undefined]);
  });
});
