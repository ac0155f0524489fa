// Goal: the lines of a statement give its totals, and these are the sums of the account's or carrier's
// records, to the last digit, on both stores. Method: random records; each line counted plainly.
import { Decimal } from "decimal.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import { createReports, type Reports } from "../../../src/engine/reports/reports.ts";
import type { StatementRequest } from "../../../src/engine/reports/statement.ts";
import type { StatementLine, StatementSums } from "../../../src/reports/statement.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleCdrs, sampleSide } from "../../stores/contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { bucketBy, callTimeOf, findAll } from "./report-oracle.ts";

const ZONE = "Asia/Kathmandu";
const SPAN = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 11, 31) };
const uri = await mongoTestUri();
const Exact = Decimal.clone({ precision: 100 });

const STORES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  ["MongoDB", () => openMongoStore({ url: mongoUrl(uri) })],
];

/** A line by its day, destination and currency, counted over the records. */
function naiveLines(cdrs: StoredCdr[], side: "sell" | "buy"): Map<string, unknown> {
  const lines = new Map<string, StoredCdr[]>();
  for (const cdr of cdrs) {
    const of = cdr.rating[side];
    const hasAmount = (of?.amount ?? null) !== null;
    const { sell, buy } = cdr.rating;
    const destination = side === "sell" ? sell?.destination : (sell ?? buy)?.destination;
    const name = JSON.stringify([
      bucketBy("day", ZONE, callTimeOf(cdr)),
      destination ?? null,
      hasAmount ? of?.currency : null,
    ]);
    lines.set(name, [...(lines.get(name) ?? []), cdr]);
  }
  return new Map(
    [...lines].map(([name, list]) => {
      const amounts = list.flatMap(({ rating }) => rating[side]?.amount ?? []);
      const voice = list.filter(({ primary }) => primary.tor === "*voice");
      return [
        name,
        {
          cdrs: list.length,
          answered: list.filter(({ primary }) => primary.usage > 0).length,
          seconds: voice.reduce((sum, { primary }) => sum + primary.usage, 0) / 1000,
          amount:
            amounts.length === 0
              ? null
              : amounts.reduce((sum, one) => sum.plus(one), new Exact(0)).toFixed(),
        },
      ];
    }),
  );
}

function byName(lines: readonly StatementLine[]): Map<string, unknown> {
  return new Map(
    lines.map(({ day, destination, currency, cdrs, answered, seconds, amount }) => [
      JSON.stringify([day, destination, currency]),
      { cdrs, answered, seconds, amount },
    ]),
  );
}

/** What the lines of one currency come to. */
function added(lines: readonly StatementLine[]): Map<string | null, unknown> {
  const sums = new Map<string | null, { cdrs: number; amount: Decimal }>();
  for (const { currency, cdrs, amount } of lines) {
    const sum = sums.get(currency) ?? { cdrs: 0, amount: new Exact(0) };
    sums.set(currency, {
      cdrs: sum.cdrs + cdrs,
      amount: sum.amount.plus(amount ?? 0),
    });
  }
  return new Map([...sums].map(([currency, sum]) => [currency, textsOf(sum)]));
}

function textsOf({ cdrs, amount }: { cdrs: number; amount: unknown }) {
  return { cdrs, amount: new Exact(String(amount ?? 0)).toFixed() };
}

const totalsOf = (totals: readonly StatementSums[]) =>
  new Map(totals.map((total) => [total.currency, textsOf(total)]));

describe.each(STORES.filter(([name]) => name === "SQLite" || uri !== null))("%s", (_name, open) => {
  let store: Store;
  let reports: Reports;
  let all: StoredCdr[];
  const ask = (request: Partial<StatementRequest>, scope: Scope = EVERYTHING) =>
    reports.statement({ period: SPAN, timeZone: ZONE, ...request }, { scope });

  beforeAll(async () => {
    store = await open();
    await store.cdrs.insert(sampleCdrs(31, 200));
    reports = createReports({ store, clock: () => 0 });
    all = (await findAll(store, { callTime: SPAN })).filter(
      ({ rating }) => rating.outcome !== "voided",
    );
  });
  afterAll(() => store.close());

  it("is that of each account, in each of its tenants", async () => {
    const pairs = new Set(all.map(({ tenant, primary }) => `${tenant} ${primary.account}`));
    expect(pairs.size).toBeGreaterThan(3);
    for (const pair of pairs) {
      const [tenant = "", account = ""] = pair.split(" ");
      const { lines, totals, tenant: answered } = await ask({ account, tenant });
      const own = all.filter((cdr) => cdr.tenant === tenant && cdr.primary.account === account);
      expect(answered).toBe(tenant);
      expect(byName(lines)).toEqual(naiveLines(own, "sell"));
      expect(totalsOf(totals)).toEqual(added(lines));
    }
  });

  it("is the same for a customer, who sees no buy side, and no statement of a carrier", async () => {
    const { tenant = "", primary } = all[0] ?? {};
    const account = primary?.account ?? "";
    const scope: Scope = { ...EVERYTHING, seesBuy: false };
    expect(await ask({ account, tenant }, scope)).toEqual(await ask({ account, tenant }));
    await expect(ask({ carrier: "any" }, scope)).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is that of each carrier, over all tenants", async () => {
    const carriers = new Set(all.flatMap(({ rating }) => rating.buy?.carrier ?? []));
    expect(carriers.size).toBeGreaterThan(1);
    for (const carrier of carriers) {
      const { lines, totals } = await ask({ carrier });
      const own = all.filter(({ rating }) => rating.buy?.carrier === carrier);
      expect(byName(lines)).toEqual(naiveLines(own, "buy"));
      expect(totalsOf(totals)).toEqual(added(lines));
    }
  });

  it("a month is that of the zone, to the millisecond", async () => {
    const side = sampleSide({ currency: "EUR", amount: "0.5" });
    const at = (name: string, text: string) => {
      const atMs = Date.parse(text);
      return sampleCdr(name, {
        primary: {
          tenant: "months.example",
          account: "m",
          answerTime: { atMs, offsetMinutes: 0 },
        },
        rating: { outcome: "rated", sell: side },
      });
    };
    await store.cdrs.insert([
      at("before", "2026-02-28T18:14:59.999Z"),
      at("first", "2026-02-28T18:15:00.000Z"),
      at("last", "2026-03-31T18:14:59.999Z"),
      at("after", "2026-03-31T18:15:00.000Z"),
    ]);
    const march = await ask({ account: "m", period: "2026-03" });
    expect([march.from, march.to]).toEqual([
      "2026-03-01T00:00:00.000+05:45",
      "2026-04-01T00:00:00.000+05:45",
    ]);
    expect(march.lines.map(({ day, amount }) => [day, amount])).toEqual([
      ["2026-03-01", "0.5"],
      ["2026-03-31", "0.5"],
    ]);
    expect(march.totals).toMatchObject([{ currency: "EUR", cdrs: 2, amount: "1" }]);
  });

  it("an account of several tenants is asked about; nobody's is empty", async () => {
    const twin = (tenant: string) =>
      sampleCdr(`twin-${tenant}`, { primary: { tenant, account: "t" } });
    await store.cdrs.insert([twin("a.example"), twin("b.example")]);
    await expect(ask({ account: "t" })).rejects.toMatchObject({
      code: "ambiguous",
      detail: { path: "account", data: { tenants: ["a.example", "b.example"] } },
    });
    expect((await ask({ account: "t", tenant: "b.example" })).tenant).toBe("b.example");
    expect(await ask({ account: "nobody" })).toMatchObject({ tenant: null, lines: [], totals: [] });
  });

  it("what it cannot be asked for is refused by name", async () => {
    const refused = (request: Partial<StatementRequest>, code: string, path: string) =>
      expect(ask(request)).rejects.toMatchObject({ code, detail: { path } });
    await refused({}, "invalid-params", "account");
    await refused({ account: "a", carrier: "c" }, "invalid-params", "carrier");
    await refused({ account: "a", period: { fromMs: 5, toMs: 5 } }, "invalid-params", "period.to");
    const years = { fromMs: 0, toMs: 401 * 86_400_000 };
    await refused({ account: "a", period: years }, "too-large", "period");
    await refused({ account: "a", timeZone: "Mars/Base" }, "invalid-params", "timeZone");
  });
});

it("a reporting currency stands beside the own ones, at the rate of each day, rounded once a line", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const call = (name: string, day: number, amount: string | null, currency: string) =>
    sampleCdr(name, {
      primary: { answerTime: { atMs: Date.UTC(2026, 2, day, 12), offsetMinutes: 0 } },
      rating: { sell: sampleSide({ amount, currency }) },
    });
  await store.cdrs.insert([
    call("a", 2, "1.005", "USD"),
    call("b", 20, "-1", "USD"),
    call("c", 20, "3.3333", "EUR"),
    call("d", 20, null, "EUR"),
  ]);
  const reports = createReports({ store, clock: () => SPAN.toMs });
  const asked = (rates: { from: string; rate: string; date: string }[]) =>
    reports.statement(
      {
        ...{ account: "1001", period: "2026-03", timeZone: "UTC" },
        reporting: { currency: "EUR", decimals: 2, rounding: "half-up", rates },
      },
      { scope: EVERYTHING },
    );
  const first = { from: "USD", rate: "1", date: "2026-03-01" };
  const second = { from: "USD", rate: "0.925", date: "2026-03-15" };
  const { lines, reporting, totals } = await asked([first, second]);
  expect(lines.map(({ day, amount, reportingAmount }) => [day, amount, reportingAmount])).toEqual([
    ["2026-03-02", "1.005", "1.01"],
    ["2026-03-20", null, null],
    ["2026-03-20", "3.3333", "3.33"],
    ["2026-03-20", "-1", "-0.93"],
  ]);
  expect(reporting).toEqual({
    currency: "EUR",
    totals: [
      { from: "EUR", amount: "3.33" },
      { from: "USD", amount: "0.08" },
    ],
    total: "3.41",
  });
  // The own amounts stay as they are.
  expect(totals.map(({ amount }) => amount)).toEqual([null, "3.3333", "0.005"]);
  await expect(asked([second])).rejects.toMatchObject({
    ...{ code: "invalid-params", message: "There is no rate from USD to EUR on 2026-03-02." },
  });
  await store.close();
});
