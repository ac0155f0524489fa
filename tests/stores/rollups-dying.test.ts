// Goal: sums are those of the CDRs at every moment, wherever the process that makes them dies. Method: the
// makers of both stores over a file and collections whose n-th write fails, for each n; what is torn is left
// as it is for the next one, and CDRs of calls in several quarter hours come between.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { type Collection, MongoClient } from "mongodb";
import { expect, it } from "vitest";
import type { AttemptTerms } from "../../src/queries/attempts.ts";
import type { SummaryQuery, SummaryRow } from "../../src/queries/cdr-query.ts";
import { rollupsThrough } from "../../src/stores/mongo/rollups/rollups.ts";
import { storeCollections } from "../../src/stores/mongo/schema.ts";
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import type { RollupStore } from "../../src/stores/ports/cdrs.ts";
import { editionOf } from "../../src/stores/rollups/edition.ts";
import { registerFilterFunctions } from "../../src/stores/sqlite/cdrs/filter.ts";
import { rollupReads } from "../../src/stores/sqlite/rollups/reads.ts";
import { rollupWriter } from "../../src/stores/sqlite/rollups/tables.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { allUnjoined } from "../engine/reports/make-sums.ts";
import { findAll } from "../engine/reports/report-oracle.ts";
import { naiveSummary } from "./contracts/naive-query.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";
import { mongoTestUri } from "./mongo-test-uri.ts";
import { mongoUrl } from "./mongo-urls.ts";

const TERMS: AttemptTerms = { effectiveCauses: ["17"], congestionCauses: ["34"] };
const BEGIN_MS = Date.UTC(2026, 2, 2);
const QUARTER_MS = 900_000;
const QUARTERS = 8;
const QUERIES: SummaryQuery[] = [["quarterHour" as const], ["account" as const]].map((groupBy) => ({
  ...{ filter: {}, groupBy, timeZone: "Asia/Kathmandu", time: "answer", attempts: TERMS },
}));

type Maker = Pick<RollupStore, "make" | "join">;

interface Opened {
  store: Store;
  /** Makes sums until its n-th write, which fails, as all later ones do. */
  dyingAt(write: number): Maker;
  close(): Promise<void>;
}

/** `write` throws from the n-th time on. */
function deathAt(write: number): () => void {
  let left = write;
  return () => {
    left -= 1;
    if (left < 0) throw new Error("the process is gone");
  };
}

/** The object, whose members of these names are preceded by `before`. */
function guarded<T extends object>(target: T, names: readonly string[], before: () => void): T {
  return new Proxy(target, {
    get(_target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (names.includes(String(name))) before();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

async function openSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-dying-"));
  const path = join(folder, "store.db");
  const store = await openSqliteStore({ path });
  const database: Database = new Sqlite(path);
  registerFilterFunctions(database);
  const reads = rollupReads(database, []);
  return {
    store,
    dyingAt(write) {
      const before = deathAt(write);
      const prepare = (sql: string) => guarded(database.prepare(sql), ["run"], before);
      const writer = rollupWriter(
        new Proxy(database, {
          get: (target, name) => {
            if (name === "prepare") return prepare;
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === "function" ? member.bind(target) : member;
          },
        }),
      );
      const edition = editionOf(TERMS);
      return {
        make: async (quarter, terms) =>
          writer.putQuarter(quarter, edition, await reads.countQuarter(quarter.quarter, terms)),
        async join(piece, terms) {
          const made = await reads.joinPiece(piece, terms);
          return made !== null && writer.putJoined(piece, edition, made);
        },
      };
    },
    async close() {
      database.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const WRITES = ["bulkWrite", "updateOne", "updateMany", "deleteMany"];

async function openMongo(uri: string): Promise<Opened> {
  const url = mongoUrl(uri);
  const store = await openMongoStore({ url, changesLagSeconds: 0 });
  const client = await MongoClient.connect(url);
  const own = storeCollections(client.db());
  const none = async () => {
    throw new Error("what makes sums asks for none");
  };
  return {
    store,
    dyingAt(write) {
      const before = deathAt(write);
      const dying = <T extends object>(of: Collection<T>) => guarded(of, WRITES, before);
      const collections = {
        ...own,
        rollupQuarters: dying(own.rollupQuarters),
        rollupPieces: dying(own.rollupPieces),
        rollupCrossing: dying(own.rollupCrossing),
      };
      const once = <T>(work: () => Promise<T>) => work();
      const calls = { read: once, sum: once, once, write: once as never };
      return rollupsThrough(calls, {
        ...{ collections, scan: store.cdrs.scan, maxTimeMS: 10_000, lagSeconds: 0 },
        isMarked: async () => true,
        source: { sums: none, calls: none },
      });
    },
    async close() {
      await client.close();
      await store.close();
    },
  };
}

function byKeys(rows: readonly SummaryRow[]): Map<string, SummaryRow> {
  return new Map(
    rows.map((row) => [JSON.stringify([row.keys, row.currency, row.buyCurrency]), row]),
  );
}

/** Answers where they were read. */
async function expectExact({ store }: Opened): Promise<string[]> {
  const cdrs = await findAll(store, {});
  const froms: string[] = [];
  for (const query of QUERIES) {
    const { rows, from } = await store.rollups.summarize(query);
    expect(byKeys(rows)).toEqual(byKeys(naiveSummary(cdrs, query)));
    froms.push(from);
  }
  return froms;
}

/** An attempt, of a call where that is said. */
async function write({ store }: Opened, quarter: number, callId?: string): Promise<void> {
  written += 1;
  const atMs = BEGIN_MS + quarter * QUARTER_MS + written * 1000;
  const primary = { answerTime: { atMs, offsetMinutes: 0 }, usage: written * 1000 };
  const cdr = callId === undefined ? {} : { callId };
  const account = `${written % 2}`;
  await store.cdrs.insert([sampleCdr(`cdr-${written}`, { primary: { ...primary, account }, cdr })]);
}
let written = 0;

async function makeAll({ store }: Opened, maker: Maker): Promise<void> {
  for (let pass = 0; pass < 3; pass += 1) {
    for (const quarter of await store.rollups.dirty(TERMS, 100)) await maker.make(quarter, TERMS);
  }
  for (const piece of await allUnjoined(store.rollups, TERMS)) await maker.join(piece, TERMS);
}

const uri = await mongoTestUri();
const STORES = [
  // A row at a time, all of one transaction: every other one does.
  { name: "sqlite", open: openSqlite, step: 2 },
  ...(uri === null ? [] : [{ name: "mongo", open: () => openMongo(uri), step: 1 }]),
];

it.each(STORES)("each death on $name leaves every sum exact", async ({ open, step }) => {
  const opened = await open();
  const { rollups } = opened.store;
  const seen = new Set<string>();
  const expectAll = async () => {
    for (const from of await expectExact(opened)) seen.add(from);
  };
  /** Whether it died before all was made. */
  const dies = (deaths: number): Promise<boolean> =>
    makeAll(opened, opened.dyingAt(deaths)).then(
      () => false,
      (error: Error) => {
        expect(error.message).toBe("the process is gone");
        return true;
      },
    );
  try {
    for (let quarter = 0; quarter < QUARTERS; quarter += 1) await write(opened, quarter);
    let deaths = 0;
    for (let isDead = true; isDead; deaths += step) {
      // The call is whole where its first attempt is, until the second one comes.
      const call = `call-${deaths}`;
      await write(opened, 3 + (deaths % 4), call);
      const isTorn = deaths % 3 === 2;
      if (!isTorn) await makeAll(opened, rollups);
      await write(opened, QUARTERS - 1, call);
      await expectAll();
      await rollups.forget({ fromMs: BEGIN_MS, toMs: BEGIN_MS + 3 * QUARTER_MS });
      isDead = await dies(deaths);
      await expectAll();
    }
    expect(deaths).toBeGreaterThan(15);
    expect(await rollups.state(TERMS)).toEqual({ quarters: QUARTERS, dirty: 0 });
    expect([...seen].sort()).toEqual(["both", "cdrs"]);
  } finally {
    await opened.close();
  }
});
