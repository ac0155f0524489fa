// The MongoDB store beside the bare driver on the same server, turn by turn: insert, page, count,
// summarize, rerate. MONGODB_URI names the server; else mongo-java-server, in memory, which scans where
// MongoDB would read an index: what its ratios say is what cdrate adds, not how fast MongoDB is.
// BENCH_LATENCY=MS: its answers come so much later.
// npm run bench -- mongo [CDRS]   (10000 when not said)
import { type Collection, type Document, MongoClient } from "mongodb";
import type { SummaryQuery } from "../src/queries/cdr-query.ts";
import { groupStage } from "../src/stores/mongo/cdrs/summary.ts";
import { SERVER_TIME, toCdr, toDocument } from "../src/stores/mongo/documents.ts";
import { openMongoStore } from "../src/stores/mongo/store.ts";
import type { NewCdr } from "../src/stores/ports/cdrs.ts";
import { sampleCdr, sampleRating, sampleSide } from "../tests/stores/contracts/sample-cdrs.ts";
import { startMongoServer } from "../tests/stores/mongo-server.ts";
import { mongoUrl } from "../tests/stores/mongo-urls.ts";
import { fromAfar } from "./afar.ts";

const COUNT = Number(process.argv[2] ?? 10_000);
const PAGE = 500;
const ROUNDS = 5;
const START_MS = Date.UTC(2026, 2, 1);
const MONTH_MS = 31 * 86_400_000;
const TENANT = "example.com";
const GOAL = 0.7;
const LATENCY_MS = Number(process.env["BENCH_LATENCY"] ?? 0);
/** Each command says its data base once. */
const COMMAND = Buffer.from("\x02$db\0");
/** Revisions that are written one by one, to see what a page of them saves. */
const SINGLES = 100;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** One of a month of calls of 50 accounts. */
function callNumber(name: string, n: number): NewCdr {
  const atMs = START_MS + Math.floor((n / COUNT) * MONTH_MS);
  const account = String(1001 + (n % 50));
  return sampleCdr(`${name}-${n}`, {
    primary: {
      ...{ account, subject: account, usage: (n % 600) * 1000 },
      answerTime: { atMs, offsetMinutes: 0 },
    },
    extra: { trunk: `t${n % 8}`, node: "edge-1", codec: "PCMA" },
    rating: rating(1, n),
    cdr: { receivedAtMs: atMs + 60_000 },
  });
}

function rating(revision: number, n: number) {
  return sampleRating({
    revision,
    sell: sampleSide({ amount: `0.${String((n % 997) + revision).padStart(4, "0")}` }),
    buy: sampleSide({ amount: "0.0100", carrier: n % 3 === 0 ? "North" : "South" }),
    margin: { amount: "0.0000", currency: "EUR" },
  });
}

/** Conditional revisions of the first CDRs of a page, by what they are seen to have. */
async function reviseFirst(count: number, atOnce: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, n) => callNumber("filled", n).id);
  const sort = { by: "callTime", descending: false } as const;
  const { cdrs } = await store.cdrs.find({
    filter: { tenants: [TENANT], ids },
    sort,
    limit: count,
  });
  for (let start = 0; start < count; start += atOnce) {
    const revisions = cdrs.slice(start, start + atOnce).map(({ tenant, id, rating: seen }, n) => ({
      ...{ tenant, id, expectedRevision: seen.revision, atMs: n },
      rating: rating(seen.revision + 1, n),
    }));
    await store.cdrs.revise(revisions);
  }
}

/** The same revisions in one call and one by one: commands and time of both. */
async function compareSingles(): Promise<void> {
  const measured = async (atOnce: number) => {
    const before = afar.count();
    const ms = await timeMs(() => reviseFirst(SINGLES, atOnce));
    return { ms, commands: afar.count() - before };
  };
  await reviseFirst(SINGLES, SINGLES);
  const [page, singles] = [await measured(SINGLES), await measured(1)];
  const told = ({ ms, commands }: typeof page) => `${ms.toFixed(0)} ms, ${commands} commands`;
  say(
    `${SINGLES} revisions: ${told(page)}; one by one ${told(singles)}; ${(singles.ms / page.ms).toFixed(1)} times as fast`,
  );
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const { server, causes } = await startMongoServer();
if (server === null) throw new Error(`no MongoDB server: ${causes.join("; ")}`);
const afar = await fromAfar(server.uri, { latencyMs: LATENCY_MS, counted: COMMAND });
const url = mongoUrl(afar.uri);
const client = new MongoClient(url);
const concern = { w: "majority", journal: true } as const;
const store = await openMongoStore({ url });
type Own = ReturnType<typeof toDocument>;
const stored: Collection<Own> = client.db().collection("cdrs");
/** The bare driver writes to a collection of its own, with the same indexes. */
const bare: Collection<Own> = client.db().collection("bareCdrs", { writeConcern: concern });

let worst = Number.POSITIVE_INFINITY;

/** Turn by turn; the first round of both warms up. `units`: CDRs that one turn is about. */
async function compare(
  name: string,
  {
    own,
    reference,
    units,
  }: Record<"own" | "reference", (round: number) => Promise<unknown>> & { units: number },
): Promise<void> {
  const times = { own: [] as number[], reference: [] as number[] };
  const cpu = { own: [] as number[], reference: [] as number[] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    // The one that goes first changes: neither always meets what the other left behind.
    const turns =
      round % 2 === 0 ? (["own", "reference"] as const) : (["reference", "own"] as const);
    for (const turn of turns) {
      const before = process.cpuUsage();
      const ms = await timeMs(() => (turn === "own" ? own : reference)(round));
      const { user, system } = process.cpuUsage(before);
      if (round === 0) continue;
      times[turn].push(ms);
      cpu[turn].push((user + system) / 1000);
    }
  }
  const [mine, other] = [median(times.own), median(times.reference)];
  const ratio = other / mine;
  worst = Math.min(worst, ratio);
  const rate = (ms: number) => `${ms.toFixed(1)} ms (${((units / ms) * 1000).toFixed(0)} CDRs/s)`;
  const processor = `${median(cpu.own).toFixed(0)} and ${median(cpu.reference).toFixed(0)} ms of this processor`;
  say(
    `${name}: ${rate(mine)}, bare driver ${rate(other)}, ratio ${ratio.toFixed(2)}; ${processor}`,
  );
}

/** Pages of documents as the store makes them, for both. */
const pageOf = (name: string, round: number) =>
  Array.from({ length: PAGE }, (_, n) => callNumber(`${name}-${round}`, n));
const documentOf = (cdr: NewCdr) => toDocument(cdr, "bytes");

async function fill(): Promise<void> {
  for (let start = 0; start < COUNT; start += PAGE) {
    const cdrs = Array.from({ length: PAGE }, (_, n) => callNumber("filled", start + n));
    await store.cdrs.insert(cdrs);
    await bare.insertMany(cdrs.map(documentOf));
  }
}

async function compareReads(): Promise<void> {
  const times = { $gte: new Date(START_MS), $lt: new Date(START_MS + MONTH_MS) };
  const match = { tenant: TENANT, "keys.callTime": times, "rating.outcome": { $ne: "voided" } };
  const hint = { tenant: 1, "keys.callTime": 1, _id: 1 } as const;
  const account = { ...match, "primary.account": "1007" };
  const accountHint = { tenant: 1, "primary.account": 1, "keys.callTime": 1, _id: 1 } as const;
  const callTime = { fromMs: START_MS, toMs: START_MS + MONTH_MS };
  const filter = { tenants: [TENANT], callTime };
  const sort = { by: "callTime", descending: false } as const;
  await compare("page of 50 by account and time", {
    own: () => store.cdrs.find({ filter: { ...filter, accounts: ["1007"] }, sort, limit: 50 }),
    reference: async () => {
      const found = bare.find(account as Document, {
        hint: accountHint,
        readConcern: { level: "majority" },
      });
      return (await found.sort({ "keys.callTime": 1, _id: 1 }).limit(51).toArray()).map(toCdr);
    },
    units: 50,
  });
  await compare("count of a month", {
    own: () => store.cdrs.count(filter),
    reference: () => bare.countDocuments(match as Document, { hint }),
    units: COUNT,
  });
  const query: SummaryQuery = { filter, groupBy: ["day"], timeZone: "UTC", time: "answer" };
  const group = groupStage(query);
  await compare("sums of a month by day", {
    own: () => store.cdrs.summarize(query),
    reference: () => bare.aggregate([{ $match: match }, { $group: group }], { hint }).toArray(),
    units: COUNT,
  });
}

/** The same page of revisions: one read, one bulk write of conditional updates with the history. */
async function compareRerate(): Promise<void> {
  const cdrs = Array.from({ length: PAGE }, (_, n) => callNumber("filled", n));
  const ids = cdrs.map((cdr) => documentOf(cdr)._id);
  await compare(`rerate of a page of ${PAGE}`, {
    own: (round) =>
      store.cdrs.revise(
        cdrs.map(({ tenant, id }, n) => ({
          ...{ tenant, id, expectedRevision: round + 1, atMs: round },
          rating: rating(round + 2, n),
        })),
      ),
    reference: async (round) => {
      // The tenant is said too: by it a sharded collection finds the shard.
      const page = { _id: { $in: ids }, tenant: TENANT };
      const seen = await bare.find(page, { projection: { history: 0 } }).toArray();
      const updates = seen.flatMap((document, n) => {
        const cdr = cdrs[n];
        if (cdr === undefined) return [];
        const next = documentOf({ ...cdr, rating: rating(round + 2, n) });
        return {
          updateOne: {
            filter: { _id: document._id, tenant: TENANT, "rating.revision": round + 1 } as Document,
            update: {
              $set: { rating: next.rating, keys: next.keys },
              $currentDate: { changedAt: SERVER_TIME },
              $push: { history: { rating: document.rating, replacedAt: new Date(round) } },
            } as Document,
          },
        };
      });
      await bare.bulkWrite(updates, { ordered: false });
    },
    units: PAGE,
  });
}

try {
  const indexes = await stored.indexes();
  await bare.createIndexes(
    indexes.flatMap(({ name, key }) =>
      name === "_id_" || name === undefined ? [] : [{ name, key }],
    ),
  );
  say(
    `${server.description}, ${COUNT} CDRs${LATENCY_MS > 0 ? `, each answer ${LATENCY_MS} ms later` : ""}`,
  );
  await compare(`insert of ${PAGE}`, {
    own: (round) => store.cdrs.insert(pageOf("inserted", round)),
    reference: (round) =>
      bare.insertMany(pageOf("inserted", round).map(documentOf), { ordered: false }),
    units: PAGE,
  });
  await fill();
  await compareReads();
  await compareRerate();
  await compareSingles();
  say(`lowest ratio ${worst.toFixed(2)}, the goal is ${GOAL}`);
  if (worst < GOAL) process.exitCode = 1;
} finally {
  await client
    .db()
    .dropDatabase()
    .catch((error: unknown) => say(`left behind: ${String(error)}`));
  await store.close();
  await client.close();
  await afar.close();
  await server.stop();
}
