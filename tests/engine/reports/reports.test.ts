// Goal: every report is the sum over the records of its filter, to the last digit, on both stores.
// Method: random records, filters, zones and buckets; the figures counted plainly over cdr.scan.
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { createReports, type Reports } from "../../../src/engine/reports/reports.ts";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import { UNITS } from "../../../src/reports/calendar.ts";
import { causeClass, causeCode, causeWord } from "../../../src/reports/causes.ts";
import type { RowFigures } from "../../../src/reports/figures.ts";
import { FOLD_KEYS, FOLDS, type Fold } from "../../../src/reports/folds.ts";
import { GROUP_REPORTS, type GroupReportName } from "../../../src/reports/groups.ts";
import { isUnit } from "../../../src/reports/traffic.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdrs } from "../../stores/contracts/sample-cdrs.ts";
import { sampleFilter } from "../../stores/contracts/sample-filters.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { bucketBy, callTimeOf, findAll, naiveFigures } from "./report-oracle.ts";

const SEED = 91;
const COUNT = 250;
const ZONES = ["UTC", "Europe/Madrid", "Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns"];
const HOUR_MS = 3_600_000;
const uri = await mongoTestUri();

/** With calls of several attempts, pdd, causes and destination channels. */
function decorated(cdr: NewCdr, index: number): NewCdr {
  const cause = ["17", "NO ANSWER", "CALL_REJECTED", "34", "nobody's", undefined][index % 6];
  const { disconnectCause: _none, ...primary } = cdr.primary;
  return {
    ...cdr,
    ...(index % 3 !== 0 && { callId: `call-${index % 60}` }),
    primary: {
      ...primary,
      ...(cause !== undefined && { disconnectCause: cause }),
      ...(index % 5 === 0 && { pddMs: index * 7 }),
    },
    extra: { ...cdr.extra, ...(index % 8 === 0 && { dstchannel: "" }) },
    rating: { ...cdr.rating, ...(index % 11 === 0 && { reason: "leg-not-billed" as const }) },
  };
}

const range = fc
  .tuple(fc.integer({ min: -8, max: 96 }), fc.integer({ min: 1, max: 60 }), fc.nat(59))
  .map(([hours, length, minutes]) => {
    const fromMs = Date.UTC(2026, 2, 27) + hours * HOUR_MS + minutes * 60_000;
    return { fromMs, toMs: fromMs + length * HOUR_MS };
  });

/** A span that ends where it begins is refused: tested where requests are. */
const isAsked = ({ callTime: { fromMs, toMs } = {} }: CdrFilter) =>
  fromMs === undefined || toMs === undefined || fromMs < toMs;
const filters = sampleFilter("report", SEED, COUNT).filter(isAsked);

/** Of each group of records those figures that rows must add up to. */
function added(rows: RowFigures[]): Map<string, unknown> {
  const byPair = new Map<string, RowFigures[]>();
  for (const row of rows.filter(({ cdrs }) => cdrs > 0)) {
    const pair = JSON.stringify([row.currency, row.buyCurrency]);
    byPair.set(pair, [...(byPair.get(pair) ?? []), row]);
  }
  const Exact = Decimal.clone({ precision: 100 });
  const sum = (
    list: RowFigures[],
    name: "cdrs" | "calls" | "attempts" | "sell" | "buy" | "seconds",
  ) => list.reduce((total, row) => total.plus(row[name] ?? 0), new Exact(0)).toFixed();
  return new Map(
    [...byPair].map(([pair, list]) => [
      pair,
      (["cdrs", "calls", "attempts", "sell", "buy", "seconds"] as const).map((name) =>
        sum(list, name),
      ),
    ]),
  );
}

const named = (group: unknown, { currency, buyCurrency }: RowFigures) =>
  JSON.stringify([group, currency, buyCurrency]);

/** What a row of each report is of, from the record. */
const GROUPS: Record<GroupReportName, (cdr: StoredCdr) => unknown[]> = {
  countries: ({ rating }) => [rating.normalized.destination.country],
  destinations: ({ rating }) => [(rating.sell ?? rating.buy)?.destination],
  prefixes: ({ rating }) => [
    (rating.sell ?? rating.buy)?.prefix,
    (rating.sell ?? rating.buy)?.destination,
  ],
  accounts: ({ tenant, primary }) => [tenant, primary.account],
  carriers: ({ rating }) => [rating.buy?.carrier],
  gateways: ({ rating }) => [rating.buy?.carrier, rating.buy?.gateway],
  sources: ({ source }) => [source],
  causes: ({ primary: { disconnectCause: cause = null } }) => [
    cause,
    causeCode(cause),
    causeWord(cause),
    causeClass(cause),
  ],
  disconnects: (cdr) => [
    bucketBy("hourOfWeek", "Asia/Kathmandu", callTimeOf(cdr)),
    causeClass(cdr.primary.disconnectCause ?? null),
  ],
  directions: ({ primary }) => [primary.callDirection],
  margins: ({ tenant, primary }) => [tenant, primary.account],
  losses: ({ tenant, primary, rating }) => [
    tenant,
    primary.account,
    (rating.sell ?? rating.buy)?.destination,
    rating.buy?.carrier,
  ],
  unrated: ({ tenant, primary, rating }) => [
    rating.outcome,
    rating.reason,
    tenant,
    primary.account,
  ],
  rates: ({ rating }) => [
    (rating.sell ?? rating.buy)?.plan,
    (rating.sell ?? rating.buy)?.prefix,
    (rating.sell ?? rating.buy)?.destination,
  ],
};
const orNull = (values: unknown[]) => values.map((value) => value ?? null);

const STORES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  [
    "MongoDB",
    () => {
      return openMongoStore({ url: mongoUrl(uri) });
    },
  ],
];

describe.each(STORES.filter(([name]) => name === "SQLite" || uri !== null))("%s", (_name, open) => {
  let store: Store;
  let reports: Reports;
  const reading = { scope: EVERYTHING };
  beforeAll(async () => {
    store = await open();
    await store.cdrs.insert(sampleCdrs(COUNT, SEED, "report").map(decorated));
    reports = createReports({ store, clock: () => 0 });
  });
  afterAll(() => store.close());

  test("traffic by any bucket in any zone is the sum over the records", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...UNITS, ...FOLDS),
        fc.constantFrom(...ZONES),
        filters,
        fc.option(range, { nil: undefined }),
        async (by, timeZone, others, callTime) => {
          const { callTime: _own, ...rest } = others;
          const filter: CdrFilter = { ...rest, ...(callTime && { callTime }) };
          const { rows, totals } = await reports.traffic({ by, filter, timeZone }, reading);
          const cdrs = await findAll(store, filter);
          const bucket = (cdr: StoredCdr) => bucketBy(by, timeZone, callTimeOf(cdr));
          const filled = rows.filter((row) => row.cdrs > 0);
          const shown = new Map(
            filled.map(({ bucket: key, from: _f, to: _t, isPartial: _p, ...row }) => [
              named(key, row),
              row,
            ]),
          );
          expect(shown).toEqual(naiveFigures(cdrs, bucket));
          expect(added(rows)).toEqual(added(totals));
          if (!isUnit(by)) {
            const keys = new Set(rows.map((row) => row.bucket));
            expect([...keys]).toEqual([...FOLD_KEYS[by as Fold]]);
          } else if (callTime !== undefined) {
            const keys = new Set<string>();
            const { fromMs, toMs } = callTime;
            for (let atMs = fromMs; atMs < toMs; atMs += HOUR_MS / 4) {
              keys.add(bucketBy(by, timeZone, atMs));
            }
            keys.add(bucketBy(by, timeZone, toMs - 1));
            expect([...new Set(rows.map((row) => row.bucket))]).toEqual([...keys]);
          } else if (cdrs.length > 0) {
            const keys = new Set(cdrs.map(bucket));
            expect([rows[0], rows.at(-1)].every((row) => keys.has(row?.bucket ?? ""))).toBe(true);
          } else {
            expect(rows).toEqual([]);
          }
        },
      ),
      { numRuns: 20 },
    );
  });

  test.each(GROUP_REPORTS.map(({ name }) => name))(
    "%s is the sum over the records",
    async (report) => {
      await fc.assert(
        fc.asyncProperty(filters, fc.nat(9), async (filter, most) => {
          const top = most + 1;
          const asked = { report, filter, timeZone: "Asia/Kathmandu" };
          const whole = await reports.group({ ...asked, top: 10_000 }, reading);
          const wanted =
            report === "unrated" && filter.outcomes === undefined
              ? { ...filter, outcomes: ["unrated" as const, "partial" as const] }
              : filter;
          const expected = naiveFigures(await findAll(store, wanted), (cdr) =>
            orNull(GROUPS[report](cdr)),
          );
          const shown = whole.rows.map(
            ({ keys, figures }) => [named(Object.values(keys), figures), figures] as const,
          );
          expect(new Map(shown)).toEqual(expected);
          expect(whole.rows).toHaveLength(expected.size);
          const first = await reports.group({ ...asked, top }, reading);
          expect(first.rows).toEqual(whole.rows.slice(0, top));
          expect(first.totals).toEqual(whole.totals);
          const all = first.rows.map(({ figures }) => figures);
          expect(added([...all, ...first.others])).toEqual(added(first.totals));
        }),
        { numRuns: 3 },
      );
    },
  );

  test.each(["margins", "losses"] as const)(
    "%s: losses come first, and what has no margin last",
    async (report) => {
      const asked = { report, filter: {}, timeZone: "UTC", top: 10_000 };
      const { rows } = await reports.group(asked, reading);
      const margins = rows.map(({ figures }) => figures.margin);
      const known = margins.filter((margin) => margin !== null);
      expect(known.length).toBeGreaterThan(5);
      expect(margins.slice(0, known.length)).toEqual(known);
      const sorted = known.toSorted((a, b) => new Decimal(a).cmp(b));
      expect(known).toEqual(sorted);
    },
  );

  test("who sees no buy side is told none of it, and refused what tells of it alone", async () => {
    const scope: Scope = { tenants: ["example.com"], seesBuy: false };
    const { rows } = await reports.traffic({ by: "day", filter: {}, timeZone: "UTC" }, { scope });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toMatchObject({ buy: null, margin: null, buyCurrency: null, buyOnly: 0 });
    }
    for (const report of ["carriers", "gateways", "margins", "losses", "unrated"] as const) {
      const asked = { report, filter: {}, timeZone: "UTC", top: 1 };
      await expect(reports.group(asked, { scope })).rejects.toMatchObject({ code: "forbidden" });
    }
    const cdrs = await findAll(store, { tenants: ["example.com"] });
    const count = rows.reduce((sum, row) => sum + row.cdrs, 0);
    expect(count).toBe(cdrs.length);
  });

  test("a part of a tenant sees its accounts alone", async () => {
    const accounts = [{ tenant: "example.com", account: "1001" }];
    const scope: Scope = { tenants: ["example.com"], accounts, seesBuy: true };
    const asked = { report: "accounts" as const, filter: {}, timeZone: "UTC", top: 10 };
    const { rows } = await reports.group(asked, { scope });
    const names = new Set(rows.map(({ keys }) => `${keys["tenant"]} ${keys["account"]}`));
    expect([...names]).toEqual(["example.com 1001"]);
  });
});
