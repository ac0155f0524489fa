// A rule set made ready: preset, account's country and overrides joined, defaults, order, identity.
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { rulesOf } from "../../src/numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";

const nothingSet = {
  country: null,
  callingCode: null,
  areaCode: null,
  internationalPrefixes: [],
  nationalPrefixes: [],
  nationalPrefixRequired: false,
  nationalLengths: null,
  localLengths: null,
  emergency: [],
  shortNumbers: [],
  extensionLengths: null,
  extensionPatterns: [],
  techPrefixes: [],
  serviceCodes: [],
  outsideLine: [],
  bareInternational: false,
  vanity: false,
  validate: "flag",
  portability: "dialled",
  maxLength: 256,
  whitelist: [],
  blacklist: [],
  listed: false,
  oldForms: true,
  results: expect.anything(),
};

describe("what is in force", () => {
  test("a preset that says little leaves everything else unset", () => {
    expect(rulesOf({ preset: "wholesale-digits" })).toEqual({
      ...nothingSet,
      validate: "off",
      settings: {
        preset: "wholesale-digits",
        validate: "off",
        portability: "dialled",
        maxLength: 256,
      },
    });
    expect(rulesOf({ preset: "cdr-stats" })).toMatchObject({ ...nothingSet, listed: true });
  });

  test("a setting replaces the preset's whole", () => {
    const rules = rulesOf({
      preset: "GB",
      areaCode: "20",
      callingCode: "353",
      country: "IE",
      internationalPrefixes: ["011"],
      nationalPrefixes: ["8"],
      nationalPrefixRequired: false,
      nationalLengths: { min: 8, max: 9 },
      localLengths: null,
      emergency: ["123"],
      extensions: { lengths: { min: 6, max: 6 }, patterns: ["_7X"] },
      techPrefixes: ["99"],
      outsideLine: ["0"],
      bareInternational: false,
      vanity: true,
      validate: "refuse",
      portability: "routing-number",
      maxLength: 40,
      whitelist: ["44"],
    });
    expect(rules).toMatchObject({
      areaCode: "20",
      callingCode: "353",
      country: "IE",
      internationalPrefixes: [/^011/i],
      nationalPrefixes: [/^8/i],
      nationalPrefixRequired: false,
      nationalLengths: { min: 8, max: 9 },
      localLengths: null,
      emergency: [/^123$/i],
      extensionLengths: { min: 6, max: 6 },
      extensionPatterns: [/^7[0-9]$/i],
      techPrefixes: [/^99/i],
      outsideLine: ["0"],
      bareInternational: false,
      vanity: true,
      validate: "refuse",
      portability: "routing-number",
      maxLength: 40,
      whitelist: ["44"],
      blacklist: [],
      listed: true,
    });
  });

  test("a member that is there but undefined leaves the preset's in force", () => {
    const settings = { preset: "GB", country: undefined, whitelist: undefined } as RuleSetSettings;
    expect(rulesOf(settings)).toMatchObject({ country: "GB", callingCode: "44", listed: false });
  });

  test("no extensions: none by length, none by pattern", () => {
    const rules = rulesOf({ preset: "GB", extensions: null });
    expect(rules).toMatchObject({ extensionLengths: null, extensionPatterns: [] });
  });

  test("no text longer than 256 signs is read, whatever the rule set says", () => {
    expect(rulesOf({ preset: "GB", maxLength: 300 })?.maxLength).toBe(256);
    expect(rulesOf({ preset: "GB", maxLength: 10 })?.maxLength).toBe(10);
  });
});

describe("order", () => {
  test("the longest service code is tried first", () => {
    const serviceCodes = { "14": "none", "1470": "shown", "141": "hidden" } as const;
    expect(rulesOf({ preset: "GB", serviceCodes })?.serviceCodes).toEqual([
      { code: "1470", effect: "shown" },
      { code: "141", effect: "hidden" },
      { code: "14", effect: "none" },
    ]);
  });

  test("a number's own name comes before that of its range, ranges in their order", () => {
    const shortNumbers = { _7XX: "range", "#7": "hash", _7X_: "odd", "*7_": "star" };
    const names = rulesOf({ preset: "GB", shortNumbers })?.shortNumbers.map(({ name }) => name);
    expect(names).toEqual(["hash", "star", "range", "odd"]);
    const own = { preset: "GB", shortNumbers: { _7XX: "range", "712": "own" } };
    expect(normalizeNumber("712", own).name).toBe("own");
    expect(normalizeNumber("713", own).name).toBe("range");
  });
});

describe("the account's country", () => {
  const byAccount = { preset: "account-country", areaCode: "20" };

  test("counts under account-country, below the rule set's own settings", () => {
    expect(rulesOf(byAccount, "GB")).toMatchObject({
      country: "GB",
      areaCode: "20",
      settings: { preset: "account-country" },
    });
    expect(rulesOf(byAccount, "ES")).toMatchObject({ country: "ES", areaCode: "20" });
    expect(rulesOf(byAccount)).toMatchObject({ country: null, internationalPrefixes: [/^00/i] });
    expect(rulesOf(byAccount, "XX")).toMatchObject({ country: null });
  });

  test("does not count under any other preset", () => {
    const british = { preset: "GB" };
    expect(rulesOf(british, "ES")?.country).toBe("GB");
    expect(rulesOf(british)).toBe(rulesOf(british, "ES"));
  });
});

test("a rule set is compiled once, for each country of an account once", () => {
  const settings = { preset: "account-country" };
  const british = rulesOf(settings, "GB");
  expect(british).not.toBeNull();
  expect(rulesOf(settings, "GB")).toBe(british);
  expect(rulesOf(settings, "ES")).not.toBe(british);
  expect(rulesOf({ ...settings }, "GB")).not.toBe(british);
});

test("without a preset of the name there are no rules", () => {
  const settings = { preset: "XX" };
  expect([rulesOf(settings), rulesOf(settings, "GB"), rulesOf(settings)]).toEqual([
    null,
    null,
    null,
  ]);
});

test.each([
  [{ blacklist: ["4477"] }, "+447911123456", true],
  [{ blacklist: ["4479"] }, "+447911123456", false],
  [{ blacklist: ["4479"], whitelist: ["44791"] }, "+447911123456", true],
  [{ whitelist: ["34"] }, "+447911123456", true],
  [{ blacklist: ["79"] }, "+447911123456", true],
  [{}, "+447911123456", undefined],
])("%o: %s authorized %s", (lists, text, authorized) => {
  expect(normalizeNumber(text, { preset: "GB", ...lists }).authorized).toBe(authorized);
});
