// The small readers and roundings that CGRateS figures hang on.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseAmount,
  parseDuration,
  parseTimestamp,
} from "../../src/cgrates/folder/field-values.ts";
import { civilDate, dateTimeText } from "../../src/cgrates/semantics/day-rule.ts";
import { roundLikeCgrates } from "../../src/cgrates/semantics/go-round.ts";
import { patternDefeatingSort } from "../../src/cgrates/semantics/pattern-defeating-sort.ts";
import { doubleText } from "../../src/money/double-text.ts";
import { fractionOf, fractionText, roundedText, scaledBy } from "../../src/money/fraction.ts";

describe("durations", () => {
  it.each([
    ["", 0],
    ["60s", 60e9],
    ["1h2m3.5s", 3723.5e9],
    ["100ms", 1e8],
    ["1.5µs", 1500],
    ["-1s", -1e9],
    ["1024", 1024],
    ["0.9", 0],
    ["*unlimited", -1],
    ["60x", null],
    ["s", null],
    ["1 s", null],
    ["9999999999h", null],
  ])("%j is %j ns", (text, ns) => {
    expect(parseDuration(text, 1n)).toBe(ns);
  });

  it("a bare number may count in seconds", () => {
    expect(parseDuration("1.5", 1_000_000_000n)).toBe(1.5e9);
  });
});

describe("time stamps", () => {
  const AT = Date.UTC(2024, 0, 31, 8, 0, 1);
  it.each([
    ["2024-01-31T08:00:01Z", AT, 0],
    ["2024-01-31T10:00:01+02:00", AT, 0],
    ["2024-01-31T08:00:01.123456789Z", AT + 123, 456_789],
    ["2024-01-31 08:00:01", AT, 0],
    ["20240131080001", AT, 0],
    ["31.01.2024  08:00:01", AT, 0],
    ["31/01/2024 08:00:01", AT, 0],
    [String(AT / 1000), AT, 0],
    [String(AT), AT, 0],
    [`${AT}000007`, AT, 7],
  ])("%s is an instant", (text, atMs, atNs) => {
    expect(parseTimestamp(text)).toEqual({ kind: "instant", atMs, atNs });
  });

  it.each([
    ["", "always"],
    ["*unlimited", "always"],
    ["0001-01-01T00:00:00Z", "always"],
    ["*now", "relative"],
    ["*mo+1h", "relative"],
    ["+10m", "relative"],
    ["2024-02-30T00:00:00Z", "invalid"],
    ["tomorrow", "invalid"],
  ])("%j is %s", (text, kind) => {
    expect(parseTimestamp(text).kind).toBe(kind);
  });
});

describe("amounts", () => {
  it.each([
    ["0.10", "0.1"],
    ["007.5", "7.5"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1e-3", "0.001"],
    ["1.5E2", "150"],
    ["-0.0", "0"],
    ["+2", "2"],
    ["", "0"],
  ])("%j is %s", (text, plain) => {
    expect(parseAmount(text)).toEqual({ value: Number(plain), text: plain });
  });

  it.each(["1,5", "x", "1e", "NaN", "0x10", " 1"])("%j is none", (text) => {
    expect(parseAmount(text)).toBeNull();
  });

  it("the text of a double reads back as the same double, without exponent", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = doubleText(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe("CGRateS's rounding", () => {
  it.each([
    [0.0000834, 5, "*middle", 0.00008],
    [0.62037, 1, "*up", 0.7],
    [0.62037, 2, "*down", 0.62],
    [0.1 + 0.2, 1, "*up", 0.3],
    [1.6012000000000002, 0, "", 1.6012000000000002],
  ])("%d to %i decimals by %s is %d", (value, decimals, method, expected) => {
    expect(roundLikeCgrates(value, decimals, method)).toBe(expected);
  });
});

describe("fractions", () => {
  it("are rounded once, by name", () => {
    const third = scaledBy(fractionOf("0.1"), 1, 3);
    expect([roundedText(third, 4, "*up"), roundedText(third, 4, "*down")]).toEqual([
      "0.0334",
      "0.0333",
    ]);
    expect(roundedText(fractionOf("0.00005"), 4, "*middle")).toBe("0.0001");
    expect(roundedText(fractionOf("-1.25"), 1, "*down")).toBe("-1.3");
    expect(fractionText(third)).toBe("1/30");
    expect(fractionText(scaledBy(fractionOf("1"), 1, 8))).toBe("0.125");
  });
});

describe("the calendar", () => {
  it("agrees with the platform's on every day of four centuries", () => {
    for (let day = -80_000; day < 80_000; day += 7) {
      const date = new Date(day * 86_400_000);
      expect(civilDate(day)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        monthDay: date.getUTCDate(),
      });
    }
    expect(dateTimeText(19_790, 90_061e9)).toBe("2024-03-09 01:01:01");
  });
});

describe("Go's sort", () => {
  it("sorts any list when the comparison is an order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 400 }), (list) => {
        const sorted = list.slice();
        patternDefeatingSort(sorted, (a, b) => a < b);
        expect(sorted).toEqual(list.toSorted((a, b) => a - b));
      }),
    );
  });

  it.each([
    ["falling", (i: number) => -i],
    ["organ pipes", (i: number) => Math.min(i, 200 - i)],
    ["saw teeth", (i: number) => (i * 37) % 101],
  ])("sorts %s", (_, shape) => {
    const list = Array.from({ length: 200 }, (_, i) => shape(i));
    const sorted = list.slice();
    patternDefeatingSort(sorted, (a, b) => a < b);
    expect(sorted).toEqual(list.toSorted((a, b) => a - b));
  });

  // Weight and start of each element, and the places that Go 1.26 gives them.
  it.each([
    [
      "1:0,1:1,1:2,3:4,3:3,3:1,2:4,3:5,0:1,0:2,3:1,0:3,3:4,0:4,1:7,1:0",
      "0,15,5,10,4,1,2,12,3,7,6,14,8,9,11,13",
    ],
    [
      "0:2,0:1,2:0,1:2,1:2,1:0,0:1,3:0,0:1,3:2,3:2,1:2,2:2,3:0,2:1",
      "13,7,9,10,2,5,14,12,11,3,4,6,8,1,0",
    ],
    [
      "0:4,3:1,0:3,3:4,1:4,1:5,3:3,4:0,3:3,3:1,1:0,2:2,2:2,1:4,2:0,2:5",
      "7,14,10,1,9,12,11,8,6,2,3,15,4,13,5,0",
    ],
  ])("leaves %s as Go does, though the comparison is no order", (text, expected) => {
    const list = text.split(",").map((element, place) => {
      const [weight, start] = element.split(":").map(Number) as [number, number];
      return { weight, start, place };
    });
    patternDefeatingSort(list, (a, b) => a.weight > b.weight || b.start > a.start);
    expect(list.map(({ place }) => place).join()).toBe(expected);
  });
});
