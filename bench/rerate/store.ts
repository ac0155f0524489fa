// A store of rated calls for the benchmarks of jobs: 500 accounts over four weeks, and two tariffs between
// which every amount differs.
import type { Cdr, StoredCdr } from "../../src/cdr/cdr.ts";
import type { ComposedEngine } from "../../src/engine/engine.ts";
import { rateBatch } from "../../src/engine/pricing/rate-batch.ts";
import { readCdrObject } from "../../src/formats/cdr-object.ts";
import { cdrId } from "../../src/mediation/content-hash.ts";
import { mediate } from "../../src/mediation/mediate.ts";
import type { NewCdr } from "../../src/stores/ports/cdrs.ts";
import { seededRandom } from "../../tests/tariffs/seeded-deck.ts";

export const PAGE = 500;
const TENANT = "bench.example";
export const NOW_MS = Date.parse("2026-04-30T00:00:00Z");
export const START_MS = Date.parse("2026-04-01T00:00:00Z");
const SPAN_MS = 28 * 86_400_000;
/** How far calls stand from the order in which they arrive: a CDR comes when its call has ended. */
const MIXED_MS = 3_600_000;

export const files = (raise: number) => {
  const row = (prefix: number) => `${prefix},Place,0.${1000 + (prefix % 997) + raise},60,1`;
  const rows = Array.from({ length: 900 }, (_, index) => row(100 + index));
  const deck = `prefix,destination,rate,first_interval,next_interval\n${rows.join("\n")}\n`;
  const carriers = ["alpha", "beta", "gamma"];
  return {
    "tariff.yaml": `tenant: ${TENANT}
currency: EUR
defaultNumbering: wholesale-digits
retailPlans: { retail: { deck: retail.csv } }
carrierPlans:
${carriers.map((name) => `  ${name}: { carrier: ${name}, deck: ${name}.csv }`).join("\n")}
voipPlans: { gold: { retail: [retail], carriers: [${carriers.join(", ")}] } }
accounts: accounts.csv
`,
    "retail.csv": deck,
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
    ...Object.fromEntries(carriers.map((name) => [`${name}.csv`, deck.replaceAll("0.1", "0.0")])),
  };
};

/** Stores the first `count` of `all` CDRs, whose calls are spread evenly over the whole span. */
async function fill(engine: ComposedEngine, count: number, all: number): Promise<void> {
  const random = seededRandom(7);
  const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
  for (let start = 0; start < count; start += PAGE) {
    const cdrs = Array.from({ length: Math.min(PAGE, count - start) }, (_, index): Cdr => {
      const number = start + index;
      const read = readCdrObject({
        originId: `bench-${number}`,
        tenant: TENANT,
        account: `${1000 + Math.floor(random() * 500)}`,
        destination: `${100 + Math.floor(random() * 900)}${1_000_000 + (number % 1_000_000)}`,
        answerTime: new Date(
          START_MS + Math.floor((number / all) * SPAN_MS + random() * MIXED_MS),
        ).toISOString(),
        usage: `${1 + Math.floor(random() * 900)}s`,
      });
      if (!read.ok) throw new Error(read.detail);
      const mediated = mediate(read.raw, source, NOW_MS);
      if (!mediated.ok) throw new Error(mediated.detail);
      return mediated.cdr;
    });
    await engine.store.cdrs.insert(await rateBatch(engine.rating, cdrs));
  }
}

/** CDRs that are mediated and rated; all others are copies of them with ids and times of their own. */
const RATED_MOST = 20_000;

/** Stores so many calls, all rated by the tariff in force. */
export async function fillStore(engine: ComposedEngine, count: number): Promise<void> {
  const rated = Math.min(count, RATED_MOST);
  await fill(engine, rated, count);
  const { cdrs } = engine.store;
  let made = rated;
  const shiftMs = () => Math.floor(((made - (made % rated)) / count) * SPAN_MS);
  while (made < count) {
    for await (const page of cdrs.scan({}, PAGE)) {
      const copies = page
        .slice(0, count - made)
        .map((cdr, index) => laterCopy(cdr, made + index, shiftMs()));
      await cdrs.insert(copies);
      made += copies.length;
      if (made % rated === 0 || made === count) break;
    }
  }
}

function laterCopy({ history: _none, ...cdr }: StoredCdr, number: number, shiftMs: number): NewCdr {
  const { primary } = cdr;
  const originId = `bench-${number}`;
  const { answerTime } = primary;
  if (answerTime === undefined) throw new Error(`${primary.originId} has no answer time`);
  const later = { ...answerTime, atMs: answerTime.atMs + shiftMs };
  return {
    ...cdr,
    id: cdrId(originId, primary.originHost),
    primary: { ...primary, originId, answerTime: later },
  };
}
