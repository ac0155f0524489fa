// Goal: a text with a number of too many digits is found, wherever that stands, and no other is.
// Method: seeded texts against the pattern that says the same.
import fc from "fast-check";
import { expect, it } from "vitest";
import { hasLongNumber, parseRequest } from "../../../src/rpc/request/text.ts";

const LONG = /\d{16}|\d[eE]\+?\d{3}/;
const piece = fc.oneof(
  fc.stringMatching(/^\d{1,20}$/),
  fc.stringMatching(/^[0-9eE+]{1,8}$/),
  fc.constantFrom('"', ",", "e", "E+", "x", "1e", "é", "a".repeat(15), "7".repeat(15)),
);

it("finds what the pattern finds", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect(hasLongNumber(text)).toBe(LONG.test(text));
    }),
    { numRuns: 2000 },
  );
});

it("keeps the digits of such a number as a text, and reads all others as they are", async () => {
  expect(await parseRequest('[12345678901234567,1e400,"x1e999",123456789012345]')).toEqual({
    ok: true,
    value: ["12345678901234567", "1e400", "x1e999", 123456789012345],
  });
});
