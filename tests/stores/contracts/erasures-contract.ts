// CDRs that are erased: every sum stays what it was or is refused by name, and their keys stay taken.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttemptTerms } from "../../../src/queries/attempts.ts";
import type { SummaryQuery } from "../../../src/queries/cdr-query.ts";
import type { GroupKey } from "../../../src/queries/group-keys.ts";
import { sealHash } from "../../../src/rollups/seal-hash.ts";
import type { ErasedStep, EraseStep, Hold, NewCdr } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { sampleCdr, sampleCdrs, sampleRating } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const SEED = 91;
const COUNT = 90;
const QUARTER_MS = 900_000;
const BEGIN_MS = Date.UTC(2026, 2, 28, 22);
const QUARTERS = 12;
const TERMS: AttemptTerms = { effectiveCauses: ["17"], congestionCauses: ["34"] };
const LATE_MS = 4e12;

/** Calls of one attempt, of several, over quarter hours, with attempts that differ. */
function placed(cdr: NewCdr, index: number): NewCdr {
  const quarter = (index * 5) % QUARTERS;
  const atMs = BEGIN_MS + quarter * QUARTER_MS + ((index * 104_729) % QUARTER_MS);
  const tenant = index % 9 === 0 ? "other.org" : "example.com";
  return {
    ...{ ...cdr, tenant, source: "default" },
    ...(index % 3 === 0 && { callId: `call-${index % 12}` }),
    ...(index % 4 === 0 && { batchId: "own", batchLine: index }),
    primary: { ...cdr.primary, tenant, answerTime: { atMs, offsetMinutes: 0 } },
  };
}

const CDRS = sampleCdrs(COUNT, SEED, "erased").map(placed);

let jobs = 0;
interface Wanted extends Partial<EraseStep> {
  /** Steps at most. */
  most?: number;
}

/** As a job does it: step by step, until there is none. */
async function eraseAll(store: Store, { most = 1000, ...wanted }: Wanted = {}) {
  jobs += 1;
  const job = `job-${jobs}`;
  await store.jobs.put({ id: job, kind: "k", state: "s", version: 1, createdAtMs: 1, body: {} });
  const steps: ErasedStep[] = [];
  let after: string | null = null;
  do {
    const step: EraseStep = {
      ...{ job, list: "erased", number: steps.length + 1, after, limit: 7, terms: TERMS },
      callTime: { fromMs: 0, toMs: LATE_MS },
      ...{ beforeMs: LATE_MS, receivedBeforeMs: LATE_MS, holds: [], atMs: 5, ...wanted },
    };
    const done = await store.erasures.erase({ ...step, after });
    expect(await store.erasures.erase({ ...step, after })).toEqual(done);
    steps.push(done);
    after = done.next;
  } while (after !== null && steps.length < most);
  const total = (name: "erased" | "left") => steps.reduce((sum, one) => sum + one[name], 0);
  return { job, steps, erased: total("erased"), left: total("left") };
}

const keys = fc.constantFrom<GroupKey[]>(
  [],
  ["tenant", "account"],
  ["carrier"],
  ["prefix", "destination"],
  ["disconnectCause"],
  ["day"],
  ["hour", "source"],
  ["quarterHour", "country"],
);
const query = fc
  .record({
    groupBy: keys,
    filter: fc.constantFrom<SummaryQuery["filter"]>(
      {},
      {},
      { tenants: ["example.com"] },
      { sources: ["default"] },
      { outcomes: ["unrated", "partial"] },
      { outcomes: ["rated", "voided"] },
      { accounts: ["1001"] },
    ),
    range: fc.option(
      fc.tuple(fc.integer({ min: -1, max: QUARTERS }), fc.integer({ min: 1, max: QUARTERS })),
      { nil: undefined },
    ),
    timeZone: fc.constantFrom("UTC", "Europe/Madrid", "Asia/Kathmandu"),
  })
  .map(({ groupBy, filter, range, timeZone }): SummaryQuery => {
    const fromMs = BEGIN_MS + (range?.[0] ?? 0) * QUARTER_MS;
    const callTime = { fromMs, toMs: fromMs + (range?.[1] ?? 0) * QUARTER_MS };
    return {
      filter: { ...filter, ...(range && { callTime }) },
      ...{ groupBy, timeZone, time: "answer", attempts: TERMS },
    };
  });

const withErased = (store: Store, asked: SummaryQuery) =>
  store.erasures.summarize(asked, () => store.rollups.summarize(asked));

/** The rows, or that they were refused by name. */
async function told(store: Store, asked: SummaryQuery) {
  try {
    return (await withErased(store, asked)).rows;
  } catch (error) {
    expect(error).toMatchObject({
      code: "not-supported",
      message: expect.stringMatching(/^CDRs from 2026-03-2\S+ to \S+ were erased, and .+\.$/),
    });
    return "refused";
  }
}

async function makeAll(store: Store): Promise<void> {
  for (let left = await store.rollups.dirty(TERMS, 100); left.length > 0; ) {
    for (const quarter of left) await store.rollups.make(quarter, TERMS);
    left = await store.rollups.dirty(TERMS, 100);
  }
}

export function erasuresContract(open: OpenStore): void {
  test("every sum stays what it was, or is refused by name", async () => {
    const seen = { told: 0, refused: 0 };
    const count = CDRS.length;
    await fc.assert(
      fc.asyncProperty(
        fc.array(query, { minLength: 8, maxLength: 12 }),
        fc.record({ steps: fc.integer({ min: 0, max: 20 }), late: fc.nat(20), made: fc.boolean() }),
        fc.option(fc.integer({ min: 1, max: QUARTERS - 1 }), { nil: undefined }),
        async (asked, { steps, late, made }, held) => {
          const store = await open();
          try {
            await store.cdrs.insert(CDRS.slice(0, count - late));
            if (made) await makeAll(store);
            const from = BEGIN_MS + (held ?? 0) * QUARTER_MS;
            const hold: Hold = { callTime: { fromMs: from, toMs: from + QUARTER_MS } };
            const holds = held === undefined ? [] : [hold];
            const whole = await Promise.all(asked.map((one) => store.cdrs.summarize(one)));
            const { erased } = await eraseAll(store, { most: steps + 1, holds });
            expect(
              await store.cdrs.count({ outcomes: ["rated", "partial", "unrated", "voided"] }),
            ).toBe(count - late - erased);
            if (made) await makeAll(store);
            for (const [index, one] of asked.entries()) {
              const rows = await told(store, one);
              seen[rows === "refused" ? "refused" : "told"] += 1;
              if (rows !== "refused") expect(rows).toEqual(whole[index]);
            }
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: runs(6), seed: SEED },
    );
    expect(seen.told).toBeGreaterThan(seen.refused);
    expect(seen.refused).toBeGreaterThan(0);
  });

  withStore(open, (store) => {
    const asked: SummaryQuery = {
      ...{ filter: {}, groupBy: ["tenant"], timeZone: "UTC", time: "answer", attempts: TERMS },
    };

    test("the log of the steps adds up to what went; seals have their number and hash", async () => {
      await store().cdrs.insert(CDRS);
      const { steps, erased, job } = await eraseAll(store());
      expect(erased).toBe(COUNT);
      const calls = steps.flatMap(({ sums }) => sums.map((row) => row.calls));
      expect(calls.reduce((sum, some) => sum + some, 0)).toBe(COUNT);
      const lines = await store().jobs.pageLines(job, "erased", { after: 0, limit: 100 });
      expect(lines.map(({ text }) => JSON.parse(text))).toEqual(steps);
      const { seals, isMoving } = await store().erasures.seals({ first: 0, end: 1e9, limit: 100 });
      expect(isMoving).toBe(false);
      expect(seals.reduce((sum, { cdrs }) => sum + cdrs, 0)).toBe(COUNT);
      for (const seal of seals) {
        const bytes = await store().erasures.sealedBytes(seal);
        expect(bytes && sealHash(seal.cdrs, bytes)).toBe(seal.hash);
        expect(await store().erasures.sealedBytes({ ...seal, hash: "other" })).toBeNull();
      }
      const own = CDRS.filter(({ batchId }) => batchId === "own");
      expect(await store().erasures.linesOf("own")).toBe(own.length);
      expect(await store().erasures.linesOf("none")).toBe(0);
    });

    test("an erased key stays taken, in its tenant and with whatever content, until it is forgotten", async () => {
      const [one] = CDRS;
      if (one === undefined) throw new Error("no CDR");
      await store().cdrs.insert([one]);
      await eraseAll(store());
      const other = { ...one, primary: { ...one.primary, usage: 12_345 } };
      const foreign = { ...one, tenant: "third.org" };
      const fresh = sampleCdr("fresh");
      expect(await store().cdrs.insert([fresh, one, foreign, other])).toEqual(
        ["inserted", "erased", "inserted", "erased"].map((outcome) => ({ outcome })),
      );
      expect(await store().cdrs.get(one)).toBeNull();
      const wanted = [one, foreign].map(({ tenant, id }) => ({ tenant, id }));
      expect(await store().erasures.keysOf(wanted)).toEqual(wanted.slice(0, 1));
      const revision = {
        ...one,
        expectedRevision: 1,
        atMs: 1,
        rating: sampleRating({ revision: 2 }),
      };
      expect(await store().cdrs.revise([revision])).toEqual(["not-found"]);
      expect(await store().erasures.forgetKeys(5, 10)).toBe(0);
      expect(await store().erasures.forgetKeys(6, 10)).toBe(1);
      expect(await store().cdrs.insert([one])).toEqual([{ outcome: "inserted" }]);
    });

    test("a call goes whole or stays: for a later attempt, a hold, one just received, a tenant", async () => {
      const at = (name: string, quarter: number, cdr: Partial<NewCdr> = {}) =>
        sampleCdr(name, {
          primary: { answerTime: { atMs: BEGIN_MS + quarter * QUARTER_MS, offsetMinutes: 0 } },
          cdr: { receivedAtMs: 1, ...cdr },
        });
      const late = { receivedAtMs: 9_000 };
      await store().cdrs.insert([
        ...[at("a1", 0, { callId: "a" }), at("a2", 8, { callId: "a" })],
        ...[at("b1", 0, { callId: "b" }), at("b2", 3, { callId: "b" })],
        ...[at("c1", 1, { callId: "c" }), at("c2", 1, { callId: "c", ...late })],
        ...[at("d1", 0, { callId: "d" }), at("d2", 4, { callId: "d" }), at("e", 1)],
      ]);
      const beforeMs = BEGIN_MS + 6 * QUARTER_MS;
      const from = BEGIN_MS + 3 * QUARTER_MS;
      const hold = { callTime: { fromMs: from, toMs: from + 1 } };
      const bounds = { beforeMs, callTime: { fromMs: 0, toMs: beforeMs }, receivedBeforeMs: 9_000 };
      const other = await eraseAll(store(), { ...bounds, tenants: ["other.org"] });
      expect(other).toMatchObject({ erased: 0, left: 0 });
      const { erased, left } = await eraseAll(store(), { ...bounds, holds: [hold] });
      expect({ erased, left }).toEqual({ erased: 3, left: 5 });
      const { cdrs } = await store().cdrs.find({
        ...{ filter: {}, sort: { by: "callTime", descending: false }, limit: 20 },
      });
      const stayed = cdrs.map(({ primary }) => primary.originId).sort();
      expect(stayed).toEqual(["a1", "a2", "b1", "b2", "c1", "c2"]);
    });

    test("a CDR that comes late is added to the sealed sums; what these cannot tell is named", async () => {
      const named = (name: string) =>
        sampleCdr(name, { primary: { answerTime: { atMs: BEGIN_MS, offsetMinutes: 0 } } });
      await store().cdrs.insert([named("one"), named("two")]);
      await eraseAll(store());
      await store().cdrs.insert([named("late")]);
      const { rows, from } = await withErased(store(), asked);
      expect({ calls: rows.map(({ calls }) => calls), from }).toEqual({ calls: [3], from: "both" });
      const refused = async (changes: Partial<SummaryQuery>) => {
        const error = await withErased(store(), { ...asked, ...changes }).catch((one) => one);
        return (error as Error).message.replace(/^.* were erased, and /, "");
      };
      expect(await refused({ filter: { usage: { min: 1 }, subjects: ["x"] } })).toBe(
        "what is kept of them does not tell all of filter.usage, filter.subjects together.",
      );
      expect(await refused({ groupBy: ["account", "carrier"] })).toBe(
        "what is kept of them does not tell all of groupBy account, groupBy carrier together.",
      );
      expect(await refused({ groupBy: ["batch"] as never })).toMatch(/does not tell groupBy batch/);
      const cut = { callTime: { fromMs: BEGIN_MS + 1, toMs: BEGIN_MS + QUARTER_MS } };
      expect(await refused({ filter: cut })).toMatch(
        /begins or ends within a quarter hour of them/,
      );
      const elsewhere = { callTime: { fromMs: 0, toMs: BEGIN_MS }, subjects: ["x"] };
      expect((await withErased(store(), { ...asked, filter: elsewhere })).rows).toEqual([]);
      const ofOthers = { tenants: ["other.org"], subjects: ["x"] };
      expect((await withErased(store(), { ...asked, filter: ofOthers })).rows).toEqual([]);
    });
  });
}
