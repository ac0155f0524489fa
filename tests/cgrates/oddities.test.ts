// The figures that the real engine gives where its rules surprise, beside those of `exact`.
// Goal: each oddity has its own small folder, a figure of CGRateS and the repaired one.
import { describe, expect, it } from "vitest";
import type { CgratesSemantics } from "../../src/cgrates/snapshot.ts";
import {
  cost,
  eventCost,
  type FolderRows,
  folderOf,
  price,
  snapshotOf,
  type TestCall,
} from "./pricing.ts";

const snapshots = new Map<string, ReturnType<typeof snapshotOf>>();

function snapshot(rows: FolderRows, semantics: CgratesSemantics) {
  const key = semantics + JSON.stringify(rows);
  const known = snapshots.get(key) ?? snapshotOf(folderOf(rows), semantics);
  snapshots.set(key, known);
  return known;
}

/** [what, call, CGRateS's figure, exact figure]. */
type Figure = [string, TestCall, number | string, (number | string)?];

function figures(title: string, rows: FolderRows, list: Figure[]) {
  describe(title, () => {
    for (const [what, call, cgrates, exact] of list) {
      it(`${what}: ${cgrates}${exact === undefined ? "" : `, exact ${exact}`}`, () => {
        expect(cost(snapshot(rows, "cgrates"), call)).toBe(cgrates);
        if (exact !== undefined) expect(cost(snapshot(rows, "exact"), call)).toBe(exact);
      });
    }
  });
}

const ANY = "A,*any,*any,*any,*any,00:00:00";
const MORNING = "M,*any,*any,*any,*any,08:00:00";
const WEEKDAY = "WD,*any,*any,*any,1;2;3;4;5,00:00:00";
const WEEKEND = "WE,*any,*any,*any,6;7,00:00:00";

/** One rate for every row of a plan: [rates rows of tag, timing, weight]. */
function bands(...list: { slots: string[]; timing: string; weight?: number }[]): FolderRows {
  return {
    timings: [ANY, MORNING, "E,*any,*any,*any,*any,20:00:00", WEEKDAY, WEEKEND],
    rates: list.flatMap(({ slots }, i) => slots.map((slot) => `R${i},${slot}`)),
    destinationRates: list.map((_, i) => `DR${i},D,R${i},*up,4,0,`),
    plans: list.map(({ timing, weight = 10 }, i) => `P,DR${i},${timing},${weight}`),
  };
}

const flat = (slot: string) => bands({ slots: [slot], timing: "A" });

function activations(...rows: string[]): FolderRows {
  return {
    rates: ["R1,0,1,60s,1s,0s", "R2,0,2,60s,1s,0s"],
    destinationRates: ["DR1,D,R1,,0,0,", "DR2,D,R2,,0,0,"],
    plans: ["P1,DR1,*any,10", "P2,DR2,*any,10"],
    profiles: rows,
  };
}

figures(
  "two activations of one time",
  activations("cgrates.org,call,1001,,P1,", "cgrates.org,call,1001,,P2,"),
  [["the later row wins", { at: "2024-03-06T10:00:00Z", usage: "60s" }, 1.9998, 2]],
);

figures(
  "an activation within the call",
  activations("cgrates.org,call,1001,,P1,", "cgrates.org,call,1001,2024-03-06T10:00:00Z,P2,"),
  [
    ["has no effect", { at: "2024-03-06T09:50:00Z", usage: "20m" }, 20.004, 30],
    ["holds from its own instant", { at: "2024-03-06T10:00:00Z", usage: "1m" }, 1.9998, 2],
  ],
);

figures(
  "a profile that begins within the call",
  activations("cgrates.org,call,1001,2024-03-06T10:05:00Z,P1,", "cgrates.org,call,*any,,P2,"),
  [
    ["leaves all of it to *any", { at: "2024-03-06T10:00:00Z", usage: "10m" }, 19.998, 15],
    [
      "ended before it: unauthorized",
      { at: "2024-03-06T10:00:00Z", usage: "4m" },
      "UNAUTHORIZED_DESTINATION",
      8,
    ],
  ],
);

figures(
  "midnights and weekends",
  bands({ slots: ["0,0.6,60s,60s,0s"], timing: "WD" }, { slots: ["0,6,60s,60s,0s"], timing: "WE" }),
  [
    [
      "to midnight it is one span",
      { at: "2024-03-08T23:50:00Z", until: "2024-03-09T00:00:00Z" },
      6,
      6,
    ],
    [
      "the day after is cut by its timing",
      { at: "2024-03-08T23:50:00Z", until: "2024-03-10T00:00:00Z" },
      8646,
      8646,
    ],
    [
      "the same day of the next month",
      { at: "2024-03-08T12:00:00Z", until: "2024-04-08T12:00:00Z" },
      26784,
    ],
    ["a day more", { at: "2024-03-08T12:00:00Z", until: "2024-04-09T12:00:00Z" }, 43200],
    ["a day less", { at: "2024-03-08T12:00:00Z", until: "2024-04-07T12:00:00Z" }, 99792],
  ],
);

figures("weekdays only", flat("0,0.6,60s,60s,0s"), [
  ["an hour", { at: "2024-03-08T12:00:00Z", usage: "1h" }, 36, 36],
]);

const LOW = { slots: ["0,1,60s,1s,0s"], timing: "A", weight: 10 };
const HIGH = { slots: ["0,2,60s,1s,0s"], timing: "M", weight: 20 };

figures("rows low, then high", bands(LOW, HIGH), [
  ["07:30 + 60 min", { at: "2024-03-06T07:30:00Z", usage: "60m" }, 60.012, 90],
  ["07:30 + 20 h", { at: "2024-03-06T07:30:00Z", usage: "20h" }, 1200.24],
  ["07:30 + 25 h", { at: "2024-03-06T07:30:00Z", usage: "25h" }, 1530.288],
  ["23:30 + 10 h", { at: "2024-03-05T23:30:00Z", usage: "10h" }, 720.072, 720],
  ["08:30 + 60 min", { at: "2024-03-06T08:30:00Z", usage: "60m" }, 119.988, 120],
]);

figures("rows high, then low", bands(HIGH, LOW), [
  ["07:30 + 60 min", { at: "2024-03-06T07:30:00Z", usage: "60m" }, 90, 90],
  ["07:30 + 20 h", { at: "2024-03-06T07:30:00Z", usage: "20h" }, 2159.856],
  ["07:30 + 25 h", { at: "2024-03-06T07:30:00Z", usage: "25h" }, 2489.904],
  ["23:30 + 10 h", { at: "2024-03-05T23:30:00Z", usage: "10h" }, 630.108, 720],
  ["08:30 + 60 min", { at: "2024-03-06T08:30:00Z", usage: "60m" }, 119.988, 120],
]);

figures(
  "a later start of lower weight",
  bands({ ...HIGH, weight: 10 }, { slots: ["0,2,60s,1s,0s"], timing: "A", weight: 20 }),
  [["loses in both", { at: "2024-03-06T07:30:00Z", usage: "60m" }, 119.988, 120]],
);

figures(
  "three bands of one weight",
  bands(LOW, { slots: ["0,2,60s,1s,0s"], timing: "M" }, { slots: ["0,3,60s,1s,0s"], timing: "E" }),
  [
    ["07:30 + 13 h", { at: "2024-03-06T07:30:00Z", usage: "13h" }, 1559.862, 1560],
    [
      "an increment has the price where it begins",
      { at: "2024-03-06T07:59:59.500Z", usage: "1s" },
      0.0167,
    ],
  ],
);

figures("the clock is the call's own", bands({ ...LOW, slots: ["0,1.5,60s,1s,0s"] }, HIGH), [
  ["09:59:30+02:00", { at: "2024-03-06T09:59:30+02:00", usage: "60s" }, 1.9998, 2],
  [
    "07:59:30-02:00 is before the border",
    { at: "2024-03-06T07:58:30-02:00", usage: "60s" },
    1.5,
    1.5,
  ],
]);

figures(
  "types of record that are not time",
  bands(
    { slots: ["0,1,60s,60s,0s"], timing: "A", weight: 20 },
    { slots: ["0,7,60s,60s,0s", "0,9,60s,60s,120s"], timing: "M", weight: 20 },
  ),
  [
    [
      "a slot of a later band cuts",
      { at: "2024-03-06T07:59:00Z", usage: "5m", tor: "*generic" },
      29,
      35,
    ],
    ["a start of day does not", { at: "2024-03-06T07:57:00Z", usage: "5m", tor: "*generic" }, 5],
  ],
);

figures("*generic over a border", bands(LOW, { ...HIGH, weight: 10 }), [
  [
    "is priced as it began",
    { at: "2024-03-06T07:30:00Z", usage: "60m", tor: "*generic" },
    60.012,
    90,
  ],
]);

figures(
  "slots count from the call's start",
  bands(
    { slots: ["0,1,60s,60s,0s"], timing: "A" },
    { slots: ["0,6,60s,60s,0s", "0,3,60s,1s,60s"], timing: "M" },
  ),
  [
    [
      "1/60/60, then 6/60/60 and 3/60/1 from 60 s",
      { at: "2024-03-06T07:58:00Z", usage: "180s" },
      5,
    ],
  ],
);

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

figures("a slot start that is no multiple", flat2("0,1,60s,60s,0s", "0,0.6,60s,1s,90s"), [
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

function flat2(...slots: string[]): FolderRows {
  return bands({ slots, timing: "A" });
}

figures("two slots of one price are merged", flat2("0.5,0.6,60s,1s,0s", "0,0.6,60s,1s,30s"), [
  ["30 s", { at: "2024-03-06T10:00:00Z", usage: "30s" }, 0.8, 0.8],
  ["59 s", { at: "2024-03-06T10:00:00Z", usage: "59s" }, 1.09, 1.09],
  ["60 s", { at: "2024-03-06T10:00:00Z", usage: "60s" }, 1.6, 1.1],
  ["61 s", { at: "2024-03-06T10:00:00Z", usage: "61s" }, 1.11, 1.11],
]);

figures("the fee of the first row in the file", flat2("0.5,0,60s,1s,60s", "9,0,60s,1s,0s"), [
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
  ["the fee alone", { at: "2024-03-06T10:00:00Z", usage: "6s" }, 0.5, "GAP_IN_TIMINGS"],
  ["from the first slot on", { at: "2024-03-06T10:00:00Z", usage: "61s" }, 0.5017],
  [
    "without fee: 1 per nanosecond",
    { at: "2024-03-06T10:00:00Z", usage: "6s", loopIndex: 1 },
    6000000000,
    "GAP_IN_TIMINGS",
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

figures("a gap", bands({ slots: ["0,0.6,60s,60s,0s"], timing: "WD" }), [
  [
    "is no partial price",
    { at: "2024-03-08T23:50:00Z", usage: "20m" },
    "GAP_IN_TIMINGS",
    "GAP_IN_TIMINGS",
  ],
  ["begins after midnight", { at: "2024-03-08T23:50:00Z", usage: "10m" }, 6, 6],
  [
    "does not concern other types",
    { at: "2024-03-08T23:50:00Z", usage: "20m50s", tor: "*generic" },
    12.6,
  ],
]);

const SECONDS: FolderRows = bands(
  { slots: ["0.5,0.6,60s,1s,0s"], timing: "WD" },
  { slots: ["0,6,60s,1s,0s"], timing: "WE" },
);
figures("the first second of a day", SECONDS, [
  ["Monday 00:00:00 + 0.5 s", { at: "2024-03-11T00:00:00Z", usage: "500ms" }, 4322.6, 0.51],
  ["Monday 00:00:00.3 + 0.5 s", { at: "2024-03-11T00:00:00.3Z", usage: "500ms" }, 4322.5, 0.51],
  ["Monday 00:00:00 + 1 s", { at: "2024-03-11T00:00:00Z", usage: "1s" }, 0.51, 0.51],
  ["Tuesday 00:00:00 + 0.5 s", { at: "2024-03-12T00:00:00Z", usage: "500ms" }, 0.51, 0.51],
]);

const SUNDAY_MORNING: FolderRows = {
  ...bands({ slots: ["0,1,60s,1s,0s"], timing: "WE8" }),
  timings: ["WE8,*any,*any,*any,6;7,08:00:00"],
  destinationRates: ["DR0,*any,R0,,0,0,"],
};
figures("where CGRateS never comes to an end", SUNDAY_MORNING, [
  [
    "Monday 00:00:00.2 + 0.5 s",
    { at: "2024-03-11T00:00:00.2Z", usage: "500ms" },
    "GAP_IN_TIMINGS",
    "GAP_IN_TIMINGS",
  ],
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

describe("fallback subjects", () => {
  const chain: FolderRows = {
    destinations: ["D,44", "O,99"],
    rates: ["R1,0,1,60s,60s,0s"],
    destinationRates: ["DR1,D,R1,,0,0,", "DR2,O,R1,,0,0,"],
    plans: ["HAS,DR1,*any,10", "LACKS,DR2,*any,10"],
    profiles: [
      "cgrates.org,call,1,,LACKS,2",
      "cgrates.org,call,2,,LACKS,3",
      "cgrates.org,call,3,,LACKS,4",
      "cgrates.org,call,4,,LACKS,5",
      "cgrates.org,call,5,,HAS,",
    ],
  };
  const priced = (semantics: CgratesSemantics, fallbackDepth: number) =>
    ["1", "2", "3", "4"].filter((subject) => {
      const call = { at: "2024-03-06T10:00:00Z", usage: "60s", subject };
      return cost(snapshot(chain, semantics), call, { fallbackDepth }) === 1;
    });
  it.each([
    [1, []],
    [2, ["4"]],
    [3, ["3", "4"]],
    [4, ["2", "3", "4"]],
    [5, ["1", "2", "3", "4"]],
  ])("depth %i reaches %j", (depth, subjects) => {
    expect(priced("cgrates", depth)).toEqual(subjects);
    expect(priced("exact", depth)).toEqual(subjects);
  });
  const branch = (ofB: string): FolderRows => ({
    ...chain,
    profiles: [
      "cgrates.org,call,1,,LACKS,b;c",
      `cgrates.org,call,b,,LACKS,${ofB}`,
      "cgrates.org,call,c,,HAS,",
      "cgrates.org,call,e,,LACKS,",
    ],
  });
  const call = { at: "2024-03-06T10:00:00Z", usage: "60s", subject: "1" };
  it("a subject with fallbacks of its own hides later ones", () => {
    expect(cost(snapshot(branch("e"), "cgrates"), call)).toBe("UNAUTHORIZED_DESTINATION");
    expect(cost(snapshot(branch("e"), "exact"), call)).toBe(1);
  });
  it("a subject without does not", () => {
    expect(cost(snapshot(branch(""), "cgrates"), call)).toBe(1);
  });
  it("a fallback's later activation within the window crashes CGRateS: unauthorized", () => {
    const crash: FolderRows = {
      ...chain,
      profiles: [
        "cgrates.org,call,1,,LACKS,b",
        "cgrates.org,call,b,2024-03-06T10:00:10Z,LACKS,",
        "cgrates.org,call,b,2024-03-06T10:00:30Z,HAS,",
      ],
    };
    expect(cost(snapshot(crash, "cgrates"), call)).toBe("UNAUTHORIZED_DESTINATION");
  });
});

describe("twenty intervals of mixed weights and starts", () => {
  it("are priced, though sorting them again and again never settles", () => {
    const bandOf = (i: number) => ({ hour: (i * 7) % 24, weight: (i * 11) % 5 });
    const many: FolderRows = {
      timings: Array.from({ length: 20 }, (_, i) => {
        return `T${i},*any,*any,*any,*any,${String(bandOf(i).hour).padStart(2, "0")}:00:00`;
      }),
      rates: Array.from({ length: 20 }, (_, i) => `R${i},0,${i + 1},60s,60s,0s`),
      destinationRates: Array.from({ length: 20 }, (_, i) => `DR${i},D,R${i},*up,4,0,`),
      plans: Array.from({ length: 20 }, (_, i) => `P,DR${i},T${i},${bandOf(i).weight}`),
    };
    const month = { at: "2024-03-01T00:30:00Z", usage: "700h" };
    const first = cost(snapshot(many, "cgrates"), month);
    expect(first).toBeTypeOf("number");
    expect(cost(snapshotOf(folderOf(many)), month)).toBe(first);
    expect(cost(snapshot(many, "cgrates"), month)).toBe(first);
  });
});
