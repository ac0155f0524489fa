// Goal: the decks that tariff.yaml names come as they are: any encoding of their dialect, packed, a
// workbook, any name. Method: folders on disk, read and checked as the command line does.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTariffFiles } from "../../../src/engine/tariffs/folders/folders.ts";
import { readTariff } from "../../../src/tariffs/read-folder.ts";
import { encode } from "../../tables/write-table.ts";
import { makeWorkbook } from "../files/make-workbook.ts";

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cdrate-decks-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const TABLE = "Ziel;Vorwahl;Preis\nÖsterreich;43;0,0123\nEspaña;34;0,5\n";
const MAP = { prefix: "Vorwahl", destination: "Ziel", rate: "Preis" };

async function deckIn(
  folder: string,
  { file, bytes, dialect }: { file: string; bytes: Uint8Array; dialect: object },
) {
  const path = await mkdtemp(join(root, folder));
  const settings = [
    "tenant: example.com",
    "currency: EUR",
    `dialects: { own: ${JSON.stringify({ delimiter: ";", map: MAP, deck: { decimal: "," }, ...dialect })} }`,
    `retailPlans: { standard: { deck: ${file}, dialect: own } }`,
    "voipPlans: { gold: { retail: [standard] } }",
  ];
  await writeFile(join(path, "tariff.yaml"), settings.join("\n"));
  await writeFile(join(path, file), bytes);
  const read = readTariff(await readTariffFiles(path));
  if (!read.ok) return read.faults;
  return read.tariff.retailPlans[0]?.deck.rows.map(
    (row) => `${row.line} ${row.prefix} ${row.destination} ${row.rate}`,
  );
}

const ROWS = ["2 43 Österreich 0.0123", "3 34 España 0.5"];

describe("decks as they come", () => {
  it.each(["windows-1252", "utf-16le", "utf-8"])("in %s", async (encoding) => {
    const bytes = encode(TABLE, encoding);
    expect(await deckIn("text", { file: "deck.txt", bytes, dialect: { encoding } })).toEqual(ROWS);
  });

  it("packed with gzip", async () => {
    const bytes = gzipSync(TABLE);
    expect(await deckIn("gzip", { file: "deck.csv.gz", bytes, dialect: {} })).toEqual(ROWS);
    const broken = deckIn("broken", {
      file: "deck.csv.gz",
      bytes: bytes.subarray(0, 30),
      dialect: {},
    });
    await expect(broken).rejects.toMatchObject({ code: "invalid-params" });
  });

  it("a sheet of a workbook, its rows in their lines", async () => {
    const rows = TABLE.trimEnd()
      .split("\n")
      .map((line) => line.split(";"));
    const bytes = makeWorkbook({ Preise: rows });
    const dialect = { sheet: "Preise" };
    expect(await deckIn("book", { file: "deck.xlsx", bytes, dialect })).toEqual(ROWS);
    const other = deckIn("book", { file: "deck.xlsx", bytes, dialect: { sheet: "Rates" } });
    await expect(other).rejects.toMatchObject({ message: expect.stringContaining("deck.xlsx") });
  });

  it("bytes that are not of the encoding are a fault at their place", async () => {
    const bytes = encode(TABLE, "windows-1252");
    const faults = await deckIn("wrong", {
      file: "deck.csv",
      bytes,
      dialect: { encoding: "utf-8" },
    });
    expect(faults).toMatchObject([
      { file: "deck.csv", line: 2, column: 1, code: "bad-encoding" },
      {},
      {},
    ]);
  });
});
