// Goal: a rebuild makes sums right again whose quarter hour has lost its mark, whatever was kept of it.
// Method: the mark is taken out of the store by hand, and a call added that nothing marked.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { MongoClient } from "mongodb";
import { expect, test } from "vitest";
import { ATTEMPTS } from "../../src/engine/reports/sums.ts";
import type { SummaryQuery } from "../../src/queries/cdr-query.ts";
import { ALL_TIMES, quarterOf } from "../../src/rollups/pieces.ts";
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { makeSums } from "../engine/reports/make-sums.ts";
import { sampleCdr } from "./contracts/sample-cdrs.ts";
import { mongoTestUri } from "./mongo-test-uri.ts";
import { mongoUrl } from "./mongo-urls.ts";

const BEGIN_MS = Date.parse("2026-03-02T00:00:00Z");
const QUARTER_MS = 900_000;
const COUNT = 12;
const LOST = quarterOf(BEGIN_MS) + 5;
const QUERY: SummaryQuery = {
  filter: {},
  groupBy: ["day"],
  ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
};

interface Opened {
  store: Store;
  loseMark(): Promise<void>;
  close(): Promise<void>;
}

async function openSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-marks-"));
  const path = join(folder, "store.db");
  const store = await openSqliteStore({ path });
  return {
    store,
    async loseMark() {
      const database = new Sqlite(path);
      database.prepare("DELETE FROM rollup_quarter WHERE quarter = ?").run(LOST);
      database.close();
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openMongo(uri: string): Promise<Opened> {
  const url = mongoUrl(uri, `cdrate-test-${randomUUID()}`);
  const store = await openMongoStore({ url, changesLagSeconds: 0 });
  const client = await MongoClient.connect(url);
  return {
    store,
    async loseMark() {
      const collections = await client.db().listCollections({}, { nameOnly: true }).toArray();
      const name = collections.find((one) => /rollup.?quarters?$/i.test(one.name))?.name ?? "";
      const { deletedCount } = await client
        .db()
        .collection(name)
        .deleteOne({ _id: LOST as never });
      expect(deletedCount).toBe(1);
    },
    async close() {
      await client.db().dropDatabase();
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

test.each(STORES)("a lost mark on $name is mended by a rebuild", async ({ open }) => {
  const { store, loseMark, close } = await open();
  const at = (name: string, quarter: number) =>
    sampleCdr(name, {
      primary: { answerTime: { atMs: BEGIN_MS + quarter * QUARTER_MS, offsetMinutes: 0 } },
    });
  try {
    // Several writes each, so that marks are higher than those of a quarter hour that is new.
    for (const round of [1, 2, 3]) {
      const cdrs = Array.from({ length: COUNT }, (_none, quarter) =>
        at(`call-${round}-${quarter}`, quarter),
      );
      await store.cdrs.insert(cdrs);
    }
    await makeSums(store);
    expect((await store.rollups.summarize(QUERY)).rows).toEqual(await store.cdrs.summarize(QUERY));
    await loseMark();
    expect(
      (await store.rollups.summarize({ ...QUERY, groupBy: ["quarterHour"] })).rows,
    ).not.toEqual(await store.cdrs.summarize({ ...QUERY, groupBy: ["quarterHour"] }));
    expect(await store.rollups.forget(ALL_TIMES)).toBe(COUNT);
    await makeSums(store);
    for (const groupBy of [["day"], ["quarterHour"], ["hour", "account"]] as const) {
      const asked = { ...QUERY, groupBy: [...groupBy] };
      const { rows, from } = await store.rollups.summarize(asked);
      expect(rows).toEqual(await store.cdrs.summarize(asked));
      expect(from).toBe("rollup");
    }
  } finally {
    await close();
  }
});
