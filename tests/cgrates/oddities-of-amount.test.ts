// Oddities of what is charged: the real engine's figures beside the repaired ones.
import { describe, expect, it } from "vitest";
import { bands, figures, flat, snapshot } from "./figures.ts";
import { cost, eventCost, type FolderRows, price } from "./pricing.ts";

figures(
  "slots across bands",
  bands(
    { slots: ["0,1,60s,1s,0s"], timing: "A" },
    { slots: ["0,6,60s,60s,0s", "0,3,60s,1s,60s"], timing: "M" },
  ),
  [
    ["07:59:30 + 60 s", { at: "2024-03-06T07:59:30Z", usage: "60s" }, 6.5001, 6.5],
    ["07:58 + 180 s", { at: "2024-03-06T07:58:00Z", usage: "180s" }, 5.0004, 5],
  ],
);

figures(
  "rounding up",
  bands({ slots: ["0,0.006,60s,30s,0s", "0,0.006,60s,6s,30s"], timing: "A" }),
  [
    ["29 s", { at: "2024-03-06T10:00:00Z", usage: "29s" }, 0.003, 0.003],
    ["32 s", { at: "2024-03-06T10:00:00Z", usage: "32s" }, 0.0036, 0.0036],
    ["57 s", { at: "2024-03-06T10:00:00Z", usage: "57s" }, 0.006, 0.006],
    ["75 s", { at: "2024-03-06T10:00:00Z", usage: "75s" }, 0.0078, 0.0078],
  ],
);

figures(
  "a surplus eats into the next band",
  bands({ slots: ["0,1,60s,60s,0s"], timing: "A" }, { slots: ["0,6,60s,1s,0s"], timing: "M" }),
  [
    ["07:59:50 + 30 s", { at: "2024-03-06T07:59:50Z", usage: "30s" }, 1, 1],
    ["07:59:50 + 70 s", { at: "2024-03-06T07:59:50Z", usage: "70s" }, 2, 2],
  ],
);

figures("a slot start that is no multiple", flat("0,1,60s,60s,0s", "0,0.6,60s,1s,90s"), [
  ["91 s", { at: "2024-03-06T10:00:00Z", usage: "91s" }, 2, 2],
  ["125 s", { at: "2024-03-06T10:00:00Z", usage: "125s" }, 2.05, 2.05],
]);

figures("sub-second increments", flat("0,0.6,60s,100ms,0s"), [
  ["10.05 s", { at: "2024-03-06T10:00:00Z", usage: "10.05s" }, 0.101, 0.101],
  ["1 ms", { at: "2024-03-06T10:00:00Z", usage: "1ms" }, 0.001, 0.001],
]);

figures("a fee is charged again for equal spans", flat("0.5,0.6,60s,1s,0s"), [
  ["60 s over midnight", { at: "2024-03-06T23:59:30Z", usage: "60s" }, 1.6, 1.1],
  ["61 s over midnight", { at: "2024-03-06T23:59:30Z", usage: "61s" }, 1.11, 1.11],
  ["72 h", { at: "2024-03-06T00:00:00Z", usage: "72h" }, 2592.5, 2592.5],
  ["73 h", { at: "2024-03-06T00:00:00Z", usage: "73h" }, 2629.5, 2628.5],
  ["1 ns pays the fee and one increment", { at: "2024-03-06T10:00:00Z", usage: "1ns" }, 0.51, 0.51],
  ["no usage, no fee", { at: "2024-03-06T10:00:00Z", usage: "0s" }, 0, 0],
  [
    "a later part of a session pays none",
    { at: "2024-03-06T10:00:00Z", usage: "6s", loopIndex: 1 },
    0.06,
    0.06,
  ],
  [
    "an end before the start is one increment",
    { at: "2024-03-06T10:00:10Z", until: "2024-03-06T10:00:00Z" },
    0.51,
  ],
]);

figures("two slots of one price are merged", flat("0.5,0.6,60s,1s,0s", "0,0.6,60s,1s,30s"), [
  ["30 s", { at: "2024-03-06T10:00:00Z", usage: "30s" }, 0.8, 0.8],
  ["59 s", { at: "2024-03-06T10:00:00Z", usage: "59s" }, 1.09, 1.09],
  ["60 s", { at: "2024-03-06T10:00:00Z", usage: "60s" }, 1.6, 1.1],
  ["61 s", { at: "2024-03-06T10:00:00Z", usage: "61s" }, 1.11, 1.11],
]);

figures("the fee of the first row in the file", flat("0.5,0,60s,1s,60s", "9,0,60s,1s,0s"), [
  ["not of the first slot", { at: "2024-03-06T10:00:00Z", usage: "6s" }, 0.5, 0.5],
]);

figures("more than a million increments", flat("0.5,0.6,60s,1ms,0s"), [
  ["a million is fine", { at: "2024-03-06T10:00:00Z", usage: "1000s" }, 10.5, 10.5],
  ["one more: the fee alone", { at: "2024-03-06T10:00:00Z", usage: "1001s" }, 0.5, 10.51],
  [
    "without a fee it is priced whole",
    { at: "2024-03-06T10:00:00Z", usage: "1001s", loopIndex: 1 },
    10.01,
    10.01,
  ],
  ["later spans are charged", { at: "2024-03-06T23:59:00Z", usage: "100000s" }, 1000.5, 1000.5],
]);

figures("bytes", flat("0,0.001,1,1,0"), [
  ["a million", { at: "2024-03-06T10:00:00Z", usage: "1000000", tor: "*data" }, 1000, 1000],
  ["one more", { at: "2024-03-06T10:00:00Z", usage: "1000001", tor: "*data" }, 0, 1000.001],
  [
    "one more, later in a session",
    { at: "2024-03-06T10:00:00Z", usage: "1000001", tor: "*data", loopIndex: 1 },
    1000.001,
    1000.001,
  ],
]);

figures("a missing slot at 0", flat("0.5,0.1,60s,1s,60s"), [
  ["the fee alone", { at: "2024-03-06T10:00:00Z", usage: "6s" }, 0.5, 0.5],
  ["from the first slot on", { at: "2024-03-06T10:00:00Z", usage: "61s" }, 0.5017, 0.5017],
  [
    "without fee: 1 per nanosecond",
    { at: "2024-03-06T10:00:00Z", usage: "6s", loopIndex: 1 },
    6000000000,
    0,
  ],
]);

const capped = (slot: string, cap: string): FolderRows => ({
  ...bands({ slots: [slot], timing: "A" }),
  destinationRates: [`DR0,D,R0,,0,${cap}`],
});

figures("*free", capped("1,1,1s,1s,0s", "10,*free"), [
  ["9 s", { at: "2024-03-06T10:00:00Z", usage: "9s" }, 10, 10],
  ["1800 s", { at: "2024-03-06T10:00:00Z", usage: "1800s" }, 10, 10],
]);

figures(
  "*free adds running totals",
  {
    ...bands({ slots: ["0,1,1s,1s,0s", "0,1,1s,2s,4s"], timing: "A" }),
    destinationRates: ["DR0,D,R0,,0,10,*free"],
  },
  [["two spans of 4", { at: "2024-03-06T10:00:00Z", usage: "8s" }, 10, 8]],
);

figures("*disconnect", capped("1,1,1s,1s,0s", "10,*disconnect"), [
  ["limits no price", { at: "2024-03-06T10:00:00Z", usage: "1800s" }, 1801, 1801],
]);

const TIED: FolderRows = {
  destinations: ["A,44", "B,44", "A,441"],
  rates: ["R1,0,1,60s,1s,0s", "R2,0,2,60s,1s,0s"],
  destinationRates: ["DR1,A,R1,*up,4,0,", "DR1,B,R2,*up,4,0,"],
  plans: ["P,DR1,*any,10"],
};
describe("tags of one prefix and weight", () => {
  it("the first in the file wins, with a warning", () => {
    const answer = price(snapshot(TIED, "cgrates"), { at: "2024-03-06T10:00:00Z", usage: "60s" });
    expect(answer).toMatchObject({ cost: "1.0002", warnings: ["tied-tags"] });
  });
  it("a longer prefix is not concerned", () => {
    const call = { at: "2024-03-06T10:00:00Z", usage: "60s", destination: "4412" };
    expect(price(snapshot(TIED, "cgrates"), call)).toMatchObject({ cost: "1.0002", warnings: [] });
  });
});

describe("rounding of a plan", () => {
  const round: FolderRows = {
    rates: ["R1,0.15,0.05,60s,1s,0s"],
    destinationRates: ["DR1,D,R1,*up,2,0,"],
    plans: ["P,DR1,*any,10"],
  };
  it("acts on the call cost, not on the event cost", () => {
    const call = { at: "2024-03-06T10:00:00Z", usage: "24s" };
    expect(cost(snapshot(round, "cgrates"), call)).toBe(0.17);
    expect(eventCost(snapshot(round, "cgrates"), call)).toBe(0.16992);
  });
  const plain = { ...flat("0,0.05,60s,1s,0s"), destinationRates: ["DR0,D,R0,,0,0,"] };
  it.each([
    [4, 0.48],
    [5, 0.498],
    [6, 0.4998],
    [10, 0.49999998],
  ])("with %i decimals, 600 s at 0.05 cost %f", (roundingDecimals, expected) => {
    const call = { at: "2024-03-06T10:00:00Z", usage: "600s" };
    expect(cost(snapshot(plain, "cgrates"), call, { roundingDecimals })).toBe(expected);
    expect(cost(snapshot(plain, "exact"), call, { roundingDecimals })).toBe(0.5);
  });
});
