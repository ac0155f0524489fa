// `preset: cdr-stats` has that system's own ways, the examples of its manual and its edge cases.
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { ruleSetSettings } from "../../src/numbering/rule-sets/schema.ts";

function read(text: string, settings: Partial<RuleSetSettings> = {}) {
  const { kind, normalized, country, prefix, authorized, cdrDialcode } = normalizeNumber(
    text,
    ruleSetSettings.parse({ preset: "cdr-stats", ...settings }),
  );
  return { kind, normalized, country, prefix, authorized, cdrDialcode };
}

describe("examples of the manual", () => {
  const us = { PN_MAX_DIGITS: 10, LOCAL_DIALCODE: "1" };
  const uk = { PN_MAX_DIGITS: 10, LOCAL_DIALCODE: "44" };
  const es = { PN_MAX_DIGITS: 9, LOCAL_DIALCODE: "34" };
  test.each([
    [us, "2125551234", "12125551234", "US", "1212"],
    [us, "12125551234", "12125551234", "US", "1212"],
    [uk, "02079460123", "442079460123", "GB", "4420"],
    [uk, "0169772345", "44169772345", "GB", "441"],
    [es, "650123456", "34650123456", "ES", "34650"],
    [es, "912345678", "34912345678", "ES", "34"],
  ])("%o %s", (settings, text, normalized, country, prefix) => {
    expect(read(text, settings)).toMatchObject({ normalized, country, prefix });
  });
});

describe("edge cases", () => {
  test("a zero in front makes the candidates octal", () => {
    expect(read("+0034650123456")).toMatchObject({ country: "US", prefix: "1845" });
    expect(read("+0049891234567")).toMatchObject({ country: null, prefix: null });
  });

  test("00 and then 0 can both go from one number", () => {
    expect(read("00034650123456", { PREFIX_TO_IGNORE: "+,0,00" }).normalized).toBe("34650123456");
  });

  test("only + is escaped in an entry: a dot is any sign", () => {
    expect(read("x9912125551234", { PREFIX_TO_IGNORE: "+,.99" })).toMatchObject({
      kind: "extension",
    });
    expect(read("19912125551234", { PREFIX_TO_IGNORE: "+,.99" })).toMatchObject({
      normalized: "12125551234",
      country: "US",
    });
  });

  test("one candidate is no list", () => {
    const one = { PREFIX_LIMIT_MIN: 2, PREFIX_LIMIT_MAX: 2 };
    expect(read("34650123456", one)).toMatchObject({ country: null, cdrDialcode: null });
  });

  test("a window of 7 tells Guernsey from the United Kingdom", () => {
    expect(read("447781123456", { PREFIX_LIMIT_MAX: 7 })).toMatchObject({ country: "GG" });
    expect(read("447781123456")).toMatchObject({ country: "GB", prefix: "4477" });
  });

  test("the lists see the number before the local dial code: Morocco blocks New York", () => {
    const settings = { PN_MAX_DIGITS: 10, blacklist: ["212"] };
    expect(read("2125551234", settings)).toMatchObject({ country: "US", authorized: false });
    expect(read("2125551234", { ...settings, whitelist: ["2125"] }).authorized).toBe(true);
    expect(read("212", settings)).toMatchObject({ kind: "extension", authorized: true });
  });

  test("a local call has no dial code of its own, only a country", () => {
    expect(read("650123456", { LOCAL_DIALCODE: "34" })).toMatchObject({
      kind: "local",
      country: "ES",
      cdrDialcode: null,
    });
  });
});
