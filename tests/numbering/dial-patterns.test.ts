// Patterns of dialled numbers: what each sign stands for, at the front of a text or as its whole.
import { describe, expect, test } from "vitest";
import { leadingMatches, leadingPattern, wholePattern } from "../../src/numbering/dial-pattern.ts";

describe("a whole text", () => {
  test.each([
    ["112", ["112"], ["1123", "0112", "11"]],
    ["a.b*c+d?e^f$g{h}i(j)k|l[m]n\\o/p-q", ["a.b*c+d?e^f$g{h}i(j)k|l[m]n\\o/p-q"], ["axb"]],
    ["X12", ["X12", "x12"], ["112"]],
    ["Reception", ["reception", "RECEPTION"], ["receptionist"]],
    ["_X", ["0", "9"], ["a", "", "12", "X"]],
    ["_Z", ["1", "9"], ["0"]],
    ["_N", ["2", "9"], ["0", "1"]],
    ["_1X2", ["102", "192"], ["12", "1a2"]],
    ["_[2-57]", ["2", "3", "4", "5", "7"], ["1", "6", "8", "-", ""]],
    ["_[0-19]1", ["01", "11", "91"], ["21", "1"]],
    ["_1[25]3", ["123", "153"], ["113", "133", "1S3", "1[25]3"]],
    ["_[7-2]", [], ["7", "2", "5"]],
    ["_[ab]", [], ["a", "b", ""]],
    ["_1[]2", [], ["12", "1[]2"]],
    ["_1[2", ["1[2"], ["12"]],
    ["_1]", ["1]"], ["1"]],
    ["_9.", ["91", "9*#"], ["9", "19"]],
    ["_9!", ["9", "91", "9*#"], ["19"]],
    ["_9.1", ["9.1"], ["921", "91"]],
    ["_9!1", ["9!1"], ["921", "91"]],
    ["_*[13]#", ["*1#", "*3#"], ["*2#", "1#"]],
    ["_agent-X", ["agent-7", "AGENT-7"], ["agent7"]],
  ])("%s", (pattern, texts, others) => {
    const whole = wholePattern(pattern);
    expect(texts.filter((text) => !whole.test(text))).toEqual([]);
    expect(others.filter((text) => whole.test(text))).toEqual([]);
  });

  test.each([..."$-.*+?^{}()|[]\\/"])("%s stands for itself", (sign) => {
    expect(wholePattern(`1${sign}2`).test(`1${sign}2`)).toBe(true);
    expect(wholePattern(`_1${sign}2`).test(`1${sign}2`)).toBe(true);
    expect(wholePattern(`1${sign}2`).test("12")).toBe(false);
    expect(wholePattern(`1${sign}2`).test("1a2")).toBe(false);
  });
});

describe("the front of a text", () => {
  const matches = (text: string, ...patterns: string[]): string[] =>
    leadingMatches(text, patterns.map(leadingPattern));

  test("what the patterns take off, in their order, each once", () => {
    expect(matches("0021", "00", "_00XX", "0", "_0X", "99")).toEqual(["00", "0021", "0"]);
    expect(matches("ab12", "AB")).toEqual(["ab"]);
    expect(matches("1200", "00")).toEqual([]);
    expect(matches("12", "_")).toEqual([]);
    expect(matches("9", "_9!")).toEqual(["9"]);
  });
});
