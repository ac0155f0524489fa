// Goal: a compared bucket stands beside the one that shows the same time of the wall clock.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { createReports, type Reports } from "../../../src/engine/reports/reports.ts";
import type { TrafficRequest } from "../../../src/engine/reports/traffic.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleSide } from "../../stores/contracts/sample-cdrs.ts";

const ZONE = "Europe/Madrid";
let store: Store;
let reports: Reports;

/** One call at each of these times; the last in dollars. */
const CALLS = [
  "2026-02-28T23:30:00+01:00",
  "2026-03-22T09:10:00+01:00",
  "2026-03-28T02:30:00+01:00",
  "2026-03-28T09:00:00+01:00",
  "2026-03-29T09:59:59+02:00",
  "2026-03-30T02:15:00+02:00",
  "2026-10-24T02:10:00+02:00",
  "2026-10-25T02:20:00+02:00",
  "2026-10-25T02:40:00+01:00",
  "2026-03-29T12:00:00+02:00",
];

beforeAll(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  await store.cdrs.insert(
    CALLS.map((time, index) =>
      sampleCdr(`compared-${index}`, {
        primary: { answerTime: { atMs: Date.parse(time), offsetMinutes: 0 } },
        ...(index === CALLS.length - 1 && {
          rating: { sell: sampleSide({ currency: "USD" }), buy: null, margin: null },
        }),
      }),
    ),
  );
  reports = createReports({ store, clock: () => 0 });
});
afterAll(() => store.close());

function traffic(from: string, to: string, asked: Partial<TrafficRequest>) {
  const callTime = { fromMs: Date.parse(from), toMs: Date.parse(to) };
  const request = { by: "hour" as const, filter: { callTime }, timeZone: ZONE, ...asked };
  return reports.traffic(request, { scope: EVERYTHING });
}

const previous = { to: "previousPeriod", count: 1 } as const;
type Report = Awaited<ReturnType<Reports["traffic"]>>;

/** Records of each bucket of the wall clock, and of what stands beside it. */
function beside({ rows }: Report): Record<string, [number, number | null]> {
  return Object.fromEntries(
    rows.map((row) => [row.bucket, [row.cdrs, row.compared?.[0]?.cdrs ?? null]]),
  );
}

describe("traffic beside another period", () => {
  test("an hour that the compared day skipped is null, one in which nobody called is 0", async () => {
    const report = await traffic("2026-03-30T00:00:00+02:00", "2026-03-31T00:00:00+02:00", {
      compare: previous,
    });
    expect(report.rows.filter(({ cdrs }) => cdrs > 0)).toHaveLength(1);
    const hours = beside(report);
    expect(hours["2026-03-30T02:00+02:00"]).toEqual([1, null]);
    expect(hours["2026-03-30T09:00+02:00"]).toEqual([0, 1]);
    expect(hours["2026-03-30T10:00+02:00"]).toEqual([0, 0]);
    expect(report.compared).toMatchObject([
      { from: "2026-03-29T00:00:00.000+01:00", to: "2026-03-30T00:00:00.000+02:00" },
    ]);
    expect(report.compared[0]?.totals.map(({ currency, cdrs }) => [currency, cdrs])).toEqual([
      ["EUR", 1],
      ["USD", 1],
    ]);
  });

  test("a skipped hour has no row, and a day of 23 hours is beside one of 24", async () => {
    const report = await traffic("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", {
      compare: previous,
    });
    const buckets = new Set(report.rows.map(({ bucket }) => bucket));
    expect(buckets.size).toBe(23);
    expect(beside(report)["2026-03-29T09:00+02:00"]).toEqual([1, 1]);
    // The call at 02:30 of the day before is in no row, and in its totals.
    expect(report.compared[0]?.totals).toMatchObject([{ cdrs: 2 }]);
  });

  test("of a repeated hour the first is beside the only one, the second beside none", async () => {
    const report = await traffic("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", {
      compare: previous,
    });
    expect(beside(report)).toMatchObject({
      "2026-10-25T02:00+02:00": [1, 1],
      "2026-10-25T02:00+01:00": [1, null],
      "2026-10-25T03:00+01:00": [0, 0],
    });
  });

  test("the same weekday of weeks before, each a period of its own", async () => {
    const report = await traffic("2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", {
      by: "day",
      compare: { to: "sameWeekday", count: 3 },
    });
    const euros = report.rows.find(({ currency }) => currency === "EUR");
    expect(euros?.compared?.map((row) => row?.cdrs)).toEqual([1, 0, 0]);
    expect(report.compared.map(({ from }) => from.slice(0, 10))).toEqual([
      "2026-03-22",
      "2026-03-15",
      "2026-03-08",
    ]);
    const dollars = report.rows.find(({ currency }) => currency === "USD");
    expect(dollars).toMatchObject({
      cdrs: 1,
      sell: "0.142",
      compared: [{ cdrs: 0, sell: "0" }, {}, {}],
    });
  });

  test("a month is beside the month before, by days; a day that it has not is null", async () => {
    const report = await traffic("2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00", {
      by: "day",
      compare: previous,
    });
    const days = beside(report);
    expect(days["2026-03-28"]).toEqual([2, 1]);
    expect([days["2026-03-30"], days["2026-03-31"]]).toEqual([
      [1, null],
      [0, null],
    ]);
    expect(report.compared[0]).toMatchObject({ from: "2026-02-01T00:00:00.000+01:00" });
  });

  test("weeks are beside weeks by their order, folds by their name", async () => {
    const range = ["2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00"] as const;
    const weeks = await traffic(...range, { by: "week", compare: previous });
    expect(beside(weeks)["2026-W13"]?.[1]).toBe(0);
    expect(weeks.rows[0]?.compared?.[0]?.cdrs).toBe(1);
    const folded = await traffic(...range, { by: "weekday", compare: previous });
    const sunday = folded.rows.filter(({ bucket }) => bucket === "7");
    expect(sunday.map((row) => [row.currency, row.cdrs, row.compared?.[0]?.cdrs])).toEqual([
      ["EUR", 1, 1],
      ["USD", 1, 0],
    ]);
  });

  test("a range that cuts a bucket says so, and has only what is in it", async () => {
    const { rows } = await traffic("2026-03-28T09:00:00+01:00", "2026-03-28T09:00:01+01:00", {
      by: "day",
    });
    expect(rows).toMatchObject([{ bucket: "2026-03-28", cdrs: 1, isPartial: true }]);
  });

  test("what cannot be answered is refused by the name of the param", async () => {
    const scope = EVERYTHING;
    const open = { by: "hour" as const, filter: {}, timeZone: ZONE };
    await expect(reports.traffic({ ...open, compare: previous }, { scope })).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "filter.callTime.from" },
    });
    await expect(traffic("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", {})).rejects.toMatchObject(
      { code: "invalid-params", detail: { path: "filter.callTime.to" } },
    );
    await expect(
      traffic("2000-01-01T00:00:00Z", "2026-01-01T00:00:00Z", { by: "quarterHour" }),
    ).rejects.toMatchObject({ code: "too-large", detail: { path: "by" } });
    await expect(
      reports.traffic({ ...open, timeZone: "Mars/Olympus" }, { scope }),
    ).rejects.toMatchObject({ code: "invalid-params", detail: { path: "timeZone" } });
  });
});
