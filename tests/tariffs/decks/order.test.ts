// Goal: decks are walked by code as a sort of texts would have it, and rates are compared as fractions are,
// though neither is done so. Method: codes and rates drawn at random, beside the plain way.
import fc from "fast-check";
import { expect, it } from "vitest";
import { compareFractions, fractionOf, roundedText } from "../../../src/money/fraction.ts";
import {
  countCodes,
  forEachCodeOfTwo,
  forEachRepeatedCode,
  rowOrder,
} from "../../../src/tariffs/decks/order.ts";
import { compareRates, percentOf } from "../../../src/tariffs/diff/rates.ts";
import type { RateRow } from "../../../src/tariffs/tariff.ts";

const code = fc.stringMatching(/^(?:|\d{1,3}|\d{7,9}|\d{15})$/);
const deck = fc
  .array(code, { maxLength: 60 })
  .map((codes) => codes.map((prefix, line) => ({ prefix, line }) as RateRow));

it("rows are in the order of their codes as texts, those of one code as they came", () => {
  fc.assert(
    fc.property(deck, (rows) => {
      const sorted = rows.toSorted((a, b) =>
        a.prefix === b.prefix ? a.line - b.line : a.prefix < b.prefix ? -1 : 1,
      );
      expect([...rowOrder(rows).order].map((index) => rows[index])).toEqual(sorted);
      expect(countCodes(rows)).toBe(new Set(rows.map(({ prefix }) => prefix)).size);
    }),
  );
});

it("two decks are walked code by code, each row once", () => {
  fc.assert(
    fc.property(deck, deck, (one, other) => {
      const seen: string[] = [];
      forEachCodeOfTwo(one, other, (rows, others, prefix) => {
        seen.push(prefix);
        expect(rows).toEqual(one.filter((row) => row.prefix === prefix));
        expect(others).toEqual(other.filter((row) => row.prefix === prefix));
      });
      expect(seen).toEqual([...new Set([...one, ...other].map(({ prefix }) => prefix))].sort());
      const repeated: string[] = [];
      forEachRepeatedCode(one, (rows) => repeated.push(rows[0]?.prefix ?? ""));
      expect(repeated).toEqual(
        seen.filter((prefix) => one.filter((row) => row.prefix === prefix).length > 1),
      );
    }),
  );
});

const rate = fc
  .tuple(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 16n }), fc.constantFrom(0, 4, 10))
  .map(([units, places]) => {
    const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
    const point = digits.length - places;
    const text = places === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
    const plain = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    return units < 0n ? `-${plain}` : plain;
  })
  .map((text) => ({ rate: text, unitSeconds: 60 }));

it("rates and percentages are exact, whichever way they are computed", () => {
  fc.assert(
    fc.property(rate, rate, (was, is) => {
      const [old, fresh] = [fractionOf(was.rate), fractionOf(is.rate)];
      expect(Math.sign(compareRates(was, is))).toBe(compareFractions(old, fresh));
      if (old.numerator === 0n) {
        expect(percentOf(was, is)).toBeNull();
        return;
      }
      const top = (fresh.numerator * old.denominator - old.numerator * fresh.denominator) * 100n;
      const bottom = old.numerator * fresh.denominator;
      const sign = bottom < 0n ? -1n : 1n;
      const exact = { numerator: top * sign, denominator: bottom * sign };
      expect(percentOf(was, is)).toBe(roundedText(exact, 4, "*middle"));
    }),
    { numRuns: 1000 },
  );
});
