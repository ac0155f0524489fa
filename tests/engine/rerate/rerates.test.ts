// Goal: plan changes nothing and says all; apply writes exactly that; undo takes it back.
// Method: engines on every store, with a clock that stands and decks written here.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { correctCdr } from "../../../src/engine/records/correct.ts";
import { explainCdr } from "../../../src/engine/records/explain.ts";
import { voidCdr } from "../../../src/engine/records/void.ts";
import { LISTS } from "../../../src/engine/rerate/job.ts";
import { createRerateTotals } from "../../../src/engine/rerate/totals.ts";
import { sourceList } from "../../../src/mediation/source-settings.ts";
import { wrapCalls } from "../../stores/wrapped-store.ts";
import { dyingAfter } from "./dying-store.ts";
import { createTestEngine, STORES, settled, TENANT, type TestEngine } from "./test-engine.ts";

const at = (text: string) => Date.parse(`2026-03-${text}Z`);

describe.each(STORES)("rerating on $name", ({ url }) => {
  let test: TestEngine;
  let ids: string[];
  let cheap: string;
  beforeEach(async () => {
    test = await createTestEngine(url());
    const wrong = await test.load("0.20");
    cheap = await test.load("0.10");
    await test.engine.tariffs.activate(wrong, { fromMs: at("01T00:00:00") });
    ids = [];
    for (let n = 0; n < 6; n += 1) {
      ids.push(
        await test.post(`call-${n}`, {
          account: n % 2 === 0 ? "1001" : "1002",
          destination: n < 4 ? "34650123456" : "442079460123",
          answerTime: `2026-03-0${4 + Math.floor(n / 2)}T10:00:00Z`,
        }),
      );
    }
  });
  afterEach(() => test.close());

  const repair = () => test.engine.tariffs.activate(cheap, { fromMs: at("01T00:00:00") });
  const plan = async (request = {}) => {
    const { id } = await test.engine.rerates.plan({ filter: {}, ...request });
    await test.engine.rerates.settled(id);
    return id;
  };
  const view = async (job: string) => {
    const { state, body } = await test.engine.rerates.get(job);
    const shown = createRerateTotals(body.plan.totals).view(body.plan.cdrs, 50);
    return { state, body, ...shown };
  };
  const sells = () =>
    Promise.all(
      ids.map(
        async (id) => (await test.store.cdrs.get({ tenant: TENANT, id }))?.rating.sell?.amount,
      ),
    );
  const revisions = () =>
    Promise.all(
      ids.map(async (id) => (await test.store.cdrs.get({ tenant: TENANT, id }))?.rating.revision),
    );
  const apply = async (job: string) => {
    await test.engine.rerates.apply(job);
    return settled(test.engine, job);
  };
  const undo = async (job: string) => {
    await test.engine.rerates.undo(job);
    return settled(test.engine, job);
  };

  it("a plan says old, new and difference, by every key, and changes nothing", async () => {
    await repair();
    const shown = await view(await plan());
    expect(shown.state).toBe("planned");
    const sell = { old: "0.8", new: "0.4", difference: "-0.4" };
    expect(shown.totals).toMatchObject({
      cdrs: 6,
      changed: 4,
      sell: { currency: "EUR", ...sell },
      buy: { old: "0.2", new: "0.2", difference: "0" },
      margin: { old: "0.6", new: "0.2", difference: "-0.4" },
    });
    const half = { old: "0.4", new: "0.2", difference: "-0.2" };
    expect(shown.by.account).toMatchObject([
      { account: "1001", tenant: TENANT, currency: "EUR", cdrs: 2, sell: half },
      { account: "1002", tenant: TENANT, currency: "EUR", cdrs: 2, sell: half },
    ]);
    expect(shown.by.prefix).toMatchObject([{ prefix: "34", cdrs: 4, sell }]);
    expect(shown.by.carrier).toMatchObject([{ carrier: "Alpha", cdrs: 4, sell }]);
    expect(shown.by.day).toMatchObject([
      { day: "2026-03-04", cdrs: 2, sell: half },
      { day: "2026-03-05", cdrs: 2, sell: half },
    ]);
    expect(shown.reasons).toEqual([
      { reason: "tariff", from: { outcome: "rated" }, to: { outcome: "rated" }, cdrs: 4 },
    ]);
    expect(await revisions()).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("a plan of unchanged tariffs is empty", async () => {
    const shown = await view(await plan());
    expect(shown.totals).toMatchObject({ cdrs: 6, changed: 0, sell: { difference: "0" } });
    expect(shown.body.plan.lines).toBe(0);
  });

  it("plan, apply, undo leave the amounts as they were, with three revisions to tell it", async () => {
    const before = await sells();
    await repair();
    const job = await plan();
    const applied = await apply(job);
    expect(applied).toMatchObject({ state: "applied", body: { apply: { done: 4, left: 0 } } });
    expect(await sells()).toEqual(["0.1000", "0.1000", "0.1000", "0.1000", "0.5000", "0.5000"]);
    const cdr = await test.store.cdrs.get({ tenant: TENANT, id: ids[0] ?? "" });
    expect(cdr?.rating).toMatchObject({ revision: 2, job, tariffVersion: cheap });
    for (const id of ids) {
      const stored = await test.store.cdrs.get({ tenant: TENANT, id });
      if (stored === null) throw new Error("the CDR is gone");
      expect((await explainCdr(test.engine, { cdr: stored })).matches).toBe(true);
    }
    const undone = await undo(job);
    expect(undone).toMatchObject({ state: "undone", body: { undo: { done: 4, left: 0 } } });
    expect(await sells()).toEqual(before);
    expect(await revisions()).toEqual([3, 3, 3, 3, 1, 1]);
    const restored = await test.store.cdrs.get({ tenant: TENANT, id: ids[0] ?? "" });
    expect(restored?.history.map((entry) => entry.rating.sell?.amount)).toEqual([
      "0.2000",
      "0.1000",
    ]);
  });

  it("a second apply, and a second undo, do nothing", async () => {
    await repair();
    const job = await plan();
    await apply(job);
    await apply(job);
    expect(await revisions()).toEqual([2, 2, 2, 2, 1, 1]);
    await undo(job);
    await undo(job);
    expect(await revisions()).toEqual([3, 3, 3, 3, 1, 1]);
  });

  it("what changed since the plan is left and listed, by apply and by undo", async () => {
    await repair();
    const job = await plan();
    await correctCdr(test.engine.rating, [], {
      tenant: TENANT,
      id: ids[0] ?? "",
      fields: { usage: "30s" },
    });
    await voidCdr(test.engine.rating, { tenant: TENANT, id: ids[1] ?? "", note: "test" });
    const applied = await apply(job);
    expect(applied.body.apply).toMatchObject({ done: 2, left: 2 });
    const left = await test.engine.rerates.left(job, { after: 0, limit: 10, of: "apply" });
    expect(left.lines.map(({ id, reason }) => [id, reason]).sort()).toEqual(
      [ids[0], ids[1]].map((id) => [id, "changed-meanwhile"]).sort(),
    );
    await correctCdr(test.engine.rating, [], {
      tenant: TENANT,
      id: ids[2] ?? "",
      fields: { usage: "30s" },
    });
    const undone = await undo(job);
    expect(undone.body.undo).toMatchObject({ done: 1, left: 1 });
    expect(await sells()).toEqual(["0.0500", undefined, "0.0500", "0.2000", "0.5000", "0.5000"]);
  });

  it("of two applies at once, in one process or two, each line is written once", async () => {
    await repair();
    const job = await plan();
    const other = await test.another();
    await Promise.all([
      test.engine.rerates.apply(job),
      other.rerates.apply(job),
      test.engine.rerates.apply(job),
    ]);
    await Promise.all([test.engine.rerates.settled(job), other.rerates.settled(job)]);
    expect((await test.engine.rerates.get(job)).state).toBe("applied");
    expect(await revisions()).toEqual([2, 2, 2, 2, 1, 1]);
  });

  it("of two jobs for the same CDRs the first that is applied wins", async () => {
    await repair();
    const [first, second] = [await plan(), await plan()];
    await apply(first);
    expect((await apply(second)).body.apply).toMatchObject({ done: 0, left: 4 });
  });

  it("a named version, a moment of the time line, an account of its own", async () => {
    const named = await view(await plan({ tariffVersion: cheap }));
    expect(named.totals).toMatchObject({ changed: 4, sell: { difference: "-0.4" } });
    const beforeMs = test.now.ms;
    test.now.ms += 1000;
    await repair();
    expect((await view(await plan({ asOfMs: beforeMs }))).totals.changed).toBe(0);
    const own = await view(
      await plan({ asOfMs: beforeMs, overrides: [{ account: "1002", tariffVersion: cheap }] }),
    );
    expect(own.by.account.map((row) => row.account)).toEqual(["1002"]);
    await expect(plan({ tariffVersion: "nope" })).rejects.toMatchObject({ code: "not-found" });
    await expect(
      plan({ tariffVersion: cheap, filter: { tenants: ["b.example"] } }),
    ).rejects.toMatchObject({ code: "invalid-params" });
  });

  it("a plan whose process ends at its last page counts no CDR twice", async () => {
    await repair();
    let end = () => {};
    const ending = await test.another((store) =>
      wrapCalls(store, (name, run) => {
        if (name === "jobs.appendLines") end();
        return run();
      }),
    );
    end = () => void ending.rerates.close();
    const { id } = await ending.rerates.plan({ filter: {} });
    await ending.rerates.settled(id);
    await test.engine.rerates.resume();
    await test.engine.rerates.settled(id);
    const { state, totals, body } = await view(id);
    expect([state, totals.cdrs, totals.changed, body.plan.lines]).toEqual(["planned", 6, 4, 4]);
  });

  it("what would be dropped without a word is refused", async () => {
    const override = { account: "1002", tariffVersion: cheap };
    const foreign = await test.load("0.30", "", "gold", "b.example");
    const refused: [object, string][] = [
      [{ tariffVersion: cheap, asOfMs: test.now.ms }, "asOf"],
      [{ overrides: [override, override] }, "overrides.1.account"],
      [{ overrides: [{ ...override, tenant: "b.example" }] }, "overrides.0.tenant"],
      [{ overrides: [override], filter: { tenants: ["b.example"] } }, "overrides.0.tariffVersion"],
      [{ tariffVersion: foreign, overrides: [override] }, "overrides.0.tariffVersion"],
      [{ overrides: [{ ...override, tenant: TENANT }, override] }, "overrides.1.account"],
    ];
    for (const [request, path] of refused) {
      await expect(plan(request)).rejects.toMatchObject({
        code: "invalid-params",
        detail: { path },
      });
    }
    expect((await view(await plan({ overrides: [override] }))).totals.changed).toBe(2);
  });

  it("a filter with a range that can hold nothing is refused by the member's path", async () => {
    const times = { fromMs: at("05T00:00:00"), toMs: at("05T00:00:00") };
    const refused: [object, string][] = [
      [{ callTime: times }, "filter.callTime.to"],
      [{ answerTime: { ...times, toMs: times.toMs - 1 } }, "filter.answerTime.to"],
      [{ setupTime: times }, "filter.setupTime.to"],
      [{ receivedAt: times }, "filter.receivedAt.to"],
      [{ usage: { min: 60, max: 60 } }, "filter.usage.max"],
      [{ sell: { min: "0.3", max: "0.30" } }, "filter.sell.max"],
      [{ buy: { min: "0.1", max: "-0.2" } }, "filter.buy.max"],
      [{ margin: { min: "0.10", max: "0.09999999999999999999" } }, "filter.margin.max"],
    ];
    for (const [filter, path] of refused) {
      await expect(plan({ filter }), path).rejects.toMatchObject({
        code: "invalid-params",
        detail: { path },
      });
    }
    const barely = {
      callTime: { fromMs: at("04T10:00:00"), toMs: at("04T10:00:00") + 1 },
      usage: { min: 60, max: 60.001 },
      sell: { min: "0.2", max: "0.20000000000000000001" },
      margin: { min: "-1" },
      not: { callTime: times },
    };
    expect((await view(await plan({ filter: barely }))).totals.cdrs).toBe(2);
  });

  it("an assignment of another version's own file is a change of the tariff", async () => {
    const other = await test.load("0.20", "", "none");
    const shown = await view(await plan({ tariffVersion: other }));
    expect(shown.reasons).toMatchObject([{ reason: "tariff", cdrs: 6 }]);
  });

  it("numbers and assignments are resolved anew", async () => {
    await test.engine.setAssignment({
      tenant: TENANT,
      account: "1002",
      voipPlan: "none",
      fromMs: 0,
    });
    const shown = await view(await plan());
    expect(shown.reasons).toMatchObject([{ reason: "assignment", cdrs: 3 }]);
    await apply(await plan());
    expect(
      (await test.store.cdrs.get({ tenant: TENANT, id: ids[1] ?? "" }))?.rating.assignment,
    ).toMatchObject({
      voipPlan: "none",
      origin: "account.set",
    });
  });

  it("an override without a tenant is for the calls of its version's tenants only", async () => {
    const foreign = await test.post("foreign", { tenant: "b.example", account: "1002" });
    const override = { account: "1002", tariffVersion: cheap };
    const { body, totals } = await view(await plan({ overrides: [override] }));
    expect(body.request.overrides).toEqual([{ ...override, tenant: TENANT }]);
    expect(totals.changed).toBe(2);
    expect((await test.store.cdrs.get({ tenant: "b.example", id: foreign }))?.rating.outcome).toBe(
      "unrated",
    );
  });

  it("a corrected rule set of the source repairs what came before it, and undo takes it back", async () => {
    const sourced = (settings: object) => sourceList.parse([{ name: "default", ...settings }]);
    const [before, after] = [
      await test.another(undefined, sourced({})),
      await test.another(undefined, sourced({ ruleSet: "ES" })),
    ];
    const id = await test.post("national", { destination: "650123456" }, before);
    expect((await test.store.cdrs.get({ tenant: TENANT, id }))?.rating.reason).toBe("no-rate");
    const job = (await after.rerates.plan({ filter: { ids: [id] } })).id;
    await after.rerates.settled(job);
    const { lines } = await after.rerates.lines(job, { after: 0, limit: 10 });
    expect(lines).toMatchObject([{ cause: "number", origin: { ruleSet: "ES" } }]);
    await after.rerates.apply(job);
    await after.rerates.settled(job);
    const applied = await test.store.cdrs.get({ tenant: TENANT, id });
    expect(applied).toMatchObject({ ruleSet: "ES", rating: { sell: { amount: "0.2000" } } });
    const again = (await after.rerates.plan({ filter: { ids: [id] } })).id;
    await after.rerates.settled(again);
    expect((await after.rerates.get(again)).body.plan.lines).toBe(0);
    await after.rerates.undo(job);
    await after.rerates.settled(job);
    const undone = await test.store.cdrs.get({ tenant: TENANT, id });
    expect(undone?.rating.reason).toBe("no-rate");
    expect(undone).not.toHaveProperty("ruleSet");
    expect(undone?.history.map(({ origin }) => origin?.ruleSet)).toEqual([undefined, "ES"]);
    if (undone === null) throw new Error("the CDR is gone");
    for (const revision of [1, 2, 3]) {
      expect((await explainCdr(after, { cdr: undone, revision })).differences).toEqual([]);
    }
  });

  it("a plan keeps to the sources it began with, whichever process goes on with it", async () => {
    const sourced = (legPolicy: string) => sourceList.parse([{ name: "default", legPolicy }]);
    const onA = await test.another(undefined, sourced("a"));
    for (let n = 0; n < 4; n += 1) await test.post(`leg-${n}`, { leg: "b" }, onA);
    const dying = await test.another(dyingAfter(2), sourced("b"));
    const filter = { reasons: ["leg-not-billed"] };
    const job = (await dying.rerates.plan({ filter })).id;
    await dying.rerates.settled(job);
    expect((await test.engine.rerates.get(job)).state).toBe("planning");
    test.now.ms += 60_000;
    await onA.rerates.resume();
    await onA.rerates.settled(job);
    const { state, body } = await onA.rerates.get(job);
    expect([state, body.plan.lines]).toEqual(["planned", 4]);
  });

  it("a corrected leg policy of the source bills the leg, or no longer", async () => {
    const sourced = (legPolicy: string) => sourceList.parse([{ name: "default", legPolicy }]);
    const [onA, onB] = [
      await test.another(undefined, sourced("a")),
      await test.another(undefined, sourced("b")),
    ];
    const id = await test.post("b-leg", { leg: "b" }, onA);
    const planned = async (engine: ComposedEngine) => {
      const job = (await engine.rerates.plan({ filter: { ids: [id] } })).id;
      await engine.rerates.settled(job);
      return { job, ...(await engine.rerates.lines(job, { after: 0, limit: 10 })) };
    };
    expect((await planned(onA)).lines).toEqual([]);
    const { job, lines } = await planned(onB);
    expect(lines).toMatchObject([{ cause: "source", old: { reason: "leg-not-billed" } }]);
    await onB.rerates.apply(job);
    await onB.rerates.settled(job);
    expect((await test.store.cdrs.get({ tenant: TENANT, id }))?.rating).toMatchObject({
      sell: { amount: "0.2000" },
    });
    expect((await test.engine.audits.run({ explain: "all" })).every(({ ok }) => ok)).toBe(true);
    expect((await planned(onB)).lines).toEqual([]);
    const back = await planned(onA);
    expect(back.lines).toMatchObject([{ cause: "source" }]);
    await onA.rerates.apply(back.job);
    await onA.rerates.settled(back.job);
    expect((await test.store.cdrs.get({ tenant: TENANT, id }))?.rating.reason).toBe(
      "leg-not-billed",
    );
    expect((await test.engine.audits.run({ explain: "all" })).every(({ ok }) => ok)).toBe(true);
  });

  it("what had no price is found by its reason and rated after the repair; voided stays", async () => {
    const unpriced = await test.post("unpriced", { destination: "33612345678" });
    const gone = await test.post("gone", { destination: "33612345678" });
    await voidCdr(test.engine.rating, { tenant: TENANT, id: gone, note: "test" });
    const b = await test.post("leg", { destination: "34650123456", direction: "*in" });
    const repaired = await test.load("0.20", "33,0.30\n");
    await test.engine.tariffs.activate(repaired, { fromMs: at("01T00:00:00") });
    const job = await plan({ filter: { outcomes: ["unrated", "partial", "voided"] } });
    const shown = await view(job);
    expect(shown.reasons).toMatchObject([
      { from: { outcome: "unrated" }, to: { outcome: "partial" }, cdrs: 1 },
    ]);
    await apply(job);
    expect((await test.store.cdrs.get({ tenant: TENANT, id: unpriced }))?.rating.sell?.amount).toBe(
      "0.3000",
    );
    expect((await test.store.cdrs.get({ tenant: TENANT, id: gone }))?.rating).toMatchObject({
      outcome: "voided",
      revision: 2,
    });
    expect((await test.store.cdrs.get({ tenant: TENANT, id: b }))?.rating.reason).toBe(
      "direction-not-rated",
    );
  });

  it("lines are paged in their order, old beside new", async () => {
    await repair();
    const job = await plan();
    const first = await test.engine.rerates.lines(job, { after: 0, limit: 3 });
    expect(first.lines.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(first.lines[0]).toMatchObject({
      seen: 1,
      old: { outcome: "rated", sell: { amount: "0.2000" } },
      new: { outcome: "rated", sell: { amount: "0.1000" }, tariffVersion: cheap },
    });
    const rest = await test.engine.rerates.lines(job, { after: first.next ?? 0, limit: 3 });
    expect(rest.lines.map(({ line }) => line)).toEqual([4]);
    expect(rest.next).toBeUndefined();
  });

  it("what was shown is what is applied: another hash is refused, changed lines are not written", async () => {
    await repair();
    const job = await plan();
    await expect(test.engine.rerates.apply(job, { hash: "0" })).rejects.toMatchObject({
      code: "conflict",
    });
    const [line] = await test.store.jobs.pageLines(job, LISTS.planned, { after: 1, limit: 1 });
    if (line === undefined) throw new Error("the plan has no second line");
    const text = line.text.replaceAll('"0.1000"', '"0.0001"');
    expect(text).not.toBe(line.text);
    await test.store.jobs.appendLines(job, LISTS.planned, [{ ...line, text }]);
    expect((await apply(job)).state).toBe("failed");
    expect(await revisions()).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("where few change over several pages, each line has its whole basis", async () => {
    const posts = Array.from({ length: 620 }, (_, n) =>
      test.post(`many-${n}`, {
        destination: n % 60 === 0 ? "34650123456" : "442079460123",
        answerTime: new Date(at("02T00:00:00") + n * 60_000).toISOString(),
      }),
    );
    await Promise.all(posts);
    await repair();
    const job = await plan();
    const { lines } = await test.engine.rerates.lines(job, { after: 0, limit: 100 });
    expect(lines).toHaveLength(15);
    for (const line of lines) expect(line.new.basis).toMatchObject({ sell: { plan: "standard" } });
    await apply(job);
    const checks = await test.engine.audits.run({ explain: "all" });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it("a cancelled plan cannot be applied; a job can only be undone once it was begun", async () => {
    await repair();
    const job = await plan();
    await expect(test.engine.rerates.undo(job)).rejects.toMatchObject({ code: "conflict" });
    expect((await test.engine.rerates.cancel(job)).state).toBe("cancelled");
    await expect(test.engine.rerates.apply(job)).rejects.toMatchObject({ code: "conflict" });
    await expect(test.engine.rerates.undo(job)).rejects.toMatchObject({ code: "conflict" });
    await expect(test.engine.rerates.get("nope")).rejects.toMatchObject({ code: "not-found" });
    const listed = await test.engine.rerates.list({ limit: 10 });
    expect(listed.jobs.map(({ id, state }) => [id, state])).toEqual([[job, "cancelled"]]);
  });

  it("a cancel that is refused lets the work go on", async () => {
    await repair();
    const job = await plan();
    await apply(job);
    await test.engine.rerates.undo(job);
    await expect(test.engine.rerates.cancel(job)).rejects.toMatchObject({ code: "conflict" });
    expect(await settled(test.engine, job)).toMatchObject({
      state: "undone",
      body: { undo: { done: 4 } },
    });
  });

  it("a failed undo is gone on with, and nothing is applied after it", async () => {
    await repair();
    const job = await plan();
    await apply(job);
    const [line] = await test.store.jobs.pageLines(job, LISTS.planned, { after: 1, limit: 1 });
    if (line === undefined) throw new Error("the plan has no second line");
    await test.store.jobs.appendLines(job, LISTS.planned, [{ ...line, text: `${line.text} ` }]);
    await test.engine.rerates.undo(job);
    expect((await settled(test.engine, job)).state).toBe("failed");
    await expect(test.engine.rerates.apply(job)).rejects.toMatchObject({ code: "conflict" });
    await test.store.jobs.appendLines(job, LISTS.planned, [line]);
    expect((await undo(job)).state).toBe("undone");
    expect(await sells()).toEqual(["0.2000", "0.2000", "0.2000", "0.2000", "0.5000", "0.5000"]);
  });

  it.each(["plan", "apply", "undo"] as const)(
    "a crash while it is at %s repeats to the same end",
    async (step) => {
      await repair();
      for (let writes = 0; writes < 8; writes += 1) {
        const crashing = await test.another(dyingAfter(writes));
        const begun = step === "plan" ? null : await plan();
        if (step === "undo" && begun !== null) await apply(begun);
        const amounts = step === "undo" ? ["0.2000", "0.5000"] : ["0.1000", "0.5000"];
        let job = begun;
        try {
          if (step === "plan") job = (await crashing.rerates.plan({ filter: {} })).id;
          else if (step === "apply") await crashing.rerates.apply(begun ?? "");
          else await crashing.rerates.undo(begun ?? "");
        } catch (error) {
          expect((error as Error).message).toBe("the process is gone");
        }
        if (job === null) continue;
        await crashing.rerates.settled(job);
        test.now.ms += 31_000;
        const next = await test.another();
        await next.rerates.resume();
        await next.rerates.settled(job);
        if (step !== "plan") await next.rerates[step](job);
        await next.rerates.settled(job);
        if (step === "plan") {
          const { lines } = await next.rerates.lines(job, { after: 0, limit: 100 });
          expect(lines.map((line) => line.line)).toEqual([1, 2, 3, 4]);
          expect(new Set(lines.map((line) => line.id)).size).toBe(4);
          continue;
        }
        expect((await next.rerates.get(job)).state).toBe(step === "apply" ? "applied" : "undone");
        expect([...new Set(await sells())]).toEqual(amounts);
        const { body } = await next.rerates.get(job);
        expect(body[step]).toMatchObject({ done: 4, left: 0 });
        if (step === "apply") await next.rerates.undo(job);
        await next.rerates.settled(job);
      }
    },
  );
});
