// A call record priced with a CGRateS tariff: the sides, runs, reasons and basis of the contract.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { priceCgratesCall } from "../../src/cgrates/price-call.ts";
import { type FolderRows, folderOf, momentOf, snapshotOf } from "./pricing.ts";

const ROWS: FolderRows = {
  timings: ["WD,*any,*any,*any,1;2;3;4;5,00:00:00", "A,*any,*any,*any,*any,00:00:00"],
  destinations: ["D,44", "G,99"],
  rates: ["R,0.4,0.2,60s,60s,0s", "R,0,0.1,60s,1s,60s"],
  destinationRates: ["DR,D,R,*up,4,0,", "DR,*any,R,*up,2,0,", "DG,G,R,*up,4,0,"],
  plans: ["P,DR,A,10", "P,DG,WD,10"],
  profiles: [
    "cgrates.org,call,*any,,P,",
    "cgrates.org,sms,*any,,P,",
    "cgrates.org,lacks,*any,,ONLY,",
  ],
};
const rows: FolderRows = {
  ...ROWS,
  destinationRates: [...(ROWS.destinationRates ?? []), "DO,D,R,*up,4,0,"],
  plans: [...(ROWS.plans ?? []), "ONLY,DO,A,10"],
};
const cgrates = snapshotOf(folderOf(rows));
const exact = snapshotOf(folderOf(rows), "exact");

const CALL: Call = {
  id: "1",
  tenant: "cgrates.org",
  category: "call",
  tor: "*voice",
  account: "1001",
  subject: "1001",
  destination: "4412345",
  requestType: "*rated",
  direction: "*out",
  callTime: momentOf("2024-03-08T10:00:00Z"),
  usage: 90_500,
  billedSides: "both",
};

describe("a call that has a price", () => {
  const priced = priceCgratesCall(CALL, cgrates);

  it("is rated, its sell side is the call cost, and no buy side is asked for", () => {
    expect(priced).toMatchObject({ outcome: "rated", buy: null, margin: null, assignment: null });
    expect(priced.sell).toEqual({
      amount: "0.6518",
      currency: "XXX",
      plan: "P",
      prefix: "44",
      destination: "D",
      billedSeconds: 91,
    });
  });

  it("carries what CGRateS answers", () => {
    expect(priced.cgrates).toEqual({
      cost: "0.6518",
      eventCost: "0.65177",
      ratedUsageSeconds: 91,
      connectFee: "0.4",
      matchedPrefix: "44",
      ratingPlan: "P",
      warnings: [],
    });
  });

  it("has a basis from which the cost can be recomputed", () => {
    const { spans } = priced.basis as unknown as {
      spans: { increments: number; incrementCost: string; connectFee: string; factor: number }[];
    };
    const total = spans.reduce((sum, { increments, incrementCost, connectFee, factor }) => {
      return sum + factor * (Number(connectFee) + increments * Number(incrementCost));
    }, 0);
    expect(total).toBeCloseTo(0.65177, 9);
    expect(spans).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(priced.basis))).toEqual(priced.basis);
  });

  it("is exact under exact semantics", () => {
    expect(priceCgratesCall(CALL, exact).sell?.amount).toBe("0.6517");
  });

  it("a default row is reported as prefix *", () => {
    const other = priceCgratesCall({ ...CALL, destination: "7" }, cgrates);
    expect(other.sell?.prefix).toBe("*");
    expect(other.cgrates).toMatchObject({ matchedPrefix: "*any" });
  });

  it("says each step when a trace is asked for", () => {
    expect(priceCgratesCall(CALL, cgrates, { trace: true }).trace).toMatchObject({
      semantics: "cgrates",
    });
    expect(priced.trace).toBeUndefined();
  });
});

describe("a call that has none", () => {
  it.each([
    ["rating-plan-not-found", { category: "other" }],
    ["unauthorized-destination", { category: "lacks", destination: "5" }],
    [
      "gap-in-timings",
      { destination: "99", callTime: momentOf("2024-03-08T23:59:00Z"), usage: 120_000 },
    ],
    ["max-usage-exceeded", { usage: 72 * 3600 * 1000 + 1 }],
    ["max-usage-exceeded", { tor: "*sms", usage: 10_001 }],
  ] as const)("is unrated: %s", (reason, changes) => {
    const priced = priceCgratesCall({ ...CALL, ...changes }, cgrates);
    expect(priced).toMatchObject({ outcome: "unrated", reason, sell: { amount: null, reason } });
    expect(priced.cgrates).toHaveProperty("error");
  });

  it("the usage limit is CGRateS's, not one of exact semantics", () => {
    const priced = priceCgratesCall({ ...CALL, usage: 73 * 3600 * 1000 }, exact);
    expect(priced.outcome).toBe("rated");
  });

  it("is unrated without a call time", () => {
    const priced = priceCgratesCall({ ...CALL, callTime: null }, cgrates);
    expect(priced).toMatchObject({ outcome: "unrated", reason: "no-call-time" });
  });

  it.each([
    ["leg-not-billed", { billedSides: "none", direction: "*in", requestType: "*none", usage: 0 }],
    ["direction-not-rated", { direction: "*in", requestType: "*none", usage: 0 }],
    ["not-requested", { requestType: "*none", usage: 0 }],
  ] as const)("%s comes before what is tested later", (reason, changes) => {
    const priced = priceCgratesCall({ ...CALL, ...changes }, cgrates);
    expect(priced).toMatchObject({ outcome: "unrated", reason, sell: null, buy: null });
  });
});

describe("a call without usage", () => {
  it("is rated 0 on both sides, whatever the subject", () => {
    const priced = priceCgratesCall({ ...CALL, usage: 0, category: "other" }, cgrates);
    expect(priced).toMatchObject({
      outcome: "rated",
      reason: "unanswered",
      sell: { amount: "0" },
      buy: { amount: "0" },
      margin: { amount: "0" },
      cgrates: { cost: "0", eventCost: "0", ratedUsageSeconds: 0 },
    });
  });

  it("reports prefix and plan where they are found", () => {
    const priced = priceCgratesCall({ ...CALL, usage: 0 }, cgrates);
    expect(priced.sell).toMatchObject({ prefix: "44", plan: "P" });
  });
});

describe("the buy side", () => {
  it("of a named supplier waits for route answers", () => {
    const priced = priceCgratesCall({ ...CALL, supplier: "carrier1" }, cgrates);
    expect(priced).toMatchObject({
      outcome: "partial",
      reason: "routes-not-available",
      sell: { amount: "0.6518" },
      buy: { amount: null, carrier: "carrier1", basis: "named", reason: "routes-not-available" },
      margin: { amount: null, reason: "side-not-priced" },
    });
  });

  it("is not asked for on a leg of which only the sell side is billed", () => {
    const call: Call = { ...CALL, supplier: "carrier1", billedSides: "sell" };
    expect(priceCgratesCall(call, cgrates)).toMatchObject({ outcome: "rated", buy: null });
  });
});

describe("units", () => {
  it("of other types of record count as nanoseconds", () => {
    const units = snapshotOf(
      folderOf({
        destinations: ["D,44"],
        rates: ["R,0,0.1,1,1,0"],
        destinationRates: ["DR,D,R,*up,4,0,"],
        plans: ["P,DR,*any,10"],
      }),
    );
    const priced = priceCgratesCall({ ...CALL, tor: "*sms", usage: 3 }, units);
    expect(priced.sell).toMatchObject({ amount: "0.3", billedSeconds: 3 });
  });
});

describe("chargers", () => {
  const charged = (chargers: string[]) => snapshotOf(folderOf({ ...rows, chargers }));

  it("each make a run; *default is the sell side", () => {
    const snapshot = charged([
      "cgrates.org,C1,,,*default,*none,0",
      "cgrates.org,C2,,,wholesale,*constant:*req.Destination:7,10",
      "cgrates.org,C3,,,*raw,*constant:*req.RequestType:*none,10",
    ]);
    const priced = priceCgratesCall(CALL, snapshot);
    expect(priced.sell?.amount).toBe("0.6518");
    expect(priced.runs).toMatchObject({
      wholesale: { amount: "0.66", prefix: "*" },
      "*raw": { amount: null, reason: "not-requested" },
    });
  });

  it("run only where tenant, filters and interval fit", () => {
    const snapshot = charged([
      "cgrates.org,C1,,,*default,*none,0",
      "other.org,C2,,,tenant,*none,0",
      "cgrates.org,C3,*string:~*req.Account:1002|1003,,account,*none,0",
      "cgrates.org,C4,*prefix:~*req.Destination:44,,prefix,*none,0",
      "cgrates.org,C5,*exists:~*req.Supplier:,,supplier,*none,0",
      "cgrates.org,C6,,2025-01-01T00:00:00Z,later,*none,0",
      "cgrates.org,C7,,;2024-01-01T00:00:00Z,earlier,*none,0",
    ]);
    expect(Object.keys(priceCgratesCall(CALL, snapshot).runs ?? {})).toEqual(["prefix"]);
  });

  it("without one for *default the call is priced as it is", () => {
    const priced = priceCgratesCall(CALL, charged(["cgrates.org,C1,,,customer,*none,0"]));
    expect(priced.sell?.amount).toBe("0.6518");
    expect(priced.runs).toHaveProperty("customer");
  });
});
