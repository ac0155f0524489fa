// PREFIX_TO_IGNORE of CDR-Stats: order of its entries, what they stand for, which are refused.
import { describe, expect, test } from "vitest";
import { ignoredPrefixes } from "../../src/numbering/prefix-to-ignore.ts";

function sources(setting: string): string[] | null {
  return ignoredPrefixes(setting)?.map((pattern) => pattern.source.slice(1)) ?? null;
}

describe("entries", () => {
  test.each([
    ["", []],
    [" \t\n\r", []],
    [",, ,", []],
    ["+,0,00,000,0000,00000,011,55555,99999", "00000 55555 99999 0000 000 011 00 \\+ 0".split(" ")],
    ["1,22,3,44", ["22", "44", "1", "3"]],
    [" 1, 22 ,\t3\t,\n44\r\n", ["22", "3", "44", "1"]],
    ["1 2", ["1 2"]],
    ["++4+", ["\\+\\+4\\+"]],
  ])("%j", (setting, expected) => {
    expect(sources(setting)).toEqual(expected);
  });

  test("are ordered with their blanks, each anchored at the front, capitals told apart", () => {
    expect(sources("00,   1")).toEqual(["1", "00"]);
    const [pattern] = ignoredPrefixes("a1") ?? [];
    expect("a1xa1".replace(pattern ?? "", "")).toBe("xa1");
    expect(pattern?.test("xa1")).toBe(false);
    expect(pattern?.test("A1")).toBe(false);
  });
});

describe("signs of an entry", () => {
  test.each([
    ["+", "+1", "1"],
    ["1+", "11+2", "11+2"],
    [".9", "19912", "912"],
    ["[0-3]x", "3x1", "1"],
    ["[^0-3]x", "4x1", "1"],
    ["[+*#_-]", "*1", "1"],
    ["[+]", "\\1", "\\1"],
    ["0?1", "012", "2"],
    ["0?1", "12", "2"],
    ["0*1", "00012", "2"],
    ["0{2}", "0001", "01"],
    ["0{12}", "0000000000001", "1"],
    ["0?1?2", "0123", "3"],
    ["x0?y1?z", "xyz1", "1"],
    ["#@_%&=:;!<>\"' -1", "#@_%&=:;!<>\"' -12", "2"],
  ])("%s of %s leaves %s", (entry, text, left) => {
    const [pattern] = ignoredPrefixes(entry) ?? [];
    expect(text.replace(pattern ?? "no pattern", "")).toBe(left);
  });
});

describe("an entry that cannot be applied, or could take for ever, spoils the setting", () => {
  test.each([
    "*",
    "?0",
    "{2}",
    "(0)",
    "0|1",
    "\\d",
    "^0",
    "0$",
    "0**",
    "0*?",
    "0{2}*",
    "0?1?2?",
    "0?1?2?3?4",
    "0{100}",
    "0{1,2}",
    "0{}",
    "0{2",
    "0}",
    "[0",
    "0]",
    "[]",
    "[^]",
    "[0^]",
    "[a b]",
    `[${"0".repeat(33)}]`,
    "[9-0]",
    "0,00,*,1",
    "é",
  ])("%s", (setting) => {
    expect(ignoredPrefixes(setting)).toBeNull();
  });

  test("32 signs are the most of a bracket", () => {
    expect(sources(`[${"0".repeat(32)}]`)).toEqual([`[${"0".repeat(32)}]`]);
  });
});
