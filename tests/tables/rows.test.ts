// Goal: a table in any dialect is read as the cells that were written, each with its place; what is no
// table is refused by line and column, in bounded memory. Method: properties over tables and dialects
// that are written and read again in pieces of any size, and examples of what people send.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { isoDate } from "../../src/tables/dates.ts";
import { type Dialect, dialectSchema } from "../../src/tables/dialect.ts";
import { TABLE_LIMITS } from "../../src/tables/limits.ts";
import { cellPlace, recordReader } from "../../src/tables/records.ts";
import { TableFault } from "../../src/tables/rows.ts";
import { twoLines } from "../../src/tables/two-lines.ts";
import { readTable, rowsOf } from "./read-table.ts";
import { encode, writeTable } from "./write-table.ts";

const SIGNS = fc.constantFrom(",", ";", "\t", "|", ":");
const ENCODINGS = fc.constantFrom("utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1251");

/** Cells that the encoding has; with quotes any sign may stand in them. */
function cellsOf(encoding: string, quoting: Dialect["quoting"], delimiter: string) {
  const plain = ["a", "B", "7", " ", ".", "+", "é", "\u20ac"].filter((sign) =>
    encoding === "windows-1251" ? sign !== "é" : true,
  );
  const wide = encoding.startsWith("utf") ? ["東", "😀"] : [];
  const special = quoting === "none" ? [] : ['"', "\n", "\r\n", ",", ";", "\t", "|", delimiter];
  const signs = [...plain, ...wide, ...special].filter(
    (sign) => quoting !== "none" || !sign.includes(delimiter),
  );
  return fc.array(fc.constantFrom(...signs), { maxLength: 8 }).map((parts) => parts.join(""));
}

const tables = fc
  .record({
    encoding: ENCODINGS,
    delimiter: SIGNS,
    quoting: fc.constantFrom("standard" as const, "none" as const),
    header: fc.boolean(),
    trim: fc.boolean(),
    pieceBytes: fc.integer({ min: 1, max: 40 }),
    crlf: fc.boolean(),
    width: fc.integer({ min: 1, max: 5 }),
  })
  .chain((shape) => {
    const cell = cellsOf(shape.encoding, shape.quoting, shape.delimiter);
    const row = fc.array(cell, { minLength: shape.width, maxLength: shape.width });
    return fc.record({ shape: fc.constant(shape), rows: fc.array(row, { maxLength: 8 }) });
  });

describe("any table in any dialect", () => {
  test.prop([tables], { numRuns: 600 })("is read as it was written", ({ shape, rows }) => {
    const { width, pieceBytes, crlf, ...members } = shape;
    const names = Array.from({ length: width }, (_none, index) => `n${index}`);
    const dialect = dialectSchema.parse({ ...members, ...(members.header ? {} : { names }) });
    const bytes = writeTable({ names, rows }, dialect, { crlf });
    const read = readTable(bytes, dialect, { pieceBytes });
    const trimmed = (cell: string) =>
      dialect.trim && dialect.quoting === "none" ? cell.trim() : cell;
    const isFilled = (row: string[]) => row.some((cell) => cell !== "");
    const wanted = rows.map((row) => row.map(trimmed)).filter(isFilled);
    expect(rowsOf(read.lines)).toEqual(wanted);
    expect(read.lines.filter(({ kind }) => kind === "refused")).toEqual([]);
  });

  test.prop([tables], { numRuns: 200 })(
    "lazy and loose read what is by the book alike",
    ({ shape, rows }) => {
      const { width, pieceBytes, crlf, ...members } = shape;
      if (members.quoting === "none") return;
      const names = Array.from({ length: width }, (_none, index) => `n${index}`);
      const dialect = dialectSchema.parse({ ...members, header: true });
      const bytes = writeTable({ names, rows }, dialect, { crlf });
      const standard = rowsOf(readTable(bytes, dialect, { pieceBytes }).lines);
      for (const quoting of ["lazy", "loose"] as const) {
        expect(rowsOf(readTable(bytes, { ...dialect, quoting }, { pieceBytes }).lines)).toEqual(
          standard,
        );
      }
    },
  );

  test.prop([fc.uint8Array({ maxLength: 300 }), ENCODINGS, SIGNS, fc.integer({ min: 1, max: 50 })])(
    "any bytes are rows, refusals or passed over, each line once",
    (bytes, encoding, delimiter, pieceBytes) => {
      const dialect = dialectSchema.parse({ encoding, delimiter, header: false, ragged: "fill" });
      const { lines } = readTable(bytes, dialect, { pieceBytes });
      const numbers = lines.map(({ line }) => line);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    },
  );

  test.prop([
    fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { minLength: 1, maxLength: 6 }),
  ])("a row of two lines says the same again", (fields) => {
    const clean = fields.map(([name, value], index): [string, string] => [
      `${name.replaceAll("\uFFFD", "").trim()}${index}`,
      value.replaceAll("\uFFFD", ""),
    ]);
    if (clean.every(([, value]) => value === "")) return;
    const bytes = Buffer.from(twoLines(clean), "utf8");
    const read = readTable(bytes, dialectSchema.parse({}));
    expect(read.columns).toEqual(clean.map(([name]) => name));
    expect(rowsOf(read.lines)).toEqual([clean.map(([, value]) => value)]);
  });
});

describe("quotes that are not by the book", () => {
  const read = (text: string, quoting: Dialect["quoting"]) =>
    readTable(Buffer.from(text), dialectSchema.parse({ header: false, quoting, ragged: "fill" }))
      .lines;

  it("standard refuses a quote within a cell, by line and column, and goes on below it", () => {
    expect(read('1,"a"\n62,"pn01" <5300>,x\n3,4\n', "standard")).toMatchObject([
      { kind: "row", cells: ["1", "a"] },
      {
        kind: "refused",
        line: 2,
        reason: "broken-csv",
        detail: "Line 2, column 9: a quote stands where none may.",
      },
      { kind: "row", cells: ["3", "4"] },
    ]);
  });

  it("lazy takes a quote that is not doubled as part of the cell", () => {
    expect(read('1,"say "hi" there",2\n', "lazy")).toMatchObject([
      { cells: ["1", 'say "hi" there', "2"] },
    ]);
    expect(read('1,a"b,2\n', "lazy")).toMatchObject([{ cells: ["1", 'a"b', "2"] }]);
  });

  it("loose takes a cell with such a quote as it stands", () => {
    expect(read('62,"pn01" <5300>,SIP/5300,"x,y"\n', "loose")).toMatchObject([
      { cells: ["62", '"pn01" <5300>', "SIP/5300", "x,y"] },
    ]);
  });

  it("blanks before an opening quote and behind a closing one are no part of the cell", () => {
    expect(read('1, "a,b" , 3\n', "standard")).toMatchObject([{ cells: ["1", "a,b", "3"] }]);
  });

  it("a quote that is never closed costs its own line alone", () => {
    const lines = ["1,2", '3,"4', ...Array.from({ length: 400 }, (_none, index) => `${index},x`)];
    const found = read(`${lines.join("\n")}\n`, "standard");
    expect(found).toHaveLength(402);
    expect(found[1]).toMatchObject({
      kind: "refused",
      line: 2,
      detail: "Line 2, column 3: a quote is not closed.",
    });
    expect(found.filter(({ kind }) => kind === "row")).toHaveLength(401);
  });
});

describe("what stands around a table", () => {
  const dialect = dialectSchema.parse({ firstLine: 4, endsAt: ["Total"], delimiter: ";" });
  const text =
    'Carrier "X" S.A.\n\nIssued;01/02/2026\nTo;Seconds\n;\n34;60\nTo;Seconds\n35;61\nTotal;121\nlegal "text\n';

  it("notices, repeated headers, rows of nothing and all below the end are passed over, each named", () => {
    const { columns, lines } = readTable(Buffer.from(text), dialect);
    expect(columns).toEqual(["To", "Seconds"]);
    expect(rowsOf(lines)).toEqual([
      ["34", "60"],
      ["35", "61"],
    ]);
    expect(
      lines.map(({ line, ...one }) => [line, one.kind === "passed" ? one.why : one.kind]),
    ).toEqual([
      [1, "notice"],
      [2, "notice"],
      [3, "notice"],
      [4, "header"],
      [5, "blank"],
      [6, "row"],
      [7, "header"],
      [8, "row"],
      [9, "below"],
      [10, "below"],
    ]);
  });

  it("columns without a name have their number, and a repeated one a number behind", () => {
    const { columns } = readTable(Buffer.from("a,,a\n1,2,3\n"), dialectSchema.parse({}));
    expect(columns).toEqual(["a", "column2", "a_2"]);
  });

  it("a row with too few cells is refused or filled, one with more keeps them apart", () => {
    const bytes = Buffer.from("a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n");
    const refuse = readTable(bytes, dialectSchema.parse({})).lines.slice(1);
    expect(refuse).toMatchObject([
      {
        kind: "refused",
        line: 2,
        reason: "ragged-row",
        detail: "Line 2, column 4: the row has 2 cells, and there are 3 columns.",
      },
      {
        kind: "refused",
        line: 3,
        reason: "ragged-row",
        detail: "Line 3, column 7: the row has 4 cells, and there are 3 columns.",
      },
      { kind: "row", cells: ["1", "2", "3"] },
    ]);
    const fill = readTable(bytes, dialectSchema.parse({ ragged: "fill" })).lines.slice(1);
    expect(fill).toMatchObject([
      { cells: ["1", "2", ""], surplus: [] },
      { cells: ["1", "2", "3"], surplus: ["4"] },
      { cells: ["1", "2", "3"], surplus: [] },
    ]);
  });

  it("bytes that the encoding does not have refuse their row", () => {
    const bytes = Buffer.concat([
      Buffer.from("a,b\n1,"),
      Buffer.from([0xe9]),
      Buffer.from("\n2,x\n"),
    ]);
    expect(readTable(bytes, dialectSchema.parse({})).lines.slice(1)).toMatchObject([
      {
        kind: "refused",
        reason: "broken-encoding",
        detail: "Line 2, column 3: the cell has bytes that are not utf-8.",
      },
      { kind: "row", cells: ["2", "x"] },
    ]);
    const other = dialectSchema.parse({ encoding: "windows-1252" });
    expect(rowsOf(readTable(bytes, other).lines)).toEqual([
      ["1", "é"],
      ["2", "x"],
    ]);
  });

  it("every cell has its line and column", () => {
    const reader = recordReader(dialectSchema.parse({}), TABLE_LIMITS);
    const [one, two] = reader.push('a, bb,c\n"x\ny",z,"q"\n');
    const places = [0, 1, 2].map((index) => cellPlace(one as never, index, ","));
    expect(places).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 1, column: 7 },
    ]);
    expect([0, 1, 2].map((index) => cellPlace(two as never, index, ","))).toEqual([
      { line: 2, column: 1 },
      { line: 3, column: 4 },
      { line: 3, column: 6 },
    ]);
  });
});

describe("bounds", () => {
  it("a line of 10 MB is one refusal with its beginning, and the next line is a row", () => {
    const bytes = Buffer.concat([
      Buffer.from("a,b\n"),
      Buffer.alloc(10_000_000, 0x78),
      Buffer.from("\n1,2\n"),
    ]);
    const { lines } = readTable(bytes, dialectSchema.parse({}));
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatchObject({ kind: "refused", line: 2, reason: "over-limit" });
    expect(lines[1]?.text.length).toBeLessThanOrEqual(2000);
    expect(lines[2]).toMatchObject({ kind: "row", line: 3, cells: ["1", "2"] });
  });

  it("a million columns in the header end the table, in a row only that row", () => {
    const many = `${"a,".repeat(100_000)}a`;
    expect(() => readTable(Buffer.from(`${many}\n`), dialectSchema.parse({}))).toThrow(TableFault);
    const { lines } = readTable(Buffer.from(`a,b\n${many}\n1,2\n`), dialectSchema.parse({}));
    expect(lines.slice(1)).toMatchObject([
      {
        kind: "refused",
        reason: "over-limit",
        detail: "Line 2, column 1: The record has 100001 cells; the limit is 2000.",
      },
      { kind: "row", cells: ["1", "2"] },
    ]);
  });

  it("lines whose quotes are never closed are read in time proportional to the text", () => {
    const text = '"a\n'.repeat(40_000);
    const begun = performance.now();
    expect(
      readTable(Buffer.from(text), dialectSchema.parse({ header: false })).lines.length,
    ).toBeGreaterThan(1000);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});

describe("dates", () => {
  it.each([
    ["2020/2/10 22:41", undefined, "2020-02-10 22:41:00"],
    ["2023/09/19 13:33:54", undefined, "2023-09-19 13:33:54"],
    ["23/09/2026 1:05:09 PM", "dmy", "2026-09-23 13:05:09"],
    ["09/23/26 12:05 AM", "mdy", "2026-09-23 00:05:00"],
    ["05.06.2014", "dmy", "2014-06-05 00:00:00"],
    ["2026-03-02T09:00:00Z", undefined, "2026-03-02 09:00:00Z"],
    ["05/06/2014", undefined, "05/06/2014"],
    ["+34650123456", "dmy", "+34650123456"],
    ["13:05 PM", "dmy", "13:05 PM"],
    ["1.2.3", "dmy", "1.2.3"],
    ["31.12.9999", "dmy", "9999-12-31 00:00:00"],
    ["08-13-2026", "dmy", "08-13-2026"],
    ["32/03/2026 09:01:00", "dmy", "32/03/2026 09:01:00"],
    ["00/03/2026", "dmy", "00/03/2026"],
    ["2026-13-01", undefined, "2026-13-01"],
    ["2026-12-32", undefined, "2026-12-32"],
  ] as const)("%s in the order %s is %s", (text, order, wanted) => {
    expect(isoDate(text, order)).toBe(wanted);
  });
});

it("bytes of another encoding by name are read", () => {
  const dialect = dialectSchema.parse({ encoding: "shift_jis" });
  const bytes = Buffer.from([0x61, 0x0a, 0x93, 0x8c, 0x0a]);
  expect(rowsOf(readTable(bytes, dialect).lines)).toEqual([["東"]]);
});

it("the bytes between ASCII and ISO 8859-1 are those of windows-1252", () => {
  const dialect = dialectSchema.parse({ encoding: "windows-1252" });
  const bytes = encode("a\n€ Ž œ é\n", "windows-1252");
  expect([...bytes.subarray(2)]).toContain(0x80);
  expect(rowsOf(readTable(bytes, dialect).lines)).toEqual([["€ Ž œ é"]]);
});
