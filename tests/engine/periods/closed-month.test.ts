// Goal: a month that this build closed comes out the same, to the byte, from every later one. Method: fixed
// records are closed and compared with the bytes in closed-month.txt; a change of those is a change of what
// was invoiced, and is not made.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { createPeriods } from "../../../src/engine/periods/periods.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr, sampleSide } from "../../stores/contracts/sample-cdrs.ts";

const FIXTURE = new URL("closed-month.txt", import.meta.url);
const HASH = "652c8d5278e8e51843c77ce08ff32528cdb6063e4dfa3a08d3b47abbb8e02944";
const MARCH = Date.UTC(2026, 2, 1);
const ASKER = { by: "anna", scope: EVERYTHING };

it("the closed month of the fixture reproduces to the byte", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const clock = () => Date.UTC(2026, 3, 2);
  const periods = createPeriods({ store, clock, log: SILENT, leaseMs: 0 });
  const amounts = ["0.1420", "1.50", "-0.25", "99999999999999.9999999999", null, "0"];
  await store.cdrs.insert(
    amounts.map((amount, n) => {
      const currency = n === 1 ? "USD" : "EUR";
      const destination = ["Spain", "Großbritannien", null][n % 3] ?? null;
      return sampleCdr(`month ${n}`, {
        // The last one is of the 29th, on which the clocks of the zone change.
        primary: {
          answerTime: { atMs: MARCH + n * 6 * 86_400_000 - 1_800_000, offsetMinutes: 60 },
          usage: n * 1234,
          tor: n === 3 ? "*data" : "*voice",
        },
        rating: { sell: sampleSide({ amount, currency, destination, billedSeconds: n * 2 }) },
      });
    }),
  );
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
  const { text, period } = await periods.get({ number: "INV-2026-03" }, EVERYTHING);
  await store.close();
  expect(text).toBe(readFileSync(FIXTURE, "utf8"));
  expect(createHash("sha256").update(text).digest("hex")).toBe(HASH);
  expect(period.hash).toBe(HASH);
});
