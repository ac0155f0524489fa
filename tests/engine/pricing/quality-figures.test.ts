// Strategy quality end to end: figures of our own CDRs, frozen for a day, the same for every process.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { JsonObject } from "../../../src/cdr/json.ts";
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
/** Good is dearer than Bad; whom the calls take hangs on the figures alone. */
const FILES = {
  "tariff.yaml": `tenant: ${TENANT}
currency: EUR
retailPlans: { standard: { deck: retail.csv } }
carrierPlans:
  bad: { carrier: Bad, deck: bad.csv }
  good: { carrier: Good, deck: good.csv }
voipPlans: { gold: { retail: [standard], carriers: [bad, good], routing: quality } }
accounts: accounts.csv
`,
  "retail.csv": "prefix,rate\n34,0.10\n",
  "bad.csv": "prefix,rate\n34,0.01\n",
  "good.csv": "prefix,rate\n34,0.05\n",
  "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
};

describe.each(STORES)("quality figures on $name", ({ url }) => {
  let test: TestEngine;
  let number = 0;

  const textOf = (ms: number) => new Date(ms).toISOString();
  /** Calls that the named carrier took an hour ago, `answered` of them for a minute. */
  async function calls(supplier: string, answered: number, failed: number): Promise<void> {
    for (let index = 0; index < answered + failed; index++) {
      const startMs = test.now.ms - 3_600_000;
      // A switch tells no answer time of a call that failed.
      const end =
        index < answered
          ? { usage: "60s", answerTime: textOf(startMs) }
          : { usage: "0s", answerTime: "" };
      await test.post(`${supplier}-${number++}`, {
        supplier,
        ...end,
        setupTime: textOf(startMs - 2000),
      });
    }
  }
  async function routed(by = test.engine) {
    const answerTime = textOf(test.now.ms);
    const id = await test.post(`routed-${number++}`, { answerTime }, by);
    const cdr = (await test.store.cdrs.get({ tenant: TENANT, id }))!;
    const { quality } = cdr.rating.basis["routing"] as { quality: JsonObject };
    return { cdr, carrier: cdr.rating.buy?.carrier, quality };
  }

  beforeEach(async () => {
    test = await createTestEngine(url());
    const { version } = await test.engine.tariffs.load({ files: FILES });
    await test.engine.tariffs.activate(version, { fromMs: 0 });
  });
  afterEach(() => test.close());

  it("route by the calls of the days before; none yet: by the amount", async () => {
    expect(await routed()).toMatchObject({ carrier: "Bad", quality: { carriers: {} } });
    await calls("Good", 3, 1);
    await calls("Bad", 1, 3);
    expect((await routed()).carrier).toBe("Bad");
    test.now.ms += DAY_MS;
    const next = await routed();
    expect(next.carrier).toBe("Good");
    expect(next.quality).toMatchObject({
      day: textOf(test.now.ms).slice(0, 10),
      // The call that nobody named a carrier for took Bad, twice.
      carriers: { Good: { calls: 4, asr: 0.75, acdSeconds: 60 }, Bad: { calls: 6, asr: 0.5 } },
    });
  });

  it("stay as they are for the day, whatever comes later, and are anew the next day", async () => {
    await calls("Good", 1, 0);
    await calls("Bad", 1, 1);
    test.now.ms += DAY_MS;
    const first = await routed();
    expect(first.carrier).toBe("Good");
    // Later calls, some of the days before too, speak for Bad.
    await calls("Good", 0, 9);
    test.now.ms -= DAY_MS;
    await calls("Good", 0, 9);
    test.now.ms += DAY_MS;
    expect(await routed()).toMatchObject({ carrier: "Good", quality: first.quality });
    test.now.ms += DAY_MS;
    expect((await routed()).carrier).toBe("Bad");
  });

  it("are the same for two engines on one store, whichever comes first", async () => {
    await calls("Good", 1, 0);
    await calls("Bad", 1, 1);
    test.now.ms += DAY_MS;
    const here = await routed();
    test.now.ms -= DAY_MS;
    await calls("Good", 0, 9);
    test.now.ms += DAY_MS;
    const other = await test.another();
    expect(await routed(other)).toMatchObject({ carrier: "Good", quality: here.quality });
  });

  it("are explained by those of their day when the day is over", async () => {
    await calls("Good", 1, 0);
    await calls("Bad", 1, 1);
    test.now.ms += DAY_MS;
    const { cdr, carrier } = await routed();
    expect(carrier).toBe("Good");
    await calls("Good", 0, 20);
    test.now.ms += 3 * DAY_MS;
    expect((await routed()).carrier).toBe("Bad");
    const later = await test.another();
    const explained = await explainCdr(later, { cdr });
    expect(explained).toMatchObject({ matches: true, rating: { buy: { carrier: "Good" } } });
  });

  it("of another day are found in each revision, though their figures are the same", async () => {
    // Longer than figures look back: those of every day are without a call.
    const pause = async (): Promise<string> => {
      test.now.ms += 10 * DAY_MS;
      return String((await routed()).quality["day"]);
    };
    const before = await pause();
    test.now.ms += 10 * DAY_MS;
    const { cdr } = await routed();
    await pause();
    await correctCdr(test.engine.rating, [], {
      tenant: TENANT,
      id: cdr.id,
      fields: { usage: "90s" },
    });
    await pause();
    const dearer = { ...FILES, "retail.csv": "prefix,rate\n34,0.20\n" };
    const { version } = await test.engine.tariffs.load({ files: dearer });
    const filter = { ids: [cdr.id] };
    const { id: job } = await test.engine.rerates.plan({ filter, tariffVersion: version });
    await settled(test.engine, job);
    await pause();
    for (const step of ["apply", "undo"] as const) {
      await test.engine.rerates[step](job);
      await settled(test.engine, job);
    }
    const after = await pause();
    const stored = (await test.store.cdrs.get(cdr))!;
    expect(stored.rating.revision).toBe(4);
    for (const revision of [1, 2, 3, 4]) {
      expect((await explainCdr(test.engine, { cdr: stored, revision })).differences).toEqual([]);
      for (const day of [before, after]) {
        const changed = withDay(stored, revision, day);
        const { differences } = await explainCdr(test.engine, { cdr: changed, revision });
        expect(differences.map(({ path }) => path)).toEqual(["basis.routing.quality.day"]);
      }
    }
  });
});

/** The CDR with another day beside the figures of one revision. */
function withDay(cdr: StoredCdr, revision: number, day: string): StoredCdr {
  const copy = structuredClone(cdr);
  const ratings = [...copy.history.map((entry) => entry.rating), copy.rating];
  const routing = ratings[revision - 1]!.basis["routing"] as { quality: JsonObject };
  routing.quality["day"] = day;
  return copy;
}
