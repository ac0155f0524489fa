// Goal: the pieces are the text of JSON.stringify, and none is much longer than its bound.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPieces } from "../../../src/rpc/budget/json-pieces.ts";

const MOST = 65_536;
const joined = (value: unknown): string => [...jsonPieces(value)].join("");

describe("JSON in pieces", () => {
  it("is the text of JSON.stringify, whatever the value", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.string({ unit: "binary" }),
        fc.nat({ max: 5 }),
        (value, text, copies) => {
          const long = text.repeat(Math.ceil((MOST * copies) / Math.max(1, text.length)));
          const whole = { value, long, list: Array.from({ length: copies }, () => [value, long]) };
          expect(JSON.parse(joined(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
          expect(joined(value)).toBe(JSON.stringify(value));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leaves out what is no JSON, as JSON.stringify does", () => {
    const long = "x".repeat(MOST);
    const value = { a: undefined, long, b: [undefined, () => 1, long, null], at: new Date(0) };
    expect(joined(value)).toBe(JSON.stringify(value));
  });

  it("a character is not cut in two", () => {
    for (const start of ["", "x"]) {
      const text = start + "😀".repeat(MOST);
      expect(joined(text)).toBe(JSON.stringify(text));
    }
  });

  it.each([
    ["one text of megabytes", "x".repeat(3_000_000)],
    ["a few large records", [1, 2, 3].map((n) => ({ n, text: "y".repeat(1_000_000) }))],
    ["a list of a hundred thousand", Array.from({ length: 100_000 }, (_, n) => n)],
    [
      "members of a hundred thousand",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`m${n}`, n])),
    ],
  ])("%s: no piece is longer than two bounds", (_what, value) => {
    const lengths = [...jsonPieces({ value })].map((piece) => piece.length);
    expect(Math.max(...lengths)).toBeLessThan(2 * MOST + 100);
  });
});
