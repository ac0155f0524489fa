import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { parseDuration, readDuration } from "../../src/mediation/duration-text.ts";

describe("durations", () => {
  it.each([
    ["10s", 10_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["300ms", 300],
    ["+90s", 90_000],
    ["10", 10_000],
    [" 10 ", 10_000],
    ["95.5", 95_500],
    ["0", 0],
    ["-0", 0],
    ["0s", 0],
    [".5s", 500],
    ["1.", 1000],
    ["0.0005", 1],
    ["0.00049999", 0],
    ["1.0014999999999999999999", 1001],
    ["1499us", 1],
    ["1500us", 2],
    ["1500\u00b5s", 2],
    ["1500\u03bcs", 2],
    ["499999ns", 0],
    ["500000ns", 1],
    ["1h2m3.004s5ms", 3_723_009],
    ["0.0000002h", 1],
    ["20976461us", 20_976],
    ["1:30", 90_000],
    ["90:15", 5_415_000],
    ["00:05:02.5", 302_500],
    ["100:00:00", 360_000_000],
    ["+01:02:03", 3_723_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, ms });
  });

  it.each(["-1", "-5s", "-1m30s", "-0.001", "-00:01", "-01:00:00"])("%s is negative", (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, why: "negative" });
  });

  it.each([
    "",
    "abc",
    "1m30",
    "1d",
    "1e3",
    "10 s",
    "1:60",
    "1:2:03",
    "1:3",
    ":30",
    "1:30s",
    "s",
    ".",
    "+",
    "1s-2s",
  ])("%j is no length", (text) => {
    expect(parseDuration(text)).toEqual({ ok: false, why: "no-length" });
  });

  it("the longest is 2^53 − 1 ms", () => {
    expect(parseDuration("9007199254740.991")).toEqual({ ok: true, ms: 9_007_199_254_740_991 });
    expect(parseDuration("9007199254740.992")).toEqual({ ok: false, why: "too-long" });
    expect(parseDuration("9".repeat(20))).toEqual({ ok: false, why: "too-long" });
  });

  it.each([
    [0.0004, { ok: true, ms: 0 }],
    [1e-7, { ok: true, ms: 0 }],
    [5e-324, { ok: true, ms: 0 }],
    [1e3, { ok: true, ms: 1_000_000 }],
    [1e22, { ok: false, why: "too-long" }],
    [-1e-7, { ok: false, why: "negative" }],
    [-2, { ok: false, why: "negative" }],
  ])("the number %d is seconds", (seconds, read) => {
    expect(readDuration(seconds)).toEqual(read);
  });

  property.prop([fc.bigInt({ min: 0n, max: 10n ** 15n })])(
    "microseconds round half up, as Go text and as seconds",
    (microseconds) => {
      const ms = Number((microseconds + 500n) / 1000n);
      const fraction = String(microseconds % 1_000_000n).padStart(6, "0");
      expect(parseDuration(`${microseconds}us`)).toEqual({ ok: true, ms });
      expect(parseDuration(`${microseconds / 1_000_000n}.${fraction}`)).toEqual({ ok: true, ms });
    },
  );

  property.prop([fc.string()])("any text never throws", (text) => {
    parseDuration(text);
  });
});

property.prop([fc.integer({ min: 0, max: 999_999_999_999 }), fc.constantFrom("s", "ms", "us", "")])(
  "a whole number is what the same number with a fraction of nothing is",
  (count, unit) => {
    expect(parseDuration(`${count}${unit}`)).toEqual(parseDuration(`${count}.0${unit}`));
  },
);

property.prop([fc.integer({ min: 0, max: 999_999_999_999 }), fc.constantFrom("s", "ms", "ns")])(
  "so it is where its unit is the sender's",
  (count, bare) => {
    expect(parseDuration(`${count}`, bare)).toEqual(parseDuration(`${count}.0`, bare));
  },
);
