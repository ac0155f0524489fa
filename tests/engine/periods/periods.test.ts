// Goal: a closed statement is the sum of the records of its moment and never changes; with its corrections it
// is what the store sums up today, whatever was written since; one closing wins, whoever dies. Method: random
// writes on both stores between closing and corrections; processes that die at each of their writes.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { statementFaults } from "../../../src/engine/periods/finish.ts";
import { createPeriods, type Periods } from "../../../src/engine/periods/periods.ts";
import type { CloseRequest } from "../../../src/engine/periods/request.ts";
import { createCdrReads } from "../../../src/engine/records/reads.ts";
import { statementOf } from "../../../src/engine/reports/statement.ts";
import type { Snapshots } from "../../../src/engine/tariffs/snapshots.ts";
import { createCalendar } from "../../../src/reports/calendar.ts";
import { joinTotals } from "../../../src/reports/closing/sums.ts";
import type { StatementSums } from "../../../src/reports/statement.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { Revision } from "../../../src/stores/ports/cdrs.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr, sampleSide } from "../../stores/contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { wrapCalls } from "../../stores/wrapped-store.ts";

const MARCH = Date.UTC(2026, 2, 1);
const DAY_MS = 86_400_000;
const LATER = Date.UTC(2026, 3, 2);
const TENANT = "example.com";
const ASKER = { by: "anna", scope: EVERYTHING };
const uri = await mongoTestUri();
const STORES: { name: string; open: () => Promise<Store> }[] = [
  { name: "SQLite", open: () => openSqliteStore({ path: ":memory:" }) },
  ...(uri === null
    ? []
    : [{ name: "MongoDB", open: () => openMongoStore({ url: mongoUrl(uri) }) }]),
];

const closing = (changes: Partial<CloseRequest> = {}): CloseRequest => ({
  ...{ account: "1001", period: "2026-03", timeZone: "Europe/Madrid", why: "invoice" },
  ...changes,
});

const periodsOn = (store: Store): Periods =>
  createPeriods({ store, clock: () => LATER, log: SILENT, leaseMs: 0 });

interface Call {
  name: number;
  account: string;
  day: number;
  amount: string | null;
  currency: string;
  usage: number;
}

const call: fc.Arbitrary<Call> = fc.record({
  name: fc.integer({ min: 0, max: 11 }),
  account: fc.constantFrom("1001", "1001", "1001", "1002"),
  // Some before the period by the clocks of its zone, and some behind it.
  day: fc.integer({ min: -1, max: 32 }),
  amount: fc.constantFrom("0.1420", "1.5", "-0.25", "0", "99999999999999.9999999999", null),
  currency: fc.constantFrom("EUR", "EUR", "USD"),
  usage: fc.constantFrom(0, 1234, 60_000),
});

function cdrOf({ name, account, day, amount, currency, usage }: Call, revision = 1) {
  const answerTime = { atMs: MARCH + day * DAY_MS + 3_600_000, offsetMinutes: 0 };
  const side = sampleSide({ amount, currency, destination: `zone ${name % 3}` });
  return sampleCdr(`call ${name}`, {
    primary: { account, answerTime, usage },
    rating: { revision, sell: side, buy: { ...side, carrier: "North" } },
  });
}

type Write = { kind: "insert" | "correct" | "rerate" | "void"; call: Call };
const write: fc.Arbitrary<Write> = fc.record({
  kind: fc.constantFrom("insert", "correct", "rerate", "void"),
  call,
});

async function apply(store: Store, { kind, call: of }: Write): Promise<void> {
  if (kind === "insert") {
    await store.cdrs.insert([cdrOf(of)]);
    return;
  }
  const found = await store.cdrs.get(cdrOf(of));
  if (found === null) return;
  const expectedRevision = found.rating.revision;
  const fresh = cdrOf(of, expectedRevision + 1);
  const { tenant, id } = found;
  const revision: Revision = { tenant, id, expectedRevision, rating: fresh.rating, atMs: LATER };
  if (kind === "void") revision.rating = { ...fresh.rating, outcome: "voided" };
  if (kind === "rerate") revision.rating = { ...fresh.rating, job: "j" };
  if (kind === "correct") {
    const { primary, extra, contentHash } = fresh;
    revision.content = { primary, extra, contentHash };
  }
  await store.cdrs.revise([revision]);
}

/** What of totals is money or counts, without those that come to nothing. */
function told(totals: readonly StatementSums[]): StatementSums[] {
  return totals
    .filter(({ cdrs, amount }) => cdrs !== 0 || (amount !== null && amount !== "0"))
    .toSorted((one, other) => ((one.currency ?? "") < (other.currency ?? "") ? -1 : 1));
}

/** The same by `cdr.summarize` itself, as anybody asks it. */
async function summarized(
  store: Store,
  { account, carrier }: { account?: string | undefined; carrier?: string | undefined },
): Promise<StatementSums[]> {
  const calendar = createCalendar("Europe/Madrid");
  const callTime = {
    fromMs: calendar.instantOf(MARCH),
    toMs: calendar.instantOf(Date.UTC(2026, 3, 1)),
  };
  const filter = {
    ...{ tenants: [TENANT], callTime },
    ...(account === undefined ? {} : { accounts: [account] }),
    ...(carrier === undefined ? {} : { carriers: [carrier] }),
  };
  const reads = createCdrReads({ store, snapshots: {} as Snapshots });
  const hasAmount = { [account === undefined ? "buy" : "sell"]: { min: `-${"9".repeat(34)}` } };
  const rows = await Promise.all(
    [hasAmount, { not: hasAmount }].map((part) =>
      reads.summarize(
        { filter: { ...filter, ...part }, groupBy: [], timeZone: "UTC", time: "answer" },
        { scope: EVERYTHING },
      ),
    ),
  );
  return rows.flatMap((found, index) => {
    const priced = index === 0;
    const sums = found.map((row): StatementSums => {
      const isSell = account !== undefined;
      return {
        ...{ cdrs: row.calls, answered: row.answered, units: row.units },
        seconds: row.usageMs / 1000,
        billedSeconds: (isSell ? row.billedMs : row.buyBilledMs) / 1000,
        currency: priced ? (isSell ? row.currency : row.buyCurrency) : null,
        amount: priced ? (isSell ? row.sell : row.buy) : null,
      };
    });
    return joinTotals(sums.map((one) => [one]));
  });
}

describe.each(STORES)("periods on $name", ({ name: kind, open }) => {
  let store: Store | undefined;
  const opened = async (): Promise<Store> => {
    store = await open();
    return store;
  };
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  async function closed(periods: Periods, request: CloseRequest) {
    const { id } = await periods.close(request, ASKER);
    await periods.settled(id);
    const job = await periods.job(id);
    expect(job.body.fault).toBeUndefined();
    return written(periods, id);
  }

  async function written(periods: Periods, job: string) {
    const [period] = (await periods.list({ job, limit: 9 }, EVERYTHING)).periods;
    return periods.get({ number: period?.number ?? "" }, EVERYTHING);
  }

  async function corrected(periods: Periods, number: string) {
    const { id } = await periods.correct({ number, why: "" }, ASKER);
    await periods.settled(id);
    const { state, body } = await periods.job(id);
    expect(state).toBe("done");
    return body.isEmpty === true ? null : written(periods, id);
  }

  it("closed and corrections are what the store sums up today, and no byte of them changes", async () => {
    const runs = fc.asyncProperty(
      fc.array(call, { maxLength: 12 }),
      fc.array(fc.array(write, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
      fc.constantFrom({ account: "1001" }, { account: undefined, carrier: "north" }),
      async (calls, rounds, who) => {
        const own = await opened();
        try {
          const periods = periodsOn(own);
          for (const one of calls) await own.cdrs.insert([cdrOf(one)]);
          const request = closing({ ...who, tenant: TENANT });
          const reading = { scope: EVERYTHING };
          const sums = () => statementOf(own, request, reading);
          const first = await closed(periods, request);
          const before = await sums();
          expect(first.lines).toEqual(before.lines);
          const texts = [first];
          for (const writes of rounds) {
            for (const one of writes) await apply(own, one);
            const of = { number: first.period.number, why: "" };
            const preview = await periods.previewCorrection(of, ASKER);
            const next = await corrected(periods, first.period.number);
            // A look before says what is written then, and writes nothing.
            expect(preview).toMatchObject({
              ...{ number: next?.period.number ?? null, corrects: "1" },
              ...{ cdrs: next?.period.cdrs ?? 0, totals: next?.period.totals ?? [] },
            });
            if (next !== null) texts.push(next);
            const all = joinTotals(texts.map(({ period }) => period.totals));
            expect(told(all)).toEqual(told((await sums()).totals));
            expect(told(all)).toEqual(told(await summarized(own, who)));
            expect(await corrected(periods, first.period.number)).toBeNull();
          }
          for (const { period, text } of texts) {
            const again = await periods.get({ number: period.number }, EVERYTHING);
            expect(again.text).toBe(text);
            const whole = await own.periods.get(period.id);
            expect(whole && (await statementFaults(own.periods, whole))).toEqual([]);
          }
          expect(texts.map(({ period }) => period.number)).toEqual(
            texts.map((_text, index) => String(index + 1)),
          );
        } finally {
          await own.close();
          store = undefined;
        }
      },
    );
    await fc.assert(runs, {
      numRuns: (kind === "SQLite" ? 12 : 3) * Number(process.env["CDRATE_RUNS"] ?? 1),
    });
  }, 120_000);

  it("a correction names each CDR with its difference and why", async () => {
    const own = await opened();
    const periods = periodsOn(own);
    const base: Call = {
      name: 1,
      account: "1001",
      day: 3,
      amount: "1.5",
      currency: "EUR",
      usage: 60_000,
    };
    for (const name of [1, 2, 3, 4]) await own.cdrs.insert([cdrOf({ ...base, name })]);
    await closed(periods, closing());
    await apply(own, { kind: "rerate", call: { ...base, amount: "2" } });
    await apply(own, { kind: "void", call: { ...base, name: 2 } });
    await apply(own, { kind: "correct", call: { ...base, name: 3, account: "1002" } });
    await apply(own, { kind: "insert", call: { ...base, name: 5 } });
    await corrected(periods, "1");
    const { cdrs } = await periods.cdrs({ number: "2", limit: 10 }, EVERYTHING);
    const byId = new Map(cdrs.map(({ id, difference, why }) => [id, [difference, why]]));
    const idOf = (name: number) => cdrOf({ ...base, name }).id;
    expect(byId).toEqual(
      new Map([
        [idOf(1), ["0.5", "rerated"]],
        [idOf(2), ["-1.5", "voided"]],
        [idOf(3), ["-1.5", "moved-away"]],
        [idOf(5), ["1.5", "late"]],
      ]),
    );
    const { period } = await periods.get({ number: "2" }, EVERYTHING);
    expect(period).toMatchObject({ kind: "correction", corrects: "1", cdrs: 4 });
  });

  it("what is closed, taken, unexpected or not over is refused by name", async () => {
    const own = await opened();
    const periods = periodsOn(own);
    await own.cdrs.insert([
      cdrOf({ name: 1, account: "1001", day: 3, amount: "1.5", currency: "EUR", usage: 1 }),
    ]);
    const { preview } = { preview: await periods.preview(closing(), ASKER) };
    expect(preview.number).toBe("1");
    await closed(periods, closing({ number: "INV-7" }));
    const refused = (request: Partial<CloseRequest>) =>
      expect(periods.close(closing(request), ASKER)).rejects;
    await refused({}).toMatchObject({ code: "conflict", detail: { data: { number: "INV-7" } } });
    const overlap = { fromMs: MARCH - DAY_MS, toMs: MARCH + DAY_MS };
    await refused({ period: overlap, tenant: TENANT }).toThrow(
      "overlaps one that is closed: number INV-7",
    );
    await refused({ period: "2026-02", tenant: TENANT, number: "INV-7" }).toMatchObject({
      detail: { path: "number" },
    });
    await refused({ period: "2026-02", tenant: TENANT, number: "7" }).toMatchObject({
      code: "invalid-params",
    });
    await refused({ period: "2026-04", tenant: TENANT }).toThrow("The period has not ended");
    const wrong = {
      carrier: "North",
      account: undefined,
      expected: [{ currency: "EUR", amount: "1" }],
    };
    const { id } = await periods.close(closing(wrong), ASKER);
    await periods.settled(id);
    expect(await periods.job(id)).toMatchObject({
      state: "failed",
      body: { fault: "The total is 1.5 EUR, not the expected one." },
    });
    expect(
      await own.periods.cdrsOf(
        [id],
        [cdrOf({ name: 1, account: "1001", day: 3, amount: null, currency: "EUR", usage: 1 }).id],
      ),
    ).toEqual([]);
    const right = await closed(
      periods,
      closing({ ...wrong, expected: [{ currency: "EUR", amount: "1.50" }] }),
    );
    // The one that failed took no number; the one of the caller's own is none of the row.
    expect(right.period.number).toBe("1");
  });

  it("a process that dies at any of its writes leaves one closing, when another goes on", async () => {
    for (let call = 1; call <= 9; call += 1) {
      const own = await opened();
      const calls = Array.from({ length: 5 }, (_one, name) => ({
        ...{ name, account: "1001", day: name, amount: "0.1", currency: "EUR", usage: 1 },
      }));
      for (const one of calls) await own.cdrs.insert([cdrOf(one)]);
      let writes = 0;
      const dying = wrapCalls(own, (name, run) => {
        if (/^(periods\.(append|putCdrs)|jobs\.(put|update))$/.test(name)) writes += 1;
        if (writes < call) return run();
        // The last write may have been made all the same.
        if (writes === call && call % 2 === 0) {
          writes += 1;
          return Promise.resolve(run()).then(() =>
            Promise.reject(new Error("the process is gone")),
          );
        }
        return Promise.reject(new Error("the process is gone"));
      });
      const first = periodsOn(dying);
      const begun = await first.close(closing({ tenant: TENANT }), ASKER).catch(() => null);
      if (begun !== null) await first.settled(begun.id).catch(() => null);
      const second = periodsOn(own);
      await second.resume();
      const { jobs } = await own.jobs.list({ kinds: ["period"], limit: 9 });
      for (const { id } of jobs) await second.settled(id);
      const [job] = jobs;
      const found = await own.periods.find({ limit: 9 });
      expect(found.length).toBe(job === undefined ? 0 : 1);
      if (found[0] !== undefined) {
        const whole = await own.periods.get(found[0].id);
        expect(whole && (await statementFaults(own.periods, whole))).toEqual([]);
        expect(JSON.parse(found[0].head)).toMatchObject({ number: "1", cdrs: 5 });
        expect(await own.jobs.get(found[0].id)).toMatchObject({ state: "done" });
      }
      await own.close();
      store = undefined;
    }
  });

  it("of closings that come at once one is there", async () => {
    const own = await opened();
    const [one, other] = [periodsOn(own), periodsOn(own)];
    const begun = await Promise.allSettled(
      [one, other].map((periods) => periods.close(closing({ tenant: TENANT }), ASKER)),
    );
    await Promise.all(
      begun.map(async (result, index) => {
        if (result.status === "fulfilled") await [one, other][index]?.settled(result.value.id);
      }),
    );
    expect(await own.periods.find({ limit: 9 })).toHaveLength(1);
  });

  it("a reporting currency stands beside the own one, at the rate of each day", async () => {
    const own = await opened();
    const periods = periodsOn(own);
    const usd = { account: "1001", currency: "USD", usage: 1 };
    await own.cdrs.insert([cdrOf({ ...usd, name: 1, day: 3, amount: "1.005" })]);
    await own.cdrs.insert([cdrOf({ ...usd, name: 2, day: 20, amount: "-1" })]);
    const reporting = {
      ...{ currency: "EUR", decimals: 2, rounding: "half-up" as const },
      rates: [
        { from: "USD", rate: "1", date: "2026-03-01" },
        { from: "USD", rate: "0.925", date: "2026-03-15" },
      ],
    };
    const { period } = await closed(periods, closing({ reporting }));
    expect(period.totals).toMatchObject([{ currency: "USD", amount: "0.005" }]);
    // 1.005 → 1.01, −0.925 → −0.93.
    expect(period.reporting?.totals).toEqual([{ from: "USD", amount: "0.08" }]);
    const late = { ...reporting, rates: reporting.rates.slice(1) };
    const { id } = await periods.close(
      closing({ account: undefined, carrier: "North", reporting: late }),
      ASKER,
    );
    await periods.settled(id);
    expect((await periods.job(id)).body.fault).toBe(
      "There is no rate from USD to EUR on 2026-03-04.",
    );
  });

  it("what is damaged afterwards is found", async () => {
    const own = await opened();
    const periods = periodsOn(own);
    await own.cdrs.insert([
      cdrOf({ name: 1, account: "1001", day: 3, amount: "1.5", currency: "EUR", usage: 1 }),
    ]);
    const { period } = await closed(periods, closing());
    const whole = await own.periods.get(period.id);
    if (whole === null) throw new Error("nothing was closed");
    expect(
      await statementFaults(own.periods, { ...whole, lines: whole.lines.replace("1.5", "1.6") }),
    ).toEqual(["its bytes are not those of its hash", "its lines are not the sums of its CDRs"]);
    await own.periods.removeCdrs(period.id, 1);
    expect(await statementFaults(own.periods, whole)).toContain(
      "what it says of its CDRs is not that of its hash",
    );
  });
});
