// Random layers of a CGRateS plan over few names, so that they meet; and every price that a plan may give.
import { fc } from "@fast-check/vitest";
import { compileCgrates } from "../../src/cgrates/compile.ts";
import { layerName, REMOVED_FILE, readCgratesFiles } from "../../src/cgrates/layers/read.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";

export type Files = Record<string, string>;
export interface Added {
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
    fc.constantFrom<[string, string]>(["Charger", "cgrates.org:C"], ["Timing", "T"]),
  ),
  { maxLength: 2 },
);

export const layer = fc
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

export const BASE: Files = {
  "Destinations.csv": "A,44\nB,44\nB,49\nC,1\n",
  "Rates.csv": "R,0,0.6,60s,1s,0s\nS,0,0.2,60s,1s,0s\n",
  "DestinationRates.csv": "DR,A,R,*up,4,0,\nDR,B,S,*up,4,0,\nDR,*any,S,*up,2,0,\n",
  "RatingPlans.csv": "P,DR,*any,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2019-01-01T00:00:00Z,P,\n",
};

export function filesOf(number: number, { removed: names, files }: Added): Files {
  const name = layerName(number);
  const own = Object.entries(files).map(([file, text]) => [`${name}/${file}`, text] as const);
  if (names.length === 0) return Object.fromEntries(own);
  const rows = names.map((row) => `${row.join(",")}\n`).join("");
  return Object.fromEntries([...own, [`${name}/${REMOVED_FILE}`, rows]]);
}

export function whole(files: Files) {
  const read = readCgratesFiles(files);
  if (!read.ok) return read;
  const snapshot = compileCgrates(read.plan, { version: "v", semantics: "cgrates" });
  return { ok: true as const, snapshot, counts: read.counts };
}

/** Every price that the plan may give, with what it was chosen by. */
export function pricesOf(snapshot: CgratesSnapshot): string[] {
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
