// Goal: a plan that grows layer by layer prices every call as a compile of all its layers does, moves rates
// by as much, and refuses the layers that a whole read refuses. Method: random layers over few names, so that they meet.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { compileCgrates } from "../../src/cgrates/compile.ts";
import { type GrownPlan, grow, grownPlan } from "../../src/cgrates/layers/grow.ts";
import { layerName, REMOVED_FILE, readCgratesFiles } from "../../src/cgrates/layers/read.ts";
import { cgratesPriceMoves } from "../../src/cgrates/repriced/moved.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { runs } from "../runs.ts";

type Files = Record<string, string>;
interface Added {
  removed: [string, string][];
  files: Files;
}

const TAGS = ["A", "B", "C", "*any"];
const PLANS = ["P", "Q"];
const KEY = "*out:cgrates.org:call:";

const destinations = fc.array(
  fc.tuple(fc.constantFrom("A", "B", "C"), fc.constantFrom("4", "44", "447", "49", "1", "12")),
  { maxLength: 5 },
);
const prices = fc.array(
  fc.tuple(fc.constantFrom(...TAGS), fc.constantFrom("R", "S"), fc.constantFrom(2, 4)),
  { minLength: 1, maxLength: 4 },
);
const bindings = fc.array(
  fc.tuple(fc.constantFrom(...PLANS), fc.constantFrom("*any", "T"), fc.constantFrom(10, 20)),
  { maxLength: 3 },
);
const activations = fc.array(
  fc.tuple(fc.constantFrom("1001", "1002"), fc.constantFrom(2020, 2022), fc.constantFrom(...PLANS)),
  { maxLength: 3 },
);
const removed = fc.array(
  fc.oneof(
    fc.constantFrom(...TAGS).map((tag): [string, string] => ["Destination", tag]),
    fc.constantFrom(...PLANS).map((plan): [string, string] => ["RatingPlan", plan]),
    fc.constantFrom("1001", "1002").map((one): [string, string] => ["RatingProfile", KEY + one]),
    fc.constant<[string, string]>(["Charger", "cgrates.org:C"]),
  ),
  { maxLength: 2 },
);

const layer = fc
  .record({
    ...{ destinations, prices, bindings, activations, removed },
    ...{ price: fc.integer({ min: 1, max: 9 }), weekDays: fc.constantFrom("1;2", "*any") },
    ...{
      time: fc.constantFrom("00:00:00", "08:00:00"),
      charger: fc.option(fc.integer({ max: 3 })),
    },
  })
  .map((one): Added => {
    const rows = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
    const tables: Files = {
      "Destinations.csv": rows(one.destinations.map(([tag, prefix]) => `${tag},${prefix}`)),
      "RatingProfiles.csv": rows(
        one.activations.map(
          ([subject, year, plan]) => `cgrates.org,call,${subject},${year}-01-01T00:00:00Z,${plan},`,
        ),
      ),
      "Chargers.csv": one.charger === null ? "" : `cgrates.org,C,,,*default,*none,${one.charger}\n`,
    };
    if (one.bindings.length > 0) {
      tables["Timings.csv"] = `T,*any,*any,*any,${one.weekDays},${one.time}\n`;
      tables["Rates.csv"] = `R,0,0.${one.price},60s,1s,0s\nS,0.1,0.${one.price}5,60s,60s,0s\n`;
      tables["DestinationRates.csv"] = rows(
        one.prices.map(([tag, rate, decimals]) => `DR,${tag},${rate},*up,${decimals},0,`),
      );
      tables["RatingPlans.csv"] = rows(
        one.bindings.map(([plan, timing, weight]) => `${plan},DR,${timing},${weight}`),
      );
    }
    const files = Object.fromEntries(Object.entries(tables).filter(([, text]) => text !== ""));
    return { removed: one.removed, files };
  });

const BASE: Files = {
  "Destinations.csv": "A,44\nB,44\nB,49\nC,1\n",
  "Rates.csv": "R,0,0.6,60s,1s,0s\nS,0,0.2,60s,1s,0s\n",
  "DestinationRates.csv": "DR,A,R,*up,4,0,\nDR,B,S,*up,4,0,\nDR,*any,S,*up,2,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2019-01-01T00:00:00Z,P,\n",
};

function filesOf(number: number, { removed: names, files }: Added): Files {
  const name = layerName(number);
  const own = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text] as const);
  if (names.length === 0) return Object.fromEntries(own);
  const rows = names.map((row) => `${row.join(",")}\n`).join("");
  return Object.fromEntries([...own, [`${name}/${REMOVED_FILE}`, rows]]);
}

function whole(files: Files) {
  const read = readCgratesFiles(files);
  if (!read.ok) return read;
  const snapshot = compileCgrates(read.plan, { version: "v", semantics: "cgrates" });
  return { ok: true as const, snapshot, counts: read.counts };
}

/** Every price that the plan may give, with what it was chosen by. */
function pricesOf(snapshot: CgratesSnapshot): string[] {
  const times = ["2021-01-04T03:00:00Z", "2023-01-05T12:00:00Z"];
  return ["44123", "447123", "49123", "123", "99", "4"].flatMap((destination) =>
    ["1001", "1002"].flatMap((subject) =>
      times.map((time) => {
        const timeStart = { atMs: Date.parse(time), offsetMinutes: 0 };
        const call = { tenant: "cgrates.org", category: "call", subject, destination, timeStart };
        const price = priceDescriptor({ ...call, usageNs: 90e9 }, snapshot);
        // How alike prices are numbered is of each compile.
        return JSON.stringify(price, (name, value) => (name === "likeness" ? 0 : value));
      }),
    ),
  );
}

function begin(): { grown: GrownPlan; files: Files } {
  const files = filesOf(0, { removed: [], files: BASE });
  const compiled = whole(files);
  if (!compiled.ok) throw new Error("the base has faults");
  return { grown: grownPlan(compiled.snapshot, compiled.counts), files };
}

/** How much rates move; of rates that move alike any may be named. */
function movesOf(from: CgratesSnapshot, to: CgratesSnapshot): (string | number | null)[] {
  const nowMs = Date.parse("2021-06-01T00:00:00Z");
  const work = cgratesPriceMoves(from, to, { nowMs, fromMs: nowMs });
  let step = work.next();
  while (!step.done) step = work.next();
  const { jump, notice } = step.value;
  const size = jump === null ? "none" : (jump.percent?.replace("-", "") ?? "from 0");
  return [size, notice?.days ?? null];
}

describe("a plan that grows", () => {
  test.prop([fc.array(layer, { minLength: 1, maxLength: 5 })], { numRuns: runs(40) })(
    "prices as a compile of all its layers, and refuses what that refuses",
    (layers) => {
      let { grown, files } = begin();
      let number = 1;
      for (const added of layers) {
        const next = { ...files, ...filesOf(number, added) };
        const expected = whole(next);
        const before = pricesOf(grown.snapshot);
        const own = Object.entries(added.files).map(([name, text]) => [
          `${layerName(number)}/${name}`,
          text,
        ]);
        const growth = grow(
          grown,
          { removed: added.removed, files: Object.fromEntries(own) },
          `v${number}`,
        );
        expect(growth.ok).toBe(expected.ok);
        expect(pricesOf(grown.snapshot)).toEqual(before);
        if (!expected.ok || !growth.ok) {
          expect(!growth.ok && growth.faults).toEqual(!expected.ok && expected.faults);
          continue;
        }
        expect(pricesOf(growth.plan.snapshot)).toEqual(pricesOf(expected.snapshot));
        expect(growth.plan.snapshot.chargers).toEqual(expected.snapshot.chargers);
        expect(growth.plan.snapshot.hasChargers).toBe(expected.snapshot.hasChargers);
        expect(growth.plan.counts).toMatchObject(expected.counts);
        const priorWhole = whole(files);
        if (!priorWhole.ok) throw new Error("it was read before");
        expect(movesOf(grown.snapshot, growth.plan.snapshot)).toEqual(
          movesOf(priorWhole.snapshot, expected.snapshot),
        );
        grown = growth.plan;
        files = next;
        number += 1;
      }
    },
  );

  it("is not disturbed by another one that grows from the same plan", () => {
    const { grown } = begin();
    const other = grownPlan(grown.snapshot, grown.counts);
    const layerOf = (terms: string) => ({
      "layer-000001/Rates.csv": "N,0,0.7777,60s,60s,0s\n",
      "layer-000001/DestinationRates.csv": `DN,A,N,${terms}\n`,
      "layer-000001/RatingPlans.csv": "P,DN,*any,10\n",
    });
    const costs = [
      [grown, "*up,1,0,"],
      [other, "*down,1,0,"],
    ] as const;
    const plans = costs.map(([plan, terms]) => {
      const growth = grow(plan, { removed: [], files: layerOf(terms) }, terms);
      if (!growth.ok) throw new Error("the layer has faults");
      return growth.plan.snapshot;
    });
    const timeStart = { atMs: Date.parse("2023-01-05T12:00:00Z"), offsetMinutes: 0 };
    const call = { tenant: "cgrates.org", category: "call", subject: "1001", destination: "44123" };
    const prices = plans.map((snapshot) =>
      priceDescriptor({ ...call, timeStart, usageNs: 60e9 }, snapshot),
    );
    expect(prices).toMatchObject([{ cost: "0.8" }, { cost: "0.7" }]);
  });

  it("shares the trie and the rows of prices with what it grew from", () => {
    const { grown } = begin();
    const files = { "layer-000001/Destinations.csv": "A,33\n" };
    const growth = grow(grown, { removed: [], files }, "v1");
    if (!growth.ok) throw new Error("the layer has faults");
    const { snapshot } = growth.plan;
    expect(snapshot.trie).toBe(grown.snapshot.trie);
    expect(snapshot.prefixTags).toBe(grown.snapshot.prefixTags);
    expect(snapshot.destinationRates).toBe(grown.snapshot.destinationRates);
    expect(snapshot.plans.get("P")).toBe(grown.snapshot.plans.get("P"));
  });
});
