// Goal: what somebody changed in the store itself is found, and the audit goes on around what
// cannot be read. Method: the SQLite file and the MongoDB documents, changed by their own drivers.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { type Document, MongoClient } from "mongodb";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DocumentKey, documentKey } from "../../../src/stores/mongo/cdrs/key.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../rerate/test-engine.ts";
import { fill } from "./audited-store.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-audit-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

type Change = (url: string, id: string, change: string) => Promise<void>;

async function changeFile(url: string, id: string, assignment: string): Promise<void> {
  const file = new Sqlite(url.replace("sqlite:", ""));
  file.prepare(`UPDATE cdr SET ${assignment} WHERE id = unhex(?)`).run(id);
  file.close();
}

async function changeDocument(url: string, id: string, change: string): Promise<void> {
  const client = await new MongoClient(url).connect();
  const documents = client.db().collection<Document & { _id: DocumentKey }>("cdrs");
  await documents.updateOne(
    { _id: documentKey("bytes", { tenant: TENANT, id }) },
    { $set: JSON.parse(change) as Document },
  );
  await client.close();
}

const KINDS: Record<string, { change: Change; hidden: string; summed: string; broken: string }> = {
  sqlite: {
    change: changeFile,
    hidden: "account = 'other', carrier = 'other'",
    summed: "sell_parts = sell_parts + 1",
    broken: "rating = '{'",
  },
  mongo: {
    change: changeDocument,
    hidden: '{ "keys.leadingDigits": "9", "keys.prefix": "9" }',
    summed: '{ "keys.currency": "USD" }',
    broken: '{ "rating.basis": "{" }',
  },
};

describe.each(STORES)("a $name store that somebody changed", ({ name, url }) => {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`no way to break ${name}`);
  let at: string;
  let id: string;
  let test: TestEngine;
  beforeEach(async () => {
    files += 1;
    at = name === "sqlite" ? `sqlite:${join(folder, `${files}.db`)}` : url();
    test = await createTestEngine(at);
    await fill(test);
    id = await test.post("changed", { usage: "90s" });
  });
  afterEach(() => test.close());

  const faults = async () => {
    const checks = await test.engine.audits.run({ explain: "all" });
    return checks.filter(({ ok }) => ok !== true);
  };

  it("a key that queries go by", async () => {
    await kind.change(at, id, kind.hidden);
    const detail = expect.stringContaining(id);
    expect(await faults()).toEqual([{ name: "keys-are-their-record", ok: false, detail }]);
  });

  it("a key that sums go by", async () => {
    await kind.change(at, id, kind.summed);
    expect((await faults()).map(({ name, ok }) => [name, ok])).toEqual([
      ["keys-are-their-record", false],
      ["sums-agree", false],
    ]);
  });

  it("a CDR that cannot be read is named; the others are checked, sums are not", async () => {
    await kind.change(at, id, kind.broken);
    expect(await faults()).toEqual([
      {
        name: "keys-are-their-record",
        ok: false,
        detail: expect.stringMatching(`^1 of 41 CDRs: ${id}: record cannot be read`),
      },
      { name: "sums-agree", ok: null, detail: expect.stringContaining(id) },
      // MongoDB adds up what is readable of it.
      ...(test.store.kind === "sqlite"
        ? [{ name: "kept-sums-agree", ok: null, detail: expect.stringContaining("not compared") }]
        : []),
    ]);
    const last = test.engine.audits.last()?.checks.find((one) => one.name === "explained");
    expect(last).toEqual({ name: "explained", ok: true, detail: "40 CDRs" });
  });
});
