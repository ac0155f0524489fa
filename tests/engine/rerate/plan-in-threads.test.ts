// The same plan to the byte, whether the store is read and written beside the pricing or not.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import { LISTS } from "../../../src/engine/rerate/job.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { createTestEngine } from "./test-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More than one page, and some that do not change. */
const CDRS = 1300;

it("a plan over a file in threads has the hash, the lines and the totals of one in place", async () => {
  const url = `sqlite:${join(folder, "plan.db")}`;
  const test = await createTestEngine(url);
  const wrong = await test.load("0.20");
  await test.engine.tariffs.activate(wrong, { fromMs: 0 });
  await Promise.all(
    Array.from({ length: CDRS }, (_, n) => {
      const destination = n % 5 === 0 ? "442079460123" : "34650123456";
      return test.post(`call-${n}`, {
        destination,
        usage: `${1 + (n % 900)}s`,
        account: `${n % 7}`,
      });
    }),
  );
  const right = await test.load("0.13");
  await test.engine.tariffs.activate(right, { fromMs: 0 });

  const settings = readSettings({ environment: {}, flags: { store: url } });
  const plans = [];
  for (const inThreads of [false, true]) {
    const store = await openStore(settings, { inThreads });
    const clock = () => test.now.ms;
    const engine = await composeEngine(settings, { store, clock, log: SILENT });
    const { id } = await engine.rerates.plan({ filter: {} });
    await engine.rerates.settled(id);
    const { state, body } = await engine.rerates.get(id);
    const lines = await store.jobs.pageLines(id, LISTS.planned, { after: 0, limit: CDRS });
    plans.push({ state, plan: body.plan, lines });
    await engine.close();
  }
  await test.close();
  const [inPlace, inThreads] = plans;
  expect(inPlace?.state).toBe("planned");
  expect(inPlace?.lines).toHaveLength((4 * CDRS) / 5);
  expect(inThreads).toEqual(inPlace);
});
