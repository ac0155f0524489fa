// Goal: a copy has everything that the store has, to the digit, whatever the two kinds are; and a
// table, a column or a member that copies do not know is told by a test. Method: a store with
// something in each of them is copied there and back, and the raw rows are compared.
import Sqlite from "better-sqlite3";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import { copyBetween } from "../../../src/compose/store-copy.ts";
import { COPIED_NOUNS } from "../../../src/stores/copy/copy.ts";
import { COPIED_COLLECTIONS } from "../../../src/stores/mongo/copy/tables.ts";
import { storeCollections } from "../../../src/stores/mongo/schema.ts";
import { COPIED_TABLES } from "../../../src/stores/sqlite/copy/tables.ts";
import { sampleCdr, sampleSide } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { fillStore } from "./filled-store.ts";
import { createPlaces, type Kind, usingStore } from "./places.ts";

const uri = await mongoTestUri();
const places = createPlaces(uri);
afterAll(() => places.remove());

const copy = (from: string, to: string) => copyBetween({ from, to, indexedExtraFields: [] });
const names = (of: Record<string, readonly string[]>) => Object.values(of).flat().sort();

async function filled(kind: Kind): Promise<string> {
  const url = places.fresh(kind);
  await usingStore(url, fillStore);
  return url;
}

type Row = Record<string, unknown>;

/** Every row of every table but the store's own ones, and without what a store numbers by itself. */
function rawRows(url: string): Record<string, Row[]> {
  const database = new Sqlite(url.slice("sqlite:".length), { readonly: true });
  try {
    const { own: _own, ...copied } = COPIED_TABLES;
    const tables = Object.values(copied).flat();
    return Object.fromEntries(tables.map((table) => [table, sorted(readTable(database, table))]));
  } finally {
    database.close();
  }
}

function readTable(database: Sqlite.Database, table: string): Row[] {
  if (table === "cdr_history") {
    return database
      .prepare<[], Row>(
        "SELECT hex(id) AS id, tenant, h.revision, entry FROM cdr_history h JOIN cdr USING (seq)",
      )
      .all();
  }
  if (table === "job_line") {
    return database
      .prepare<[], Row>(
        "SELECT id, list, number, hash, line FROM job_line JOIN job ON seq = job_line.job",
      )
      .all();
  }
  return database
    .prepare<[], Row>(`SELECT * FROM ${table}`)
    .all()
    .map(({ seq: _seq, change: _change, ...row }) => row);
}

function sorted(rows: Row[]): Row[] {
  return rows
    .map((row) => ({ ...row, ...jsonOf(row) }))
    .sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

const text = (row: Row): string => JSON.stringify(row, Object.keys(row).sort());

/** JSON columns as what they say: another store may order the members otherwise. */
function jsonOf(row: Row): Row {
  const texts = Object.entries(row).filter(
    ([, value]) => typeof value === "string" && /^[[{]/.test(value),
  );
  return Object.fromEntries(texts.map(([name, value]) => [name, JSON.parse(String(value))]));
}

describe("what a copy knows", () => {
  test("every table of an SQLite store", () => {
    const url = places.fresh("sqlite");
    return usingStore(url, async () => {
      const database = new Sqlite(url.slice("sqlite:".length), { readonly: true });
      const tables = database
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .pluck()
        .all();
      database.close();
      expect(tables.sort()).toEqual(names(COPIED_TABLES));
    });
  });

  test("every collection of a MongoDB store", () => {
    const collections = storeCollections(new MongoClient("mongodb://127.0.0.1").db("none"));
    expect(Object.keys(collections).sort()).toEqual(names(COPIED_COLLECTIONS));
  });

  test("every column: the store of these tests has something in each", async () => {
    const rows = rawRows(await filled("sqlite"));
    const empty = Object.entries(rows).flatMap(([table, all]) =>
      Object.keys(all[0] ?? { none: null })
        .filter((column) => all.every((row) => row[column] === null))
        .map((column) => `${table}.${column}`),
    );
    expect(empty).toEqual([]);
  });

  test("each noun once, in an order", () => {
    const { own: _own, ...nouns } = COPIED_TABLES;
    expect([...COPIED_NOUNS].sort()).toEqual(Object.keys(nouns).sort());
  });
});

test("SQLite to SQLite: every row and column is the same", async () => {
  const from = await filled("sqlite");
  const to = places.fresh("sqlite");
  const { nouns } = await copy(from, to);
  expect(nouns.cdrs).toMatchObject({ rows: 302, sums: { revisions: "304" } });
  expect(nouns.suspense).toMatchObject({ rows: 5, sums: { bytes: "12" } });
  expect(rawRows(to)).toEqual(rawRows(from));
});

test("a reader of changes with a place of the store before sees every CDR once more", async () => {
  const from = await filled("sqlite");
  const to = places.fresh("sqlite");
  const changes = (url: string, after?: string) =>
    usingStore(url, ({ cdrs }) =>
      cdrs.changes({ filter: {}, limit: 1000, ...(after !== undefined && { after }) }),
    );
  const { next } = await changes(from);
  await copy(from, to);
  expect((await changes(to, next)).cdrs).toHaveLength(302);
  expect((await changes(to)).cdrs).toHaveLength(302);
});

describe.skipIf(uri === null)("with a server", () => {
  test("SQLite to MongoDB and back: every row and column is the same", async () => {
    const from = await filled("sqlite");
    const [between, to] = [places.fresh("mongo"), places.fresh("sqlite")];
    const there = await copy(from, between);
    const back = await copy(between, to);
    expect(back.nouns).toEqual(there.nouns);
    expect(rawRows(to)).toEqual(rawRows(from));
  });

  test("MongoDB to MongoDB: every document is the same", async () => {
    const from = await filled("mongo");
    const to = places.fresh("mongo");
    await copy(from, to);
    const { own: _own, ...copied } = COPIED_COLLECTIONS;
    const client = await new MongoClient(uri ?? "").connect();
    const documents = async (url: string, name: string) => {
      const found = client
        .db(new URL(url).pathname.slice(1))
        .collection(name)
        .find()
        .sort({ _id: 1 });
      return (await found.toArray()).map(({ changedAt: _at, writeId: _by, history, ...rest }) => {
        const entries = history?.map(({ writeId: _of, ...entry }: Row) => entry);
        return { ...rest, ...(entries && { history: entries }) };
      });
    };
    try {
      for (const name of Object.values(copied).flat()) {
        const made = await documents(to, name);
        expect(made.length, name).toBeGreaterThan(0);
        expect(made, name).toEqual(await documents(from, name));
      }
    } finally {
      await client.close();
    }
  });

  test("an amount that MongoDB cannot hold ends the copy by the name of its CDR", async () => {
    const from = places.fresh("sqlite");
    const cdr = sampleCdr("long", {
      rating: { sell: sampleSide({ amount: `0.${"1".repeat(40)}` }) },
    });
    await usingStore(from, ({ cdrs }) => cdrs.insert([cdr]));
    await expect(copy(from, places.fresh("mongo"))).rejects.toMatchObject({
      code: "not-supported",
      message: expect.stringContaining(cdr.id),
    });
  });
});
