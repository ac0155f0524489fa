// Oddities of when a price holds: the real engine's figures beside the repaired ones.
import { describe, expect, it } from "vitest";
import { bands, figures, flat, snapshot } from "./figures.ts";
import { cost, type FolderRows, folderOf, snapshotOf } from "./pricing.ts";

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
