// Goal: a workbook is the rows that its reader sees, numbers and dates exactly; formulas, errors, bombs
// and what is too large are refused by name, and the process does not grow. Method: workbooks that are
// made of XML by hand, lies in the directory among them, read in the thread.
import { describe, expect, it } from "vitest";
import { WORKBOOK_LIMITS } from "../../../src/engine/files/workbook/limits.ts";
import { workbookRecords } from "../../../src/engine/files/workbook/workbook.ts";
import type { Dialect } from "../../../src/tables/dialect.ts";
import { makeWorkbook, makeZip, sheetXml, workbookEntries } from "./make-workbook.ts";

async function read(
  bytes: Uint8Array,
  { sheet, formulas = "refuse" }: Partial<Pick<Dialect, "sheet" | "formulas">> = {},
  limits = WORKBOOK_LIMITS,
) {
  const records = [];
  const dialect = sheet === undefined ? { formulas } : { formulas, sheet };
  for await (const piece of workbookRecords(bytes, dialect, { limits })) records.push(...piece);
  return records;
}

const cellsOf = async (...args: Parameters<typeof read>) =>
  (await read(...args)).map(({ cells }) => cells);

describe("cells", () => {
  it("texts, numbers, dates, lengths and truth are what the sheet shows", async () => {
    const book = makeWorkbook({
      One: [
        ["id", "n", "at"],
        [" c1 ", 0.1, { xml: '<c s="1"><v>46083.41667824</v></c>' }],
        [
          { xml: "<c><v>34650123456</v></c>" },
          { xml: "<c><v>0.30000000000000004</v></c>" },
          { xml: '<c s="1"><v>2.5000000000000001E-3</v></c>' },
        ],
        [
          { xml: '<c t="b"><v>1</v></c>' },
          { xml: "<c><v>4.4123E+11</v></c>" },
          { xml: "<c><v>1.5E-7</v></c>" },
        ],
        ["a & <b>", null, "東"],
      ],
    });
    expect(await cellsOf(book)).toEqual([
      ["id", "n", "at"],
      [" c1 ", "0.1", "2026-03-02 10:00:01"],
      ["34650123456", "0.30000000000000004", "00:03:36"],
      ["true", "441230000000", "0.00000015"],
      ["a & <b>", "", "東"],
    ]);
  });

  it("rows keep their numbers, where the file leaves out those of nothing", async () => {
    const sheet =
      '<worksheet><sheetData><row r="3"><c r="B3"><v>1</v></c></row><row r="5"><c r="A5"><v>2</v></c></row></sheetData></worksheet>';
    const records = await read(makeZip(workbookEntries({ One: sheet })));
    const filled = records.filter(({ cells }) => cells.some((cell) => cell !== ""));
    expect(filled.map(({ line, cells }) => [line, cells])).toEqual([
      [3, ["", "1"]],
      [5, ["2", ""]],
    ]);
  });

  it("a sheet by its name; one that is not there is named with those that are", async () => {
    const book = makeWorkbook({ One: [["1"]], "Two & more": [["2"]] });
    expect(await cellsOf(book)).toEqual([["1"]]);
    await expect(read(book, { sheet: "Three" })).rejects.toMatchObject({
      code: "not-found",
      detail: { hint: expect.stringContaining("One, Two & more") },
    });
  });

  it("a row with a formula or an error is refused by its cell; kept values only where it is said", async () => {
    const formula = { xml: "<c><f>1+1</f><v>2</v></c>" };
    const book = makeWorkbook({
      One: [
        ["a", "b"],
        ["x", formula],
        ["y", 3],
        [null, { xml: '<c t="e"><v>#REF!</v></c>' }],
      ],
    });
    expect(await read(book)).toMatchObject([
      { line: 1 },
      {
        line: 2,
        fault: {
          reason: "formula-cell",
          place: { line: 2, column: 2 },
          detail: "Line 2, column 2: the cell B2 holds a formula.",
        },
      },
      { line: 3, cells: ["y", "3"] },
      { line: 4, fault: { detail: "Line 4, column 2: the cell B4 holds an error." } },
    ]);
    const values = await read(book, { formulas: "values" });
    expect(values[1]).toMatchObject({ cells: ["x", "2"] });
    expect(values[3]).toHaveProperty("fault");
  });
});

describe("what is refused", () => {
  const limits = { ...WORKBOOK_LIMITS, inflatedBytes: 20_000_000 };

  it("a bomb, whatever its directory says of its size", async () => {
    const bomb = Buffer.alloc(60_000_000, 0x20);
    for (const claimed of [bomb.length, 10]) {
      const entries = [
        ...workbookEntries({ One: sheetXml([["a"]]) }),
        { name: "xl/sharedStrings.xml", bytes: bomb, claimed },
      ];
      const before = process.memoryUsage().rss;
      await expect(read(makeZip(entries), {}, limits)).rejects.toMatchObject({
        code: "too-large",
        message: "The workbook inflates to over 20000000 bytes.",
      });
      expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
    }
  });

  it("two million rows", async () => {
    const rows = `<row r="1">${'<c r="A1"><v>1</v></c>'}</row>`.repeat(2_000_000);
    const sheet = `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
    await expect(read(makeZip(workbookEntries({ One: sheet })))).rejects.toMatchObject({
      code: "too-large",
      message: "The workbook has over 500000 rows.",
    });
  });

  it("more memory than the thread may have ends the thread alone", async () => {
    const rows = Array.from({ length: 60_000 }, (_none, index) => [`${index}`, "x", "y", 1, 2]);
    await expect(
      read(makeWorkbook({ One: rows }), {}, { ...WORKBOOK_LIMITS, memoryMb: 16 }),
    ).rejects.toMatchObject({
      code: "too-large",
      message: "The workbook takes over 16 MB of memory.",
    });
  });

  it("a file that is over the limit, and what is no workbook", async () => {
    await expect(read(Buffer.alloc(100), {}, { ...limits, bytes: 99 })).rejects.toMatchObject({
      code: "too-large",
    });
    for (const bytes of [
      Buffer.from("PK\x03\x04 and nothing more"),
      makeZip([{ name: "a.txt", bytes: Buffer.from("x") }]),
      makeWorkbook({ One: [["a"]] }).subarray(0, 500),
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3]),
    ]) {
      await expect(read(bytes)).rejects.toMatchObject({
        code: expect.stringMatching(/invalid-params|not-found/),
      });
    }
  });
});
