// Goal: the amount of any CGRateS rating comes out of its basis again, and a changed one does not.
// Method: random calls in random folders under both semantics, rated; then single figures changed.
import { describe, expect, it } from "vitest";
import type { Call, Priced, Rating } from "../../src/cdr/rating.ts";
import { priceCgratesCall, priceCgratesDescriptor } from "../../src/cgrates/price-call.ts";
import { cgratesBasisFaults } from "../../src/cgrates/recompute-basis.ts";
import type { CgratesSemantics, CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { type FolderRows, folderOf, momentOf, nanoseconds, snapshotOf } from "./pricing.ts";
import { hasReference, referenceFolder, referenceText } from "./reference-folder.ts";

const BOTH: CgratesSemantics[] = ["cgrates", "exact"];

function stored({ cgrates: _answer, ...priced }: Priced, semantics: CgratesSemantics): Rating {
  const facts = { revision: 1, ratedAtMs: 0, tariffVersion: "v", semantics };
  return JSON.parse(JSON.stringify({ ...priced, ...facts })) as Rating;
}

const found = hasReference("cgrates-random/calls.jsonl");

describe.skipIf(!found).each(BOTH)("random calls under %s", (semantics) => {
  it("have the amount that their basis gives; few hold too little to say so", () => {
    const snapshots = new Map<string, CgratesSnapshot>();
    let [priced, notWhole] = [0, 0];
    for (const line of referenceText("cgrates-random/calls.jsonl").trim().split("\n")) {
      const { plan, answerTime, usage, tor, tenant, category, subject, destination } =
        JSON.parse(line);
      const folder = `cgrates-random/${plan}`;
      const snapshot = snapshots.get(plan) ?? snapshotOf(referenceFolder(folder), semantics);
      snapshots.set(plan, snapshot);
      const call = { tenant, category, subject, destination, tor };
      const times = { timeStart: momentOf(answerTime), usageNs: nanoseconds(usage) };
      const answer = priceCgratesDescriptor({ ...call, ...times }, snapshot, { basis: true });
      const { faults, isWhole } = cgratesBasisFaults(stored(answer, semantics));
      expect(faults, line).toEqual([]);
      if (answer.sell?.amount != null) priced += 1;
      if (!isWhole) notWhole += 1;
    }
    expect(priced).toBeGreaterThan(1000);
    expect(notWhole).toBeLessThan(priced / 20);
  });
});

const ROWS: FolderRows = {
  timings: ["A,*any,*any,*any,*any,00:00:00", "E,*any,*any,*any,*any,20:00:00"],
  destinations: ["D,44"],
  rates: ["R,0.4,0.2,60s,60s,0s", "R,0,0.1,60s,1s,60s", "S,0,0.05,60s,7s,0s"],
  destinationRates: ["DR,D,R,*up,4,0,", "DS,D,S,*middle,3,0.6,*free"],
  plans: ["P,DR,A,10", "P,DS,E,20"],
  chargers: [
    "cgrates.org,C1,,,*default,*none,0",
    "cgrates.org,C2,*string:~*req.Account:1002,,wholesale,*constant:*req.Subject:x,0",
  ],
};

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
  callTime: momentOf("2024-03-08T19:58:00Z"),
  usage: 190_500,
  billedSides: "both",
};

describe.each(BOTH)("a rating under %s", (semantics) => {
  const snapshot = snapshotOf(folderOf(ROWS), semantics);
  const rated = (changes: Partial<Call> = {}) =>
    stored(priceCgratesCall({ ...CALL, ...changes }, snapshot), semantics);
  const faultsOf = (rating: Rating) => cgratesBasisFaults(rating).faults;

  it.each<[string, Partial<Call>]>([
    ["with spans of two prices", {}],
    ["over the cap", { usage: 3_600_000 }],
    ["of a carrier", { supplier: "north" }],
    ["of the buy side alone", { billedSides: "buy" }],
    ["of the sell side alone", { billedSides: "sell" }],
    ["of units", { tor: "*sms", usage: 3 }],
    ["without usage", { usage: 0 }],
    ["without usage, of one side", { usage: 0, billedSides: "sell" }],
    ["without a price", { destination: "33" }],
    ["without a time", { callTime: null }],
    ["that was not asked for", { requestType: "*none" }],
    ["without usage and profile", { usage: 0, category: "other" }],
  ])("%s is its basis", (_what, changes) => {
    expect(cgratesBasisFaults(rated(changes))).toEqual({ faults: [], isWhole: true });
  });

  it("of another run too, or with more spans than are kept, is not called checked", () => {
    const runs = rated({ account: "1002" });
    expect(runs.runs?.["wholesale"]?.amount).not.toBeNull();
    expect(cgratesBasisFaults(runs)).toEqual({ faults: [], isWhole: false });
    const long = rated();
    long.basis["spanCount"] = 201;
    expect(cgratesBasisFaults(long)).toEqual({ faults: [], isWhole: false });
  });

  it("that somebody changed is found", () => {
    const rating = rated();
    const { sell } = rating;
    if (sell === null) throw new Error("no price");
    expect(faultsOf({ ...rating, sell: { ...sell, amount: "7" } })).toHaveLength(1);
    expect(faultsOf({ ...rating, sell: { ...sell, amount: null } })).toHaveLength(1);
    const margin = { amount: "777", currency: sell.currency };
    expect(faultsOf({ ...rating, margin })).toHaveLength(1);
    expect(faultsOf({ ...rating, buy: { ...sell, amount: "0" }, margin: null })).not.toEqual([]);
    expect(faultsOf({ ...rating, basis: { ...rating.basis, cost: "7" } })).toHaveLength(2);
    expect(faultsOf({ ...rating, basis: {} })).toHaveLength(1);
    const unanswered = rated({ usage: 0 });
    expect(faultsOf({ ...unanswered, margin })).toHaveLength(1);
    expect(faultsOf({ ...unanswered, margin: { amount: "0", currency: "USD" } })).toHaveLength(1);
    expect(faultsOf({ ...unanswered, margin: null })).toHaveLength(1);
  });

  it.each(["cost", "increments", "connectFee", "factor", "slot", "rounding"])(
    "whose spans have another %s is found",
    (member) => {
      if (member === "factor" && semantics === "exact") return;
      const morning = momentOf("2024-03-08T10:00:00Z");
      const rating = rated({ callTime: morning, usage: 90_500 });
      const other: Record<string, unknown> = {
        cost: "7",
        increments: 99,
        connectFee: "3",
        factor: 2,
        slot: { price: "5", unitNs: 60e9, incrementNs: 60e9 },
        rounding: { decimals: 1, method: "*up" },
      };
      const spans = rating.basis["spans"] as object[];
      for (const span of spans) Object.assign(span, { [member]: other[member] });
      expect(faultsOf(rating)).not.toEqual([]);
    },
  );
});
