// Times normalisation: without and with libphonenumber, cached and not, and by length of the text.
// Run: node --import tsx bench/numbers.ts
import { Bench } from "tinybench";
import { destinationOf } from "../src/numbering/destination-name.ts";
import { normalizeNumber } from "../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../src/numbering/rule-sets/members.ts";

/** Different British numbers in turn: more than all caches hold, so that each one is read anew. */
function numberSource(spelling: (index: number) => string): () => string {
  let index = 0;
  return () => {
    index = (index + 1) % 1_000_000;
    return spelling(index);
  };
}

const digits = (index: number): string => String(7_000_000_000 + index * 937);
const fresh = {
  wholesale: numberSource((index) => `34${digits(index)}`),
  international: numberSource((index) => `+44${digits(index)}`),
  national: numberSource((index) => `0${digits(index)}`),
};

const wholesale: RuleSetSettings = { preset: "wholesale-digits" };
const britishOff: RuleSetSettings = { preset: "GB", validate: "off" };
const spanishOff: RuleSetSettings = { preset: "ES", validate: "off" };
const british: RuleSetSettings = { preset: "GB" };
const stats: RuleSetSettings = { preset: "cdr-stats" };

const bench = new Bench({ time: 1000, warmupTime: 300 });
bench
  .add("wholesale-digits, not cached", () => {
    normalizeNumber(fresh.wholesale(), wholesale);
  })
  .add("wholesale-digits, cached", () => {
    normalizeNumber("34650123456", wholesale);
  })
  .add("ES without libphonenumber (validate: off), not cached", () => {
    normalizeNumber(`+${fresh.wholesale()}`, spanishOff);
  })
  .add("GB, validate: off, not cached (44 is shared: the country asks)", () => {
    normalizeNumber(fresh.international(), britishOff);
  })
  .add("GB with libphonenumber, international, not cached", () => {
    normalizeNumber(fresh.international(), british);
  })
  .add("GB with libphonenumber, national, not cached", () => {
    normalizeNumber(fresh.national(), british);
  })
  .add("GB with libphonenumber, cached", () => {
    normalizeNumber("02079460123", british);
  })
  .add("cdr-stats, not cached", () => {
    normalizeNumber(fresh.wholesale(), stats);
  })
  .add("destination name of a number", () => {
    destinationOf("34650123456");
  });
await bench.run();
for (const task of bench.tasks) {
  const { result } = task;
  if (result.state !== "completed") throw new Error(`${task.name}: ${result.state}`);
  const perSecond = Math.round(result.throughput.mean).toLocaleString("en");
  process.stdout.write(`${perSecond.padStart(12)}/s  ${task.name}\n`);
}

const LENGTHS = [16, 32, 64, 128, 256];
const ROUNDS = 2_000;
process.stdout.write(
  "\nmicroseconds a text, by its length (the work is linear, longer is refused)\n",
);
const SIGNS = ["9", "0", "(", "+4", "1#", ";a=1", "%3", "sip:1"];
function timesOf(sign: string, firstNumber: number): string[] {
  return LENGTHS.map((length) => {
    const texts = Array.from(
      { length: ROUNDS },
      (_, index) => `${sign.repeat(length).slice(0, length - 5)}${firstNumber + index}`,
    );
    const startedMs = performance.now();
    for (const text of texts) normalizeNumber(text, british);
    return (((performance.now() - startedMs) * 1000) / ROUNDS).toFixed(1).padStart(7);
  });
}
for (const sign of SIGNS) timesOf(sign, 50_000);
for (const sign of SIGNS) {
  process.stdout.write(`${JSON.stringify(sign).padEnd(8)} ${timesOf(sign, 10_000).join(" ")}\n`);
}
