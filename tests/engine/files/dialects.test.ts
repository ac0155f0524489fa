// Goal: dialects are stored by name, everybody's or a tenant's; a file of any kind is sniffed at.
// Method: the use case over a store in memory.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { createDialects, type Dialects } from "../../../src/engine/files/dialects.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { dialectSchema } from "../../../src/tables/dialect.ts";
import { makeWorkbook } from "./make-workbook.ts";

let store: Store;
let dialects: Dialects;

beforeAll(async () => {
  store = await openSqliteStore({
    path: ":memory:",
    migrates: true,
    build: "test",
    clock: () => 5,
  });
  dialects = createDialects({ store, clock: () => 1000 });
});
afterAll(() => store.close());

const OPS = { name: "ops", scope: EVERYTHING };
const of = (...tenants: string[]) => ({ name: tenants.join(), scope: { tenants, seesBuy: true } });

describe("by name", () => {
  it("what everybody may use is set by those alone who see everything", async () => {
    const set = await dialects.set("all", dialectSchema.parse({ delimiter: ";" }), OPS);
    expect(set).toMatchObject({
      name: "all",
      by: "ops",
      setAtMs: 1000,
      dialect: { delimiter: ";" },
    });
    expect(await dialects.get("all", of("t1").scope)).toEqual(set);
    await expect(dialects.set("all", dialectSchema.parse({}), of("t1"))).rejects.toMatchObject({
      code: "forbidden",
    });
  });

  it("a tenant's own is not there for another one", async () => {
    await dialects.set("own", dialectSchema.parse({}), of("t1"));
    await expect(dialects.get("own", of("t2").scope)).rejects.toMatchObject({ code: "not-found" });
    await expect(dialects.set("own", dialectSchema.parse({}), of("t2"))).rejects.toMatchObject({
      code: "forbidden",
    });
    const names = async (
      scope: { tenants: string[] | null; seesBuy: boolean },
      limit: number,
      after?: string,
    ) => {
      const page = await dialects.list({ limit, after }, scope);
      return [page.dialects.map(({ name }) => name), page.next];
    };
    expect(await names({ tenants: ["t2"], seesBuy: true }, 10)).toEqual([["all"], undefined]);
    expect(await names({ tenants: ["t1", "t2"], seesBuy: true }, 1)).toEqual([["all"], "all"]);
    expect(await names({ tenants: ["t1", "t2"], seesBuy: true }, 1, "all")).toEqual([
      ["own"],
      "own",
    ]);
  });
});

describe("a file of any kind", () => {
  const text = "Call ID;B-Number;Start;Seconds\nc1;34650123456;2026-03-02 10:00:00;60\n";
  async function* pieces(bytes: Uint8Array, size = 7) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const sniff = (bytes: Uint8Array) => dialects.sniff(pieces(bytes), { known: {}, target: "cdr" });
  const map = {
    originId: "Call ID",
    destination: "B-Number",
    setupTime: "Start",
    usage: "Seconds",
  };

  it("plain, packed, and a workbook are the same table", async () => {
    const plain = await sniff(Buffer.from(text));
    expect(plain).toMatchObject({ dialect: { map }, doubts: [], confidence: 1 });
    expect(await sniff(gzipSync(text))).toEqual(plain);
    const cells = text
      .trim()
      .split("\n")
      .map((line) => line.split(";"));
    const book = await sniff(makeWorkbook({ Calls: [["Carrier X"], ...cells] }));
    expect(book).toMatchObject({ dialect: { map, firstLine: 2, header: true }, doubts: [] });
    expect(book.rows).toEqual(plain.rows);
  });

  it("of several sheets with rows the one that is most like a table is proposed, and asked about", async () => {
    const cells = text
      .trim()
      .split("\n")
      .map((line) => line.split(";"));
    const bytes = makeWorkbook({ Cover: [["Carrier X"]], Calls: cells, Notes: [["a", "b"]] });
    const { dialect, doubts } = await sniff(bytes);
    expect([dialect.sheet, dialect.map]).toEqual(["Calls", map]);
    expect(doubts.map(({ code, answers }) => [code, answers[0], answers.length])).toEqual([
      ["sheet", "Calls", 3],
    ]);
  });

  it("a broken gzip is refused", async () => {
    await expect(sniff(gzipSync(text).subarray(0, 30))).rejects.toMatchObject({
      code: "invalid-params",
      message: expect.stringContaining("no whole gzip"),
    });
  });
});
