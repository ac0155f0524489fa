// Goal: states of quarter hours are read page by page, and answers are those of all pages. Method: quarter
// hours are written beside the store, as many as no page has.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { MongoClient, Timestamp } from "mongodb";
import { expect, test } from "vitest";
import { ATTEMPTS } from "../../src/engine/reports/sums.ts";
import { QUARTER_MS, type Quarter } from "../../src/rollups/pieces.ts";
import { storeCollections } from "../../src/stores/mongo/schema.ts";
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import { editionOf } from "../../src/stores/rollups/edition.ts";
import { PAGE } from "../../src/stores/rollups/look.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { allUnjoined, makeSums } from "../engine/reports/make-sums.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";
import { mongoTestUri } from "./mongo-test-uri.ts";
import { mongoUrl } from "./mongo-urls.ts";

const edition = editionOf(ATTEMPTS);
/** The first quarter hour of a day. */
const FIRST = 96 * 20_000;
const COUNT = 2 * PAGE + 100;

interface Opened {
  store: Store;
  write(quarters: readonly Quarter[]): Promise<void>;
  close(): Promise<void>;
}

async function openSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-pages-"));
  const path = join(folder, "store.db");
  const store = await openSqliteStore({ path });
  const database = new Sqlite(path);
  const insert = database.prepare(
    `INSERT INTO rollup_quarter (quarter, marked, built, edition)
     VALUES (@quarter, @marked, @built, '${edition}')`,
  );
  return {
    store,
    write: async (quarters) =>
      database.transaction(() => {
        for (const quarter of quarters) insert.run(quarter);
      })(),
    async close() {
      database.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openMongo(uri: string): Promise<Opened> {
  const url = mongoUrl(uri);
  const store = await openMongoStore({ url, changesLagSeconds: 0 });
  const client = await MongoClient.connect(url);
  const { rollupQuarters } = storeCollections(client.db());
  const markedAt = new Timestamp({ t: 1, i: 1 });
  return {
    store,
    async write(quarters) {
      const rest = { markedAt, edition, isDirty: false };
      await rollupQuarters.insertMany(
        quarters.map(({ quarter: _id, marked, built }) => ({ _id, marked, built, ...rest })),
      );
    },
    async close() {
      await client.close();
      await store.close();
    },
  };
}

const uri = await mongoTestUri();
const STORES = [
  { name: "sqlite", open: openSqlite },
  ...(uri === null ? [] : [{ name: "mongo", open: () => openMongo(uri) }]),
];
const quartersFrom = (first: number, marked: number): Quarter[] =>
  Array.from({ length: COUNT }, (_none, index) => {
    return { quarter: first + index, marked, built: marked };
  });

test.each(STORES)(
  "each hour and day of $name that could be joined is on one page",
  async ({ open }) => {
    const { store, write, close } = await open();
    try {
      await write(quartersFrom(FIRST, 1));
      const found = await allUnjoined(store.rollups);
      const first = await store.rollups.unjoined(ATTEMPTS);
      expect(first.pieces.length).toBeLessThan(PAGE);
      const starts = (level: number) =>
        found.filter((piece) => piece.level === level).map(({ quarter }) => quarter);
      for (const level of [4, 96]) {
        const expected = Array.from(
          { length: Math.ceil(COUNT / level) },
          (_none, index) => FIRST + index * level,
        );
        expect(starts(level).sort((left, right) => left - right)).toEqual(expected);
      }
    } finally {
      await close();
    }
  },
);

test.each(STORES)("sums of $name on both sides of many pages are added up", async ({ open }) => {
  const { store, write, close } = await open();
  try {
    const ends = [FIRST - 3, FIRST + COUNT + 5];
    await store.cdrs.insert(
      ends.map((quarter, index) => {
        const answerTime = { atMs: quarter * QUARTER_MS + 1, offsetMinutes: 0 };
        return sampleCdr(`end-${index}`, { primary: { answerTime } });
      }),
    );
    await makeSums(store);
    // As of quarter hours that never had a CDR: they are clean, and there are no sums of them.
    await write(quartersFrom(FIRST, 0));
    const query = {
      ...{ filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const },
      attempts: ATTEMPTS,
    };
    const { rows, from } = await store.rollups.summarize(query);
    expect(from).toBe("rollup");
    expect(rows).toMatchObject([{ calls: 2 }]);
    expect(rows).toEqual(await store.cdrs.summarize(query));
  } finally {
    await close();
  }
});
