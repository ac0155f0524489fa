// Every difference between the two semantics has a named rule, and the right one.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { differenceOfCall } from "../../src/cgrates/price-call.ts";
import { compareSemantics, DIFFERENCE_RULES } from "../../src/cgrates/semantics/compare.ts";
import type { CallDescriptor } from "../../src/cgrates/semantics/descriptor.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { type FolderRows, folderOf, momentOf, nanoseconds, snapshotOf } from "./pricing.ts";
import { hasReference, referenceFolder, referenceText } from "./reference-folder.ts";

const BASE: FolderRows = {
  timings: [
    "A,*any,*any,*any,*any,00:00:00",
    "M,*any,*any,*any,*any,08:00:00",
    "WD,*any,*any,*any,1;2;3;4;5,00:00:00",
    "WE,*any,*any,*any,6;7,00:00:00",
  ],
  rates: ["R,0,1,60s,1s,0s", "S,0,2,60s,1s,0s", "F,0.5,0.6,60s,1s,0s", "T,0,6,60s,60s,0s"],
  destinationRates: ["DR,D,R,*up,4,0,", "DS,D,S,*up,4,0,", "DF,D,F,*up,4,0,", "DT,D,T,*up,4,0,"],
};
const plain: FolderRows = { ...BASE, plans: ["P,DR,A,10"] };
const morning: FolderRows = { ...BASE, plans: ["P,DR,A,10", "P,DS,M,20"] };
const fee: FolderRows = { ...BASE, plans: ["P,DF,A,10"] };
const week: FolderRows = { ...BASE, plans: ["P,DF,WD,10", "P,DT,WE,10"] };
const switched: FolderRows = {
  ...BASE,
  plans: ["P,DR,A,10", "Q,DS,A,10"],
  profiles: ["cgrates.org,call,1001,,P,", "cgrates.org,call,1001,2024-03-06T10:00:00Z,Q,"],
};
const noon = "2024-03-06T12:00:00Z";

const TABLE: [keyof typeof DIFFERENCE_RULES | null, FolderRows, string, string, string?][] = [
  [null, { ...BASE, plans: ["P,DT,A,10"] }, noon, "60s"],
  ["increment-rounding", plain, noon, "60s"],
  [
    "binary-doubles",
    {
      ...BASE,
      rates: ["R,0,0.1,1s,1s,0s", "R,0,0.2,1s,1s,1s"],
      destinationRates: ["DR,D,R,,0,0,"],
      plans: ["P,DR,A,10"],
    },
    noon,
    "2s",
  ],
  ["fee-repeated", fee, "2024-03-06T23:59:30Z", "60s"],
  [
    "increment-limit",
    {
      ...fee,
      rates: ["F,0.5,0.6,60s,1ms,0s", ...(BASE.rates ?? []).filter((row) => !row.startsWith("F"))],
    },
    noon,
    "1001s",
  ],
  [
    "missing-slot",
    { ...plain, rates: ["R,0.5,1,60s,1s,120s", ...(BASE.rates ?? []).slice(1)] },
    "2024-03-06T23:59:30Z",
    "60s",
  ],
  [
    "free-cap",
    {
      ...plain,
      rates: ["R,0,1,1s,1s,0s", "R,0,1,1s,2s,4s"],
      destinationRates: ["DR,D,R,,0,10,*free"],
    },
    noon,
    "8s",
  ],
  ["activation-switch", switched, "2024-03-06T09:50:00Z", "20m"],
  [
    "fallback-list",
    {
      ...BASE,
      destinations: ["D,44", "O,99"],
      destinationRates: [...(BASE.destinationRates ?? []), "DO,O,R,,0,0,"],
      plans: ["P,DR,A,10", "L,DO,A,10"],
      profiles: [
        "cgrates.org,call,1001,,L,b;c",
        "cgrates.org,call,b,,L,e",
        "cgrates.org,call,c,,P,",
        "cgrates.org,call,e,,L,",
      ],
    },
    noon,
    "60s",
  ],
  [
    "shared-prefix",
    {
      ...BASE,
      destinations: ["D,44", "E,44"],
      destinationRates: ["DR,D,R,,0,0,", "DE,E,S,,0,0,"],
      plans: ["P,DR,WD,10", "P,DE,WE,10"],
    },
    "2024-03-08T23:59:00Z",
    "120s",
  ],
  [
    "gap-in-timings",
    { ...BASE, plans: ["P,DR,WD,10"] },
    "2024-03-08T23:59:00Z",
    "120s",
    "*generic",
  ],
  ["interval-order", morning, "2024-03-06T07:30:00Z", "60m"],
  ["missing-midnight", week, "2024-03-08T12:00:00Z", "744h"],
  ["first-second", week, "2024-03-11T00:00:00Z", "500ms"],
  [
    "not-cut-by-time",
    { ...morning, plans: ["P,DS,M,20", "P,DR,A,10"] },
    "2024-03-06T07:30:00Z",
    "60m",
    "*generic",
  ],
  ["negative-length", plain, noon, "-10s"],
];

function compare(
  files: Record<string, string>,
  call: Omit<CallDescriptor, "timeStart">,
  at: string,
) {
  const snapshots = { cgrates: snapshotOf(files), exact: snapshotOf(files, "exact") };
  return compareSemantics({ ...call, timeStart: momentOf(at) }, snapshots);
}

describe("the rule of a difference", () => {
  it.each(TABLE)("is %s", (rule, rows, at, usage, tor = "*voice") => {
    const call = { tenant: "cgrates.org", category: "call", subject: "1001", destination: "44" };
    const usageNs = nanoseconds(usage);
    expect(compare(folderOf(rows), { ...call, tor, usageNs }, at).rule).toBe(rule);
  });

  it("is usage-limit for a record that is longer than CGRateS computes", () => {
    const snapshots = {
      cgrates: snapshotOf(folderOf(plain)),
      exact: snapshotOf(folderOf(plain), "exact"),
    };
    const call: Call = {
      ...{ id: "1", tenant: "cgrates.org", category: "call", tor: "*voice", account: "1001" },
      ...{ subject: "1001", destination: "44", requestType: "*rated", direction: "*out" },
      ...{ callTime: momentOf(noon), usage: 73 * 3_600_000, billedSides: "both" },
    };
    expect(differenceOfCall(call, snapshots)).toBe("usage-limit");
    expect(differenceOfCall({ ...call, usage: 60_000 }, snapshots)).toBe("increment-rounding");
  });

  it("has a case for every rule", () => {
    const named = new Set([...TABLE.map(([rule]) => rule), "usage-limit"]);
    expect(Object.keys(DIFFERENCE_RULES).filter((rule) => !named.has(rule as never))).toEqual([]);
  });
});

const found = hasReference("cgrates-random/calls.jsonl");

describe.skipIf(!found)("the random calls of the reference", () => {
  it("differ only by named rules; what is called rounding is no larger than rounding", () => {
    const snapshots = new Map<string, { cgrates: CgratesSnapshot; exact: CgratesSnapshot }>();
    const counts: Record<string, number> = {};
    for (const line of referenceText("cgrates-random/calls.jsonl").trim().split("\n")) {
      const { plan, answerTime, usage, ...call } = JSON.parse(line);
      let pair = snapshots.get(plan);
      if (pair === undefined) {
        const files = referenceFolder(`cgrates-random/${plan}`);
        pair = { cgrates: snapshotOf(files), exact: snapshotOf(files, "exact") };
        snapshots.set(plan, pair);
      }
      const timeStart = momentOf(answerTime);
      const { rule, cgrates, exact } = compareSemantics(
        { ...call, timeStart, usageNs: nanoseconds(usage) },
        pair,
      );
      counts[rule ?? "none"] = (counts[rule ?? "none"] ?? 0) + 1;
      if (rule !== "increment-rounding" || "error" in cgrates || "error" in exact) continue;
      const spans = cgrates.timespans();
      const roundings = spans.reduce((sum, span) => sum + span.factor * (span.increments + 1), 0);
      const decimals = Math.max(...spans.map((span) => span.interval.terms.roundingDecimals));
      const bound = roundings * 0.5e-5 + 2 * 10 ** -(decimals || 5);
      expect(Math.abs(Number(cgrates.cost) - Number(exact.cost))).toBeLessThanOrEqual(bound);
    }
    expect(counts["none"]).toBeGreaterThan(3000);
    process.stdout.write(`differences by rule: ${JSON.stringify(counts)}\n`);
  });
});
