// Goal: the numbers that a file lacks are those that are not there. Method: sets of numbers beside it.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import {
  addNumber,
  gapsOf,
  newSequence,
  type Span,
  sequenceNumber,
} from "../../../src/engine/imports/sequence.ts";

function seenOf(numbers: readonly number[]) {
  const seen = newSequence("n");
  for (const number of numbers) addNumber(seen, number);
  return seen;
}

const numbersIn = (spans: readonly Span[]) =>
  spans.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_none, n) => from + n));

describe("the numbers of a file", () => {
  property.prop([fc.array(fc.nat(60)), fc.option(fc.nat(60), { nil: null })])(
    "are missing where they are not there, in whatever order they come, and however often",
    (numbers, after) => {
      const seen = seenOf([...numbers, ...numbers]);
      const there = new Set(numbers);
      expect(numbersIn(seen.spans)).toEqual([...there].sort((left, right) => left - right));
      const { first, last, gaps, missing } = gapsOf(seen, after);
      if (first === null || last === null) {
        expect(missing).toBe(0);
        return;
      }
      const begin = after !== null && after + 1 < first ? after + 1 : first;
      const wanted = Array.from({ length: last - begin + 1 }, (_none, n) => begin + n);
      expect(numbersIn(gaps)).toEqual(wanted.filter((number) => !there.has(number)));
      expect(missing).toBe(numbersIn(gaps).length);
    },
  );

  it("that count nothing are given up", () => {
    const seen = seenOf(Array.from({ length: 1001 }, (_none, n) => n * 2));
    expect(seen.isScattered).toBe(true);
    expect(seen.spans).toHaveLength(1000);
  });

  it.each([
    [17, 17],
    ["17", 17],
    ["Call 0017 ", 17],
    ["17a", null],
    ["", null],
    [undefined, null],
  ])("%s is the number %s", (value, number) => {
    const extra = value === undefined ? {} : { n: value };
    expect(sequenceNumber({ primary: {}, extra, warnings: [] }, "n")).toBe(number);
    const primary = value === undefined ? {} : { originId: value };
    expect(sequenceNumber({ primary, extra: {}, warnings: [] }, "originId")).toBe(number);
  });
});
