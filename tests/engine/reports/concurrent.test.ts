// Goal: calls at once are those of every second, over what the store has, in steps of a zone.
import fc from "fast-check";
import { DateTime } from "luxon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { ConcurrentRequest } from "../../../src/engine/reports/concurrent.ts";
import { createReports, type Reports } from "../../../src/engine/reports/reports.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Around the hour that Madrid's clocks show twice. */
const START_MS = Date.UTC(2026, 9, 24, 20);

interface Call {
  fromMs: number;
  seconds: number;
  account: string;
}

const calls: Call[] = fc.sample(
  fc.record({
    fromMs: fc
      .integer({ min: -2 * 86_400, max: 12 * 3600 })
      .map((seconds) => START_MS + seconds * 1000),
    seconds: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 3600 }) },
      { weight: 1, arbitrary: fc.integer({ min: 86_399, max: 3 * 86_400 }) },
    ),
    account: fc.constantFrom("1001", "1002", "1003"),
  }),
  { numRuns: 300, seed: 5 },
);

let store: Store;
let reports: Reports;
let nowMs = START_MS + 30 * DAY_MS;

beforeAll(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  await store.cdrs.insert(
    calls.map(({ fromMs, seconds, account }, index) =>
      sampleCdr(`at-once-${index}`, {
        primary: {
          account,
          answerTime: { atMs: fromMs, offsetMinutes: 0 },
          usage: seconds * 1000,
        },
      }),
    ),
  );
  reports = createReports({ store, clock: () => nowMs });
});
afterAll(() => store.close());

const asked = (changes: Partial<ConcurrentRequest> = {}): ConcurrentRequest => ({
  fromMs: START_MS,
  toMs: START_MS + 8 * HOUR_MS,
  step: "hour",
  filter: {},
  timeZone: "Europe/Madrid",
  ...changes,
});

/** Of each second from `fromMs` on: how many talk in it. */
function atSecond(own: readonly Call[], fromMs: number, toMs: number) {
  const counts: number[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += 1000) {
    counts.push(
      own.filter((call) => call.fromMs <= atMs && atMs < call.fromMs + call.seconds * 1000).length,
    );
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  return { peak: Math.max(...counts), mean: Math.round((sum * 1e6) / counts.length) / 1e6 };
}

describe("calls at once", () => {
  test.each(["quarterHour", "hour", "day"] as const)(
    "by %s are those of every second",
    async (step) => {
      const rows = await reports.concurrent(asked({ step }), { scope: EVERYTHING });
      expect(rows[0]?.from).toBe("2026-10-24T22:00:00.000+02:00");
      expect(rows.at(-1)?.to).toBe("2026-10-25T05:00:00.000+01:00");
      for (const { from, to, peak, mean } of rows) {
        const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
        expect({ peak, mean }).toEqual(atSecond(calls, fromMs, toMs));
      }
      expect(rows).toHaveLength({ quarterHour: 32, hour: 8, day: 2 }[step]);
    },
  );

  test("by minute around the repeated hour", async () => {
    const span = {
      fromMs: START_MS + 4 * HOUR_MS - 120_000,
      toMs: START_MS + 5 * HOUR_MS + 120_000,
    };
    const rows = await reports.concurrent(asked({ ...span, step: "minute" }), {
      scope: EVERYTHING,
    });
    expect(rows).toHaveLength(64);
    for (const { from, to, peak, mean } of rows) {
      expect({ peak, mean }).toEqual(atSecond(calls, Date.parse(from), Date.parse(to)));
    }
    const hours = rows.map(({ from }) =>
      DateTime.fromISO(from, { setZone: true }).toFormat("HHZZ"),
    );
    expect([...new Set(hours)]).toEqual(["01+02:00", "02+02:00", "02+01:00"]);
  });

  test("by account each has rows of its own, in the order of time", async () => {
    const rows = await reports.concurrent(asked({ by: "account" }), { scope: EVERYTHING });
    expect(rows.map(({ group }) => group)).toEqual(
      Array.from({ length: 8 }, () => ["1001", "1002", "1003"]).flat(),
    );
    for (const { group, from, to, peak, mean } of rows) {
      const own = calls.filter(({ account }) => account === group);
      expect({ peak, mean }).toEqual(atSecond(own, Date.parse(from), Date.parse(to)));
    }
  });

  test("a filter and a scope hold, and where nobody talked it is 0", async () => {
    const scope: Scope = {
      tenants: ["example.com"],
      accounts: [{ tenant: "example.com", account: "1002" }],
      seesBuy: false,
    };
    const own = calls.filter(({ account }) => account === "1002");
    const [row] = await reports.concurrent(asked({ step: "day" }), { scope });
    expect(row?.peak).toBe(atSecond(own, START_MS, START_MS + 2 * HOUR_MS).peak);
    const none = await reports.concurrent(asked({ filter: { accounts: ["9"] } }), { scope });
    expect(none.map(({ peak, mean }) => [peak, mean])).toEqual(Array(8).fill([0, 0]));
    await expect(reports.concurrent(asked({ by: "carrier" }), { scope })).rejects.toMatchObject({
      code: "invalid-params",
    });
  });

  test("what may still change is not final: as long back as the longest call was", async () => {
    const filter = { usage: { max: 3600.001 } };
    nowMs = START_MS + 4 * HOUR_MS;
    const rows = await reports.concurrent(asked({ filter }), { scope: EVERYTHING });
    expect(rows.map((row) => row.final)).toEqual([true, true, true, ...Array(5).fill(false)]);
  });

  test("what cannot be answered is refused by the name of the param", async () => {
    const refused = (changes: Partial<ConcurrentRequest>) =>
      expect(reports.concurrent(asked(changes), { scope: EVERYTHING })).rejects;
    await refused({ toMs: START_MS }).toMatchObject({ detail: { path: "to" } });
    await refused({ filter: { callTime: {} } }).toMatchObject({
      detail: { path: "filter.callTime" },
    });
    await refused({ fromMs: 0, step: "minute" }).toMatchObject({
      code: "too-large",
      detail: { path: "step" },
    });
  });
});
