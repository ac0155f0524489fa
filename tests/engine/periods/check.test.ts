// Goal: the audit finds a closed statement that is not what it was. Method: one is damaged in the store.
import { expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { checkPeriods } from "../../../src/engine/periods/check.ts";
import { createPeriods } from "../../../src/engine/periods/periods.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

it("names each statement with its faults, of the tenants and times that are asked for", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const clock = () => Date.UTC(2026, 3, 2);
  const periods = createPeriods({ store, clock, log: SILENT, leaseMs: 0 });
  await store.cdrs.insert([sampleCdr("a"), sampleCdr("b", { primary: { account: "1002" } })]);
  for (const account of ["1001", "1002"]) {
    const request = { account, period: "2026-03", timeZone: "UTC", why: "" };
    const { id } = await periods.close(request, { by: "anna", scope: EVERYTHING });
    await periods.settled(id);
  }
  const found = async (bounds: Parameters<typeof checkPeriods>[1] = {}) => {
    const seen: Record<string, string[]> = {};
    await checkPeriods(store, bounds, {
      see: (name, faults) => {
        seen[name] = faults;
      },
    });
    return seen;
  };
  expect(await found()).toEqual({ "example.com 1": [], "example.com 2": [] });
  const [, second] = await store.periods.find({ limit: 9 });
  const [row] = await store.periods.pageCdrs(second?.id ?? "", { limit: 1 });
  if (row === undefined) throw new Error("nothing was closed");
  await store.periods.putCdrs([{ ...row, text: row.text.replace("0.1420", "0.1430") }]);
  expect(await found()).toEqual({
    "example.com 1": [],
    "example.com 2": [
      "what it says of its CDRs is not that of its hash",
      "its lines are not the sums of its CDRs",
      "its totals are not the sums of its lines",
    ],
  });
  await store.periods.putCdrs([{ ...row, text: "{" }]);
  expect((await found())["example.com 2"]?.[0]).toMatch(/^cannot be read: /);
  expect(await found({ tenants: ["other.org"] })).toEqual({});
  expect(await found({ callTime: { toMs: Date.UTC(2026, 2, 1) } })).toEqual({});
  await store.close();
});
