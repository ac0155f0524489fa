// Goal: each combination of places has one number, the next free one, whether places are small or large.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createNumbering, MOST_PLACES } from "../../src/rollups/numbering.ts";
import { runs } from "../runs.ts";

const place = fc.oneof(
  fc.nat(3),
  fc.constantFrom(65_535, 65_536, 131_071, MOST_PLACES - 1),
  fc.nat(MOST_PLACES - 1),
);
const combination = fc.tuple(place, place, place);

test("combinations are numbered as they come, each once", () => {
  fc.assert(
    fc.property(fc.array(combination, { maxLength: 200 }), (combinations) => {
      const numbering = createNumbering([2, 0]);
      const plain = new Map<string, number>();
      for (const places of combinations) {
        const name = `${places[2]} ${places[0]}`;
        const expected = plain.get(name) ?? plain.size;
        plain.set(name, expected);
        expect(numbering.numberOf(places, 0)).toBe(expected);
      }
    }),
    { numRuns: runs(200) },
  );
});

test("beyond the small numbers none is taken for another", () => {
  const numbering = createNumbering([0, 1]);
  const numbers = new Set<number>();
  for (let first = 0; first < 40_000; first += 1) {
    for (const second of [0, 65_536]) numbers.add(numbering.numberOf([first, second], 0));
  }
  expect(numbers.size).toBe(80_000);
});
