// Goal: CSV that any reader reads back, in which no cell is a formula. Method: examples, and a
// property test that reads what was written with a parser of RFC 4180.
import fc from "fast-check";
import { expect, test } from "vitest";
import { csvCell, csvLine } from "../../src/queries/csv-text.ts";

test.each([
  ["=1+1", "'=1+1"],
  ["+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["+34650123456", "+34650123456"],
  ["-0.2500", "-0.2500"],
  ["*voice", "*voice"],
  ["1-2", "1-2"],
  [-0.5, "-0.5"],
  [null, ""],
  [true, "true"],
  [{ a: "=1" }, '"{""a"":""=1""}"'],
  ['a "b", c', '"a ""b"", c"'],
])("%j is written as %s", (value, expected) => {
  expect(csvCell(value)).toBe(expected);
});

/** RFC 4180, one record. */
function readLine(line: string): string[] {
  const cells = line.slice(0, -2).match(/("(?:[^"]|"")*"|[^,]*)(,|$)/gs) ?? [];
  const values = cells.map((cell) => cell.replace(/,$/, ""));
  const isOver = line.slice(0, -2).endsWith(",") ? values : values.slice(0, -1);
  return (isOver.length === 0 ? values : isOver).map((cell) =>
    cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
  );
}

test("what was written is read back, but for the guard", () => {
  const text = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "=", "+", "1", " ") });
  fc.assert(
    fc.property(
      fc.array(
        text.map((cell) => `x${cell}`),
        { minLength: 1 },
      ),
      (values) => {
        expect(readLine(csvLine(values))).toEqual(values);
      },
    ),
  );
});
