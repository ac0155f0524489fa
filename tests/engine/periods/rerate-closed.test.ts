// Goal: a rerate says what it changes of closed periods, and is applied over them only where that is accepted;
// what it changed is then the next correction. Method: a wrong deck, a closing, the right deck.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { closedRows } from "../../../src/engine/periods/touched.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../rerate/test-engine.ts";

const MARCH_1 = Date.parse("2026-03-01T00:00:00Z");
const ASKER = { by: "anna", scope: EVERYTHING };
const PERIOD = { fromMs: MARCH_1, toMs: Date.parse("2026-03-06T00:00:00Z") };

describe.each(STORES)("rerates over closed periods on $name", ({ url }) => {
  let test: TestEngine;
  let cheap: string;
  beforeEach(async () => {
    test = await createTestEngine(url());
    const wrong = await test.load("0.20");
    cheap = await test.load("0.10");
    await test.engine.tariffs.activate(wrong, { fromMs: MARCH_1 });
    for (let n = 0; n < 6; n += 1) {
      await test.post(`call-${n}`, {
        account: n % 2 === 0 ? "1001" : "1002",
        destination: n < 4 ? "34650123456" : "442079460123",
        answerTime: `2026-03-0${4 + Math.floor(n / 2)}T10:00:00Z`,
      });
    }
  });
  afterEach(() => test.close());

  async function close(who: { account: string } | { carrier: string }): Promise<void> {
    const { periods } = test.engine;
    const request = { ...who, tenant: TENANT, period: PERIOD, timeZone: "UTC", why: "" };
    const { id } = await periods.close(request, ASKER);
    await periods.settled(id);
    expect((await periods.job(id)).state).toBe("done");
  }

  async function plan(): Promise<string> {
    await test.engine.tariffs.activate(cheap, { fromMs: MARCH_1 });
    const { id } = await test.engine.rerates.plan({ filter: {} });
    await test.engine.rerates.settled(id);
    return id;
  }

  it("the plan says it, apply wants it accepted, and the correction has it", async () => {
    const { rerates, periods } = test.engine;
    await close({ account: "1001" });
    await close({ carrier: "Alpha" });
    const job = await plan();
    const { closed = {} } = (await rerates.get(job)).body.plan;
    // Two calls of the account lie in its period; what the carrier charges stays.
    expect(closedRows(closed)).toEqual([
      {
        ...{ number: "1", tenant: TENANT, side: "sell", party: "1001", currency: "EUR", cdrs: 2 },
        ...{ old: "0.4", new: "0.2", difference: "-0.2" },
      },
    ]);
    await expect(rerates.apply(job)).rejects.toMatchObject({
      code: "conflict",
      detail: { path: "acceptClosed", data: { numbers: ["1"] } },
    });
    expect((await rerates.get(job)).state).toBe("planned");
    await rerates.apply(job, { acceptClosed: true });
    await rerates.settled(job);
    const { id } = await periods.correct({ number: "1", why: "" }, ASKER);
    await periods.settled(id);
    const { period } = await periods.get({ number: "3" }, EVERYTHING);
    expect(period).toMatchObject({ corrects: "1", cdrs: 2 });
    expect(period.totals).toMatchObject([{ currency: "EUR", amount: "-0.2", cdrs: 0 }]);
    const { cdrs } = await periods.cdrs({ number: "3", limit: 9 }, EVERYTHING);
    expect(cdrs.map(({ difference, why }) => [difference, why])).toEqual([
      ["-0.1", "rerated"],
      ["-0.1", "rerated"],
    ]);
    // The undo gives them back what they had, and asks for the same.
    await expect(rerates.undo(job)).rejects.toMatchObject({
      ...{ code: "conflict", message: expect.stringContaining("closed periods: 1.") },
      detail: { path: "acceptClosed", hint: expect.stringContaining("Undo it") },
    });
    expect((await rerates.get(job)).state).toBe("applied");
    await rerates.undo(job, { acceptClosed: true });
    await rerates.settled(job);
    expect((await rerates.get(job)).state).toBe("undone");
    const preview = await periods.previewCorrection({ number: "1", why: "" }, ASKER);
    expect(preview).toMatchObject({ number: "4", corrects: "1", cdrs: 2 });
    expect(preview.totals).toMatchObject([{ currency: "EUR", amount: "0.2" }]);
  });

  it("an undo is asked for a period that was closed since, and goes on where it was begun", async () => {
    const { rerates } = test.engine;
    const job = await plan();
    await rerates.apply(job);
    await rerates.settled(job);
    await close({ account: "1002" });
    await expect(rerates.undo(job)).rejects.toThrow("closed since the plan was made: 1.");
    await rerates.undo(job, { acceptClosed: true });
    await rerates.settled(job);
    expect((await rerates.get(job)).state).toBe("undone");
  });

  it("a period that was closed after the plan is told too, one out of its reach is not", async () => {
    const { rerates } = test.engine;
    await test.engine.tariffs.activate(cheap, { fromMs: MARCH_1 });
    const planned = async (accounts: string[]) => {
      const { id } = await rerates.plan({ filter: { tenants: [TENANT], accounts } });
      await rerates.settled(id);
      return id;
    };
    const [own, other] = [await planned(["1001"]), await planned(["1002"])];
    await close({ account: "1001" });
    await expect(rerates.apply(own)).rejects.toThrow("closed since the plan was made: 1.");
    await rerates.apply(other);
    await rerates.settled(other);
    expect((await rerates.get(other)).state).toBe("applied");
  });
});
