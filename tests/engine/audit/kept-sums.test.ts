// Goal: an audit finds kept sums that are not those over the CDRs, and only these. Method: a store whose
// sums are made, with one answer of them changed.
import { expect, test } from "vitest";
import { compareKeptSums } from "../../../src/engine/audit/compare-sums.ts";
import { createRollups } from "../../../src/engine/reports/rollups.ts";
import { ALL_TIMES } from "../../../src/rollups/pieces.ts";
import type { RollupStore } from "../../../src/stores/ports/cdrs.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";
import { makeSums } from "../reports/make-sums.ts";

test("kept sums that differ from those over the CDRs are a fault, named by their report", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  await store.cdrs.insert(["one", "two"].map((name) => sampleCdr(name)));
  expect(await makeSums(store)).toBe(1);
  const name = "kept-sums-agree";
  expect(await compareKeptSums(store, {}, 2)).toEqual({ name, ok: true, detail: "2 CDRs" });
  const summarize: RollupStore["summarize"] = async (query) => {
    const { rows, from } = await store.rollups.summarize(query);
    const isChanged = query.groupBy.includes("country");
    return { rows: isChanged ? rows.map((row) => ({ ...row, calls: row.calls + 1 })) : rows, from };
  };
  const lying = { ...store, rollups: { ...store.rollups, summarize } };
  const detail = "other sums than over the CDRs: report.countries: read rollup";
  expect(await compareKeptSums(lying, {}, 2)).toEqual({ name, ok: false, detail });
  await store.close();
});

test("what is written is made once nothing comes any more, and its hour and day are joined", async () => {
  const store = await openSqliteStore({ path: ":memory:" });
  const rollups = createRollups({ store });
  await store.cdrs.insert([sampleCdr("one"), sampleCdr("two")]);
  expect(await rollups.tend()).toEqual({ made: 0, joined: 0, isBehind: false });
  await store.cdrs.insert([sampleCdr("three")]);
  expect(await rollups.tend()).toMatchObject({ made: 0 });
  expect(await rollups.tend()).toMatchObject({ made: 1, joined: 1 });
  expect(await rollups.state()).toEqual({ quarters: 1, dirty: 0 });
  let joined = 0;
  for (let look = 0; look < 5; look += 1) joined += (await rollups.tend()).joined;
  expect(joined).toBe(1);
  expect(await store.rollups.forget(ALL_TIMES)).toBe(1);
  expect(await rollups.state()).toEqual({ quarters: 1, dirty: 1 });
  await store.close();
});
