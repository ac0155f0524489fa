// Goal: a pattern of the settings finds its part, and none that is taken can be made slow.
// Method: patterns that are known to explode are refused; random ones that are taken are timed by CPU.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/config/config.ts";
import { extracted } from "../../src/formats/extract.ts";
import { isMatch, LONGEST_MATCHED, matchedPart, patternFault } from "../../src/formats/pattern.ts";

describe("a pattern", () => {
  it.each([
    ['^"?([0-9]+)', '"4420" <sip:x@y>', "4420"],
    ["trunk=([^;]*);", "a=1;trunk=north;b", "north"],
    ["^(?:SIP)/([a-z0-9]+)-", "SIP/alpha7-0001", "alpha7"],
    ["^(\\d{3,15})$", "12", undefined],
    ["^(a|b)c", "bc", "b"],
  ])("%s of %s", (pattern, text, part) => {
    expect(patternFault(pattern)).toBeNull();
    expect(extracted({ pattern }, text)).toBe(part);
  });

  it.each([
    ["(a+)+$", "repeats a group"],
    ["(a|a)*$", "repeats a group"],
    ["(?:a*)*(b)", "repeats a group"],
    ["(a*)b*c*", "repeats 3 times"],
    ["(a)\\1", "refers back"],
    ["(?=a)(b)", "looks ahead"],
    ["(?<n>a)", "looks ahead or behind, or names a group"],
    ["abc", "has 0 groups"],
    ["(a)(b)", "has 2 groups"],
    ["(a", "Invalid regular expression"],
    ["[a-(b)", "cannot be read from character 1"],
    ["a?b?c?d?(f)", "4 optional"],
    [`(${"a".repeat(200)})`, "over 200 characters"],
  ])("%s is refused", (pattern, fault) => {
    expect(patternFault(pattern)).toContain(fault);
  });

  it("may be without a group, or with several, where only the match counts", () => {
    expect(["^abc$", "(a)(b)", "a|b"].map((text) => patternFault(text, "match"))).toEqual([
      null,
      null,
      null,
    ]);
    expect(patternFault("(a+)+$", "match")).toContain("repeats a group");
    expect(patternFault("a*b*", "match")).toContain("repeats 2 times");
    expect(isMatch("^TRUNK", "trunk-1")).toBe(true);
    expect(isMatch("a", `${"b".repeat(LONGEST_MATCHED)}a`)).toBe(false);
  });

  it("is a fault of the settings at its place", () => {
    const fieldMap = { account: [{ from: "X", extract: { pattern: "(a+)+" } }] };
    const flags = { sources: [{ name: "s", match: { paths: ["/x"] }, fieldMap }] };
    expect(() => readSettings({ environment: {}, flags: flags as never })).toThrow(
      /sources\.0\.fieldMap\.account\.0/,
    );
  });

  it("that is taken is quick on every text", () => {
    const atom = fc.constantFrom("a", "[ab]", ".", "\\w", "b");
    const repeat = fc.constantFrom("", "*", "+", "?", "{0,9}");
    const part = fc.tuple(atom, repeat).map(([one, times]) => one + times);
    const pattern = fc
      .tuple(fc.array(part, { maxLength: 5 }), fc.array(part, { minLength: 1, maxLength: 3 }))
      .map(([before, kept]) => `${before.join("")}(${kept.join("")})c$`)
      .filter((text) => patternFault(text) === null);
    const text = fc
      .constantFrom("a", "ab", "b")
      .map((one) => one.repeat(LONGEST_MATCHED / one.length));
    fc.assert(
      fc.property(pattern, text, (expression, long) => {
        const before = process.cpuUsage();
        matchedPart(expression, long);
        const { user } = process.cpuUsage(before);
        // What is slow takes minutes; other threads of the process count too.
        expect(user).toBeLessThan(500_000);
      }),
      { numRuns: 200 },
    );
  });

  it("does not look into longer texts", () => {
    expect(matchedPart("(a)", `${"b".repeat(LONGEST_MATCHED)}a`)).toBeUndefined();
  });
});
