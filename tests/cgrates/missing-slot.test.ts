// A rate whose first slot begins late: the fee pays for what comes before it. So 60/1 is billed by
// fee and second: 0.06 for the first minute, then 0.06 a minute by the second.
import { describe, expect, it } from "vitest";
import { type Edition, editionOf, TODAYS_EDITION } from "../../src/cdr/edition.ts";
import type { Call, Rating } from "../../src/cdr/rating.ts";
import { readCgratesFolder } from "../../src/cgrates/folder/read.ts";
import { priceCgratesCall } from "../../src/cgrates/price-call.ts";
import { cgratesBasisFaults } from "../../src/cgrates/recompute-basis.ts";
import { type FolderRows, folderOf, momentOf, snapshotOf } from "./pricing.ts";

const rows = (fee: string, plans = ["P,DR,*any,10"], timing = "*any"): FolderRows => ({
  timings: [`T,*any,*any,*any,${timing},00:00:00`, "*any,*any,*any,*any,*any,00:00:00"],
  destinations: ["D,34"],
  rates: [`R,${fee},0.06,60s,1s,60s`],
  destinationRates: ["DR,D,R,*up,4,0,"],
  plans,
});
const CALL: Call = {
  id: "1",
  tenant: "cgrates.org",
  category: "call",
  tor: "*voice",
  account: "a",
  subject: "a",
  destination: "34911234567",
  requestType: "*rated",
  direction: "*out",
  callTime: momentOf("2020-06-11T10:00:00Z"),
  usage: 0,
  billedSides: "sell",
};
const exact = snapshotOf(folderOf(rows("0.06")), "exact");
const priceOf = (seconds: number, edition: Edition = TODAYS_EDITION, snapshot = exact) =>
  priceCgratesCall({ ...CALL, usage: seconds * 1000 }, snapshot, { edition });

describe("seconds before the first slot, exactly priced", () => {
  it.each([
    [20, "0.0600", 20],
    [60, "0.0600", 60],
    [60.5, "0.0610", 61],
    [90, "0.0900", 90],
  ])("%d s cost %s, and %d s are billed", (seconds, amount, billedSeconds) => {
    const priced = priceOf(seconds);
    expect(Number(priced.sell?.amount)).toBe(Number(amount));
    expect(priced.sell?.billedSeconds).toBe(billedSeconds);
    expect(priced.cgrates?.warnings).toEqual([]);
  });

  it("cost what CGRateS charges for a call from its start", () => {
    const cgrates = snapshotOf(folderOf(rows("0.06")));
    for (const seconds of [1, 20, 60, 61, 90, 3600]) {
      const amounts = [exact, cgrates].map((snapshot) =>
        Number(priceOf(seconds, TODAYS_EDITION, snapshot).sell?.amount),
      );
      expect(amounts[0]).toBe(amounts[1]);
    }
  });

  it("were a gap by the rules of 0.1.0", () => {
    const priced = priceOf(20, editionOf({})!);
    expect(priced).toMatchObject({ outcome: "unrated", reason: "gap-in-timings" });
  });

  it("without a fee are free, with a warning", () => {
    const free = snapshotOf(folderOf(rows("0")), "exact");
    const priced = priceOf(20, TODAYS_EDITION, free);
    expect(priced.sell).toMatchObject({ amount: "0", billedSeconds: 20 });
    expect(priced.cgrates?.warnings).toEqual(["missing-slot"]);
  });

  it("stay a gap where the timings leave one", () => {
    // Nothing on a Saturday.
    const gaps = snapshotOf(folderOf(rows("0.06", ["P,DR,T,10"], "1;2;3;4;5")), "exact");
    const callTime = momentOf("2020-06-12T23:59:50Z");
    const priced = priceCgratesCall({ ...CALL, callTime, usage: 20_000 }, gaps);
    expect(priced).toMatchObject({ outcome: "unrated", reason: "gap-in-timings" });
  });

  it("come out of their basis again, and a changed amount does not", () => {
    const { cgrates: _answer, ...priced } = priceOf(90);
    const facts = { revision: 1, ratedAtMs: 0, tariffVersion: "v", semantics: "exact" as const };
    const rating: Rating = { ...priced, ...facts };
    expect(cgratesBasisFaults(rating)).toEqual({ faults: [], isWhole: true });
    const sell = { ...rating.sell!, amount: "0.03" };
    expect(cgratesBasisFaults({ ...rating, sell }).faults).not.toEqual([]);
  });
});

describe("check", () => {
  const warnings = (fee: string) => {
    const read = readCgratesFolder(folderOf(rows(fee)));
    return read.ok ? read.warnings.map(({ code }) => code) : read.faults;
  };
  it("warns of a late first slot where no fee pays for what comes before", () => {
    expect(warnings("0")).toContain("missing-slot");
    expect(warnings("0.06")).not.toContain("missing-slot");
  });
});
