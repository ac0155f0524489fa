// Sums that are kept equal those over the CDRs, whatever is written and however much of them is made.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { AttemptTerms } from "../../../src/queries/attempts.ts";
import type { CdrFilter, SummaryQuery } from "../../../src/queries/cdr-query.ts";
import type { GroupKey } from "../../../src/queries/group-keys.ts";
import type { NewCdr, Revision } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { allUnjoined } from "../../engine/reports/make-sums.ts";
import { runs } from "../../runs.ts";
import { sampleCdr, sampleCdrs } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const SEED = 77;
const COUNT = 120;
const QUARTER_MS = 900_000;
/** The clocks of Madrid are put on within the span. */
const BEGIN_MS = Date.UTC(2026, 2, 28, 22);
const QUARTERS = 20;
const TERMS: AttemptTerms = { effectiveCauses: ["17"], congestionCauses: ["34"] };

/** Calls within a quarter hour and over several; of one callId in two tenants; channels, causes, delays. */
function decorated(cdr: NewCdr, index: number): NewCdr {
  const cause = ["17", "34", "16", undefined][index % 4];
  const { disconnectCause: _none, ...primary } = cdr.primary;
  const quarter = index % 3 === 0 ? (index * 7) % QUARTERS : Math.floor(index / 12) % QUARTERS;
  const atMs = BEGIN_MS + quarter * QUARTER_MS + ((index * 104_729) % QUARTER_MS);
  const tenant = index % 12 < 3 ? "other.org" : "example.com";
  return {
    ...{ ...cdr, tenant, source: index % 10 === 0 ? "edge" : "default" },
    ...(index % 4 !== 0 && { callId: `call-${Math.floor(index / 3)}` }),
    primary: {
      ...{ ...primary, tenant, tor: index % 9 === 0 ? "*data" : "*voice" },
      answerTime: { atMs, offsetMinutes: 0 },
      ...(cause !== undefined && { disconnectCause: cause }),
      ...(index % 5 === 0 && { pddMs: index * 7 }),
    },
    extra: { ...cdr.extra, ...(index % 8 === 0 && { dstchannel: "" }) },
    rating: { ...cdr.rating, ...(index % 11 === 0 && { reason: "leg-not-billed" as const }) },
  };
}

const keys = fc.constantFrom<GroupKey[]>(
  [],
  ["tenant", "account"],
  ["carrier"],
  ["carrier", "gateway"],
  ["country"],
  ["prefix", "destination"],
  ["plan", "prefix", "destination"],
  ["disconnectCause"],
  ["source"],
  ["callDirection"],
  ["outcome", "reason", "tenant", "account"],
  ["day"],
  ["hour", "disconnectCause"],
  ["quarterHour"],
  ["weekday", "month"],
  ["account", "carrier"],
);

const conditions: fc.Arbitrary<CdrFilter> = fc.constantFrom<CdrFilter[]>(
  {},
  {},
  { tenants: ["example.com"] },
  { accounts: ["1001", "1'003"] },
  { outcomes: ["unrated", "partial"] },
  { outcomes: ["rated", "voided"] },
  { carriers: ["NORTH"] },
  { countries: ["GB"], not: { outcomes: ["rated"] } },
  { not: { accounts: ["1001"] } },
  { owners: [{ tenant: "example.com", account: "1002" }] },
  { disconnectCauses: ["17"] },
  { usage: { min: 1 } },
);

const range = fc
  .tuple(fc.integer({ min: -2, max: QUARTERS }), fc.integer({ min: 1, max: QUARTERS }), fc.nat(3))
  .map(([first, length, cut]) => {
    const fromMs = BEGIN_MS + first * QUARTER_MS + (cut % 2) * 400_000;
    return { fromMs, toMs: fromMs + length * QUARTER_MS + (cut > 1 ? 123_456 : 0) };
  });

const query = fc
  .record({
    groupBy: keys,
    filter: conditions,
    range: fc.option(range, { nil: undefined }),
    timeZone: fc.constantFrom("UTC", "Europe/Madrid", "Asia/Kathmandu", "America/St_Johns"),
    seesBuy: fc.boolean(),
  })
  .map(({ groupBy, filter, range: callTime, timeZone, seesBuy }): SummaryQuery => {
    const tellsOfBuy = groupBy.some((key) => ["carrier", "gateway", "reason"].includes(key));
    return {
      filter: { ...filter, ...(callTime && { callTime }) },
      ...{ groupBy, timeZone, time: "answer", attempts: TERMS },
      ...(!seesBuy && !tellsOfBuy && { side: "sell" }),
    };
  });

/** What may be done between two answers; numbers choose what it is done to. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ make: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.record({ join: fc.constant(true) }) },
  { weight: 4, arbitrary: fc.record({ insert: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ revise: fc.nat(COUNT), how: fc.nat(4) }) },
  { weight: 6, arbitrary: fc.record({ ask: query }) },
);

/** A later revision: rated otherwise, void, of another time, of another call, of another account. */
function revisionOf(cdr: StoredCdr, how: number): Revision {
  const { primary, extra, contentHash } = cdr;
  const atMs = BEGIN_MS + ((how * 31 + cdr.rating.revision * 7) % QUARTERS) * QUARTER_MS + 5_000;
  const moved = { ...primary, answerTime: { atMs, offsetMinutes: 0 } };
  const rating = { ...cdr.rating, revision: cdr.rating.revision + 1 };
  const content = (changed: typeof primary) => ({ primary: changed, extra, contentHash });
  const { source } = cdr;
  return {
    ...{ tenant: cdr.tenant, id: cdr.id, expectedRevision: cdr.rating.revision, atMs: 9 },
    rating: how === 1 ? { ...rating, outcome: "voided" } : { ...rating, sell: null },
    ...(how === 2 && { content: content(moved) }),
    ...(how === 3 && { origin: { source, callId: "call-7" } }),
    ...(how === 4 && { content: content({ ...primary, account: "1002", usage: 77_000 }) }),
  };
}

async function expectSame(store: Store, asked: SummaryQuery): Promise<string> {
  const { rows, from } = await store.rollups.summarize(asked);
  expect(rows).toEqual(await store.cdrs.summarize(asked));
  return from;
}

async function makeAll(store: Store): Promise<void> {
  for (let left = await store.rollups.dirty(TERMS, 100); left.length > 0; ) {
    for (const quarter of left) await store.rollups.make(quarter, TERMS);
    left = await store.rollups.dirty(TERMS, 100);
  }
}

export function rollupsContract(open: OpenStore): void {
  // Attempts of a call come far from each other.
  const inOrder = sampleCdrs(COUNT, SEED, "rollup").map(decorated);
  const cdrs = inOrder.flatMap((_cdr, index) => inOrder[(index * 37) % COUNT] ?? []);
  const traffic = (changes: Partial<SummaryQuery> = {}): SummaryQuery => {
    return {
      filter: {},
      groupBy: [],
      timeZone: "UTC",
      time: "answer",
      attempts: TERMS,
      ...changes,
    };
  };

  test("every sum is that over the CDRs, whatever was written and made before", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 50 }),
        fc.boolean(),
        async (steps, isMade) => {
          const store = await open();
          try {
            let next = COUNT / 2;
            await store.cdrs.insert(cdrs.slice(0, next));
            if (isMade) await makeAll(store);
            for (const one of steps) {
              if ("insert" in one) {
                await store.cdrs.insert(cdrs.slice(next, next + one.insert));
                next = Math.min(cdrs.length, next + one.insert);
              } else if ("make" in one) {
                const dirty = await store.rollups.dirty(TERMS, one.make);
                for (const quarter of dirty) await store.rollups.make(quarter, TERMS);
              } else if ("join" in one) {
                for (const piece of await allUnjoined(store.rollups, TERMS)) {
                  expect(await store.rollups.join(piece, TERMS)).toBe(true);
                }
              } else if ("revise" in one) {
                const cdr = cdrs[one.revise % next];
                const stored = cdr && (await store.cdrs.get(cdr));
                if (stored) await store.cdrs.revise([revisionOf(stored, one.how)]);
              } else seen.add(await expectSame(store, one.ask));
            }
          } finally {
            await store.close();
          }
        },
      ),
      { numRuns: runs(8), seed: SEED },
    );
    expect([...seen].sort()).toEqual(["both", "cdrs", "rollup"]);
  });

  withStore(open, (store) => {
    test("what is all made is answered from the sums, and a write of a CDR from the CDRs again", async () => {
      const lone = cdrs.map(({ callId: _none, ...cdr }) => cdr);
      await store().cdrs.insert(lone.slice(0, 60));
      const asked = traffic({ filter: { callTime: { fromMs: 0, toMs: 4e12 } } });
      expect(await expectSame(store(), asked)).toBe("cdrs");
      const before = await store().rollups.state(TERMS);
      expect(before.dirty).toBe(before.quarters);
      await makeAll(store());
      for (const piece of await allUnjoined(store().rollups, TERMS)) {
        await store().rollups.join(piece, TERMS);
      }
      expect(await store().rollups.unjoined(TERMS)).toEqual({ pieces: [], before: null });
      expect(await store().rollups.state(TERMS)).toEqual({ ...before, dirty: 0 });
      expect(await expectSame(store(), asked)).toBe("rollup");
      await store().cdrs.insert(lone.slice(60, 61));
      expect(await expectSame(store(), asked)).toBe("both");
      expect((await store().rollups.state(TERMS)).dirty).toBe(1);
    });

    test("a call goes on in a later quarter hour: that of its first attempt is not answered from its sums", async () => {
      const at = (name: string, quarter: number, changes: { callId?: string; usage?: number }) =>
        sampleCdr(name, {
          primary: {
            answerTime: { atMs: BEGIN_MS + quarter * QUARTER_MS, offsetMinutes: 0 },
            usage: changes.usage ?? 60_000,
          },
          ...(changes.callId !== undefined && { cdr: { callId: changes.callId } }),
        });
      const lone = [1, 2, 3, 4].map((quarter) => at(`lone-${quarter}`, quarter, {}));
      await store().cdrs.insert([...lone, at("first", 0, { callId: "one", usage: 0 })]);
      await makeAll(store());
      await store().cdrs.insert([at("second", 6, { callId: "one", usage: 7_000 })]);
      const asked = traffic({ groupBy: ["quarterHour"] });
      expect(await expectSame(store(), asked)).toBe("both");
      await makeAll(store());
      expect(await expectSame(store(), asked)).toBe("both");
      const { rows } = await store().rollups.summarize(asked);
      expect(rows[0]?.attempts).toMatchObject({ calls: 1, answeredCalls: 1, callTalkMs: 7_000 });
      expect(rows.at(-1)?.attempts).toMatchObject({ attempts: 1, calls: 0 });
    });

    test("a write while sums are made leaves their quarter hour dirty", async () => {
      const [first, second] = ["one", "two"].map((name) => sampleCdr(name));
      if (first === undefined || second === undefined) throw new Error("no CDR");
      await store().cdrs.insert([first]);
      const [quarter] = await store().rollups.dirty(TERMS, 1);
      if (quarter === undefined) throw new Error("nothing is dirty");
      await store().cdrs.insert([second]);
      expect(await store().rollups.make(quarter, TERMS)).toBe(false);
      expect((await store().rollups.state(TERMS)).dirty).toBe(1);
      await makeAll(store());
      expect(await expectSame(store(), traffic())).toBe("rollup");
    });

    test("a quarter hour has more records than are read at once, many of one millisecond", async () => {
      const many = Array.from({ length: 1100 }, (_none, index) => {
        const answerTime = { atMs: BEGIN_MS + Math.floor(index / 400), offsetMinutes: 0 };
        return sampleCdr(`many-${index}`, {
          primary: { answerTime, account: `${index % 7}` },
          ...(index % 2 === 0 && { cdr: { callId: `call-${index % 300}` } }),
        });
      });
      await store().cdrs.insert(many);
      await makeAll(store());
      expect(await expectSame(store(), traffic({ groupBy: ["tenant", "account"] }))).toBe("rollup");
    });

    test("a corrected CDR marks the quarter hours of both its times", async () => {
      const cdr = sampleCdr("moved");
      await store().cdrs.insert([cdr]);
      await makeAll(store());
      const answerTime = { atMs: BEGIN_MS, offsetMinutes: 0 };
      const { extra, contentHash, rating } = cdr;
      const content = { primary: { ...cdr.primary, answerTime }, extra, contentHash };
      const revision = { ...cdr, expectedRevision: 1, atMs: 9, content };
      await store().cdrs.revise([{ ...revision, rating: { ...rating, revision: 2 } }]);
      expect((await store().rollups.state(TERMS)).dirty).toBe(2);
      await makeAll(store());
      expect(await expectSame(store(), traffic({ groupBy: ["day"] }))).toBe("rollup");
    });

    test("other causes make other sums; what is forgotten is made anew", async () => {
      await store().cdrs.insert(cdrs.slice(0, 20));
      await makeAll(store());
      const attempts = { ...TERMS, effectiveCauses: ["34"] };
      expect(await expectSame(store(), traffic({ attempts }))).toBe("cdrs");
      const { quarters, dirty } = await store().rollups.state(TERMS);
      expect(dirty).toBe(0);
      const range = { fromMs: BEGIN_MS, toMs: BEGIN_MS + QUARTERS * QUARTER_MS };
      expect(await store().rollups.forget(range)).toBe(quarters);
      expect((await store().rollups.state(TERMS)).dirty).toBe(quarters);
    });
  });
}
