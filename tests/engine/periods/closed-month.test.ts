// Goal: a month that this build closed comes out the same, to the byte, from every later one. Method: fixed
// records are closed and compared with the bytes in closed-month.txt; a change of those is a change of what
// was invoiced, and is not made.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { afterAll, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { copyBetween } from "../../../src/compose/store-copy.ts";
import { statementFaults } from "../../../src/engine/periods/finish.ts";
import { createPeriods } from "../../../src/engine/periods/periods.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr, sampleRating, sampleSide } from "../../stores/contracts/sample-cdrs.ts";
import { createPlaces, usingStore } from "../../stores/copy/places.ts";
import { makeOldFile } from "../../stores/migrations/old-file.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";

const FIXTURE = new URL("closed-month.txt", import.meta.url);
const HASH = "652c8d5278e8e51843c77ce08ff32528cdb6063e4dfa3a08d3b47abbb8e02944";
/** Step 18 of SQLite brought the tables of closed periods. */
const FIRST_SCHEMA = 18;
const MARCH = Date.UTC(2026, 2, 1);
const ASKER = { by: "anna", scope: EVERYTHING };

const clock = () => Date.UTC(2026, 3, 2);
const periodsOn = (store: Store) => createPeriods({ store, clock, log: SILENT, leaseMs: 0 });

/** Amounts of every kind; the last one is of the 29th, on which the clocks of the zone change. */
const CDRS = ["0.1420", "1.50", "-0.25", "99999999999999.9999999999", null, "0"].map(
  (amount, n) => {
    const currency = n === 1 ? "USD" : "EUR";
    const destination = ["Spain", "Großbritannien", null][n % 3] ?? null;
    return sampleCdr(`month ${n}`, {
      primary: {
        answerTime: { atMs: MARCH + n * 6 * 86_400_000 - 1_800_000, offsetMinutes: 60 },
        usage: n * 1234,
        tor: n === 3 ? "*data" : "*voice",
      },
      rating: { sell: sampleSide({ amount, currency, destination, billedSeconds: n * 2 }) },
    });
  },
);

async function closeMonth(store: Store): Promise<string> {
  const periods = periodsOn(store);
  await store.cdrs.insert(CDRS);
  const { id } = await periods.close(
    {
      ...{ account: "1001", tenant: "example.com", period: "2026-03", timeZone: "Europe/Madrid" },
      ...{ number: "INV-2026-03", why: "invoice «March»" },
      reporting: {
        ...{ currency: "GBP", decimals: 2, rounding: "half-up" as const },
        rates: [
          { from: "EUR", rate: "0.84", date: "2026-03-01" },
          { from: "USD", rate: "0.75", date: "2026-02-28" },
        ],
      },
    },
    ASKER,
  );
  await periods.settled(id);
  expect((await periods.job(id)).body.fault).toBeUndefined();
  return id;
}

async function expectTheMonth(store: Store): Promise<void> {
  const { text, period } = await periodsOn(store).get({ number: "INV-2026-03" }, EVERYTHING);
  expect(text).toBe(readFileSync(FIXTURE, "utf8"));
  expect(createHash("sha256").update(text).digest("hex")).toBe(HASH);
  expect(period.hash).toBe(HASH);
  const whole = await store.periods.get(period.id);
  expect(whole && (await statementFaults(store.periods, whole))).toEqual([]);
}

const uri = await mongoTestUri();
const places = createPlaces(uri);
afterAll(() => places.remove());

it("the closed month of the fixture reproduces to the byte", async () => {
  await usingStore(places.fresh("sqlite"), async (store) => {
    await closeMonth(store);
    await expectTheMonth(store);
  });
});

it("after CDRs that came late, were rerated and were voided", async () => {
  await usingStore(places.fresh("sqlite"), async (store) => {
    await closeMonth(store);
    await store.cdrs.insert([sampleCdr("late")]);
    const fresh = { revision: 2, sell: sampleSide({ amount: "7" }) };
    const revised = [
      sampleRating({ ...fresh, job: "j" }),
      sampleRating({ ...fresh, outcome: "voided" }),
    ];
    for (const [index, rating] of revised.entries()) {
      const { id = "", tenant = "" } = CDRS[index] ?? {};
      await store.cdrs.revise([{ tenant, id, expectedRevision: 1, rating, atMs: clock() }]);
    }
    await expectTheMonth(store);
    // They are there all the same: the next correction has them.
    const preview = await periodsOn(store).previewCorrection(
      { number: "INV-2026-03", why: "" },
      ASKER,
    );
    expect(preview.cdrs).toBe(3);
  });
});

it.skipIf(uri === null)("after a copy to MongoDB and back", async () => {
  const [first, middle, last] = [
    places.fresh("sqlite"),
    places.fresh("mongo"),
    places.fresh("sqlite"),
  ];
  await usingStore(first, closeMonth);
  await copyBetween({ from: first, to: middle, indexedExtraFields: [] });
  await usingStore(middle, expectTheMonth);
  await copyBetween({ from: middle, to: last, indexedExtraFields: [] });
  await usingStore(last, expectTheMonth);
});

it("out of a file of the first schema that had closed periods, which this build brings forward", async () => {
  const found = await usingStore(places.fresh("sqlite"), async (store) => {
    const id = await closeMonth(store);
    const statement = await store.periods.get(id);
    if (statement === null) throw new Error("nothing was closed");
    return { statement, cdrs: await store.periods.pageCdrs(id, { limit: 100 }) };
  });
  const url = places.fresh("sqlite");
  const path = url.slice("sqlite:".length);
  makeOldFile(path, FIRST_SCHEMA);
  const database = new Sqlite(path);
  const { fromMs, toMs, atMs, ...statement } = found.statement;
  database
    .prepare(
      `INSERT INTO period (sequence, id, tenant, number, kind, side, party, from_ms, to_ms, closing, at_ms, hash, head, lines)
       VALUES (2, @id, @tenant, @number, @kind, @side, @party, @fromMs, @toMs, @closing, @atMs, @hash, @head, @lines)`,
    )
    .run({ ...statement, fromMs, toMs, atMs });
  const put = database.prepare(
    "INSERT INTO period_cdr (statement, cdr, text) VALUES (@statement, @cdr, @text)",
  );
  for (const cdr of found.cdrs) put.run(cdr);
  database.close();
  await (await openSqliteStore({ path, migrates: true })).close();
  await usingStore(url, expectTheMonth);
});
