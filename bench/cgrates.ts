// How fast CGRateS folders are loaded and priced, on seeded folders of a known size.
// Run: npx tsx bench/cgrates.ts. For comparison, CGRateS's engine in process on such a machine:
// 67,000 cached calls of 95 s a second, 2,000 of an hour at 1 s increments, a load in 3.2 s.
import { compileCgrates } from "../src/cgrates/compile.ts";
import { readCgratesFolder } from "../src/cgrates/folder/read.ts";
import type { CallDescriptor } from "../src/cgrates/semantics/descriptor.ts";
import { priceDescriptor } from "../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../src/cgrates/snapshot.ts";

const DESTINATIONS = 42_500;
const PREFIXES_EACH = 4;

function random(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** 170,000 prefixes in 42,500 destinations, each with a rate in one plan. */
function largeFolder(): { files: Record<string, string>; numbers: string[] } {
  const next = random(7);
  const prefixes = new Set<string>();
  while (prefixes.size < DESTINATIONS * PREFIXES_EACH) {
    const length = 3 + Math.floor(next() * 6);
    prefixes.add(String(Math.floor((1 + next() * 9) * 10 ** (length - 1))).slice(0, length));
    if (prefixes.size % 10 === 0) prefixes.add(String(1e8 + Math.floor(next() * 8.9e9)));
  }
  const list = [...prefixes].slice(0, DESTINATIONS * PREFIXES_EACH);
  const rates = Array.from({ length: 2000 }, (_, i) => {
    const price = (next() * 2).toFixed(4);
    return `R${i},0,${price},60s,30s,0s\nR${i},0,${price},60s,6s,30s`;
  });
  const rows = Array.from({ length: DESTINATIONS }, (_, i) => `DR,D${i},R${i % 2000},*up,4,0,`);
  return {
    files: {
      "Destinations.csv": list.map((prefix, i) => `D${i % DESTINATIONS},${prefix}`).join("\n"),
      "Rates.csv": rates.join("\n"),
      "DestinationRates.csv": rows.join("\n"),
      "RatingPlans.csv": "RP,DR,*any,10\n",
      "RatingProfiles.csv": "cgrates.org,call,*any,2014-01-14T00:00:00Z,RP,\n",
    },
    numbers: list.slice(0, 4096).map((prefix) => `${prefix}1234567`.slice(0, 12)),
  };
}

/** A small plan of peak and off-peak, and one of plain seconds. */
const SMALL = {
  "Timings.csv":
    "PEAK,*any,*any,*any,1;2;3;4;5,08:00:00\nEVE,*any,*any,*any,1;2;3;4;5,19:00:00\n" +
    "NIGHT,*any,*any,*any,1;2;3;4;5,00:00:00\nWE,*any,*any,*any,6;7,00:00:00\n",
  "Destinations.csv": "DST_1002,1002\nDST_1003,1003\n",
  "Rates.csv": "RT,0.4,0.2,60s,60s,0s\nRT,0,0.1,60s,1s,60s\nSEC,0,0.6,60s,1s,0s\n",
  "DestinationRates.csv": "DR,DST_1002,RT,*up,4,0,\nDS,DST_1003,SEC,*up,4,0,\n",
  "RatingPlans.csv": "RP,DS,*any,10\nRP,DR,PEAK,10\nRP,DR,EVE,10\nRP,DR,NIGHT,10\nRP,DR,WE,10\n",
  "RatingProfiles.csv": "cgrates.org,call,1001,2014-01-14T00:00:00Z,RP,\n",
};

function load(files: Record<string, string>): CgratesSnapshot {
  const read = readCgratesFolder(files);
  if (!read.ok) throw new Error(JSON.stringify(read.faults.slice(0, 3)));
  return compileCgrates(read.plan, { version: "bench", semantics: "cgrates" });
}

function callsPerSecond(snapshot: CgratesSnapshot, calls: CallDescriptor[]): number {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const count = 400_000;
    const before = performance.now();
    for (let i = 0; i < count; i++) {
      priceDescriptor(calls[i % calls.length] as CallDescriptor, snapshot);
    }
    best = Math.max(best, (count / (performance.now() - before)) * 1000);
  }
  return Math.round(best);
}

const atMs = Date.UTC(2024, 5, 12, 10);
const call = (destination: string, seconds: number): CallDescriptor => ({
  tenant: "cgrates.org",
  category: "call",
  subject: "1001",
  destination,
  timeStart: { atMs, offsetMinutes: 0 },
  usageNs: seconds * 1e9,
});

const { files, numbers } = largeFolder();
const loads = Array.from({ length: 5 }, () => {
  const before = performance.now();
  load(files);
  return performance.now() - before;
});
const small = load(SMALL);
const large = load(files);
const results = {
  "load of 170,000 prefixes, seconds": (Math.min(...loads) / 1000).toFixed(2),
  "first load, seconds": ((loads[0] ?? 0) / 1000).toFixed(2),
  "one call of 95 s, calls/s": callsPerSecond(small, [call("1002", 95)]),
  "one call of 1 h at 1 s increments, calls/s": callsPerSecond(small, [call("1003", 3600)]),
  "calls of 95 s to 4,096 numbers in the large folder, calls/s": callsPerSecond(
    large,
    numbers.map((number) => call(number, 95)),
  ),
};
for (const [what, value] of Object.entries(results)) process.stdout.write(`${what}: ${value}\n`);
