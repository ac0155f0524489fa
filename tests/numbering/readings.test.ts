// The ways a dialled text can be read as an E.164 number, in their order, each with its trust.
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { type CompiledRules, rulesOf } from "../../src/numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import {
  fits,
  internationalReading,
  isE164Shape,
  isWhole,
  localReading,
  type NumberReading,
  nationalReadings,
} from "../../src/numbering/steps/readings.ts";

function rulesFor(settings: string | RuleSetSettings): CompiledRules {
  const rules = rulesOf(typeof settings === "string" ? { preset: settings } : settings);
  if (rules === null) throw new Error("no preset of that name");
  return rules;
}

type Row = [e164: string, trusted: boolean, note: string, form: NumberReading["form"]];

function readingOf([e164, trusted, note, form]: Row): NumberReading {
  return { e164, form, trusted, former: false, note };
}

const OFF = { validate: "off" } as const;

describe("shape and length", () => {
  test.each([
    ["3465012", true],
    ["346501", false],
    ["346501234567890", true],
    ["3465012345678901", false],
    ["0346501234", false],
    ["9991234567", false],
  ])("%s could be E.164: %s", (digits, shaped) => {
    expect(isE164Shape(digits)).toBe(shaped);
  });

  test.each([
    ["12345", { min: 5, max: 7 }, true],
    ["1234567", { min: 5, max: 7 }, true],
    ["1234", { min: 5, max: 7 }, false],
    ["12345678", { min: 5, max: 7 }, false],
    ["12345", null, false],
  ])("%s fits %o: %s", (text, range, fitting) => {
    expect(fits(text, range)).toBe(fitting);
  });

  test.each([
    ["2079460", "GB", true],
    ["207946", "GB", false],
    ["650123456", "ES", true],
    ["65012345", "ES", false],
    ["2079460*23", "GB", true],
    ["207946*234567", "GB", false],
    ["*2079460", "GB", false],
    ["2079460", "account-country", true],
    ["207946", "account-country", false],
  ])("%s under %s is long enough for a number: %s", (rest, preset, whole) => {
    expect(isWhole(rest, rulesFor(preset))).toBe(whole);
  });
});

describe("behind an international mark", () => {
  const single: RuleSetSettings = { preset: "GB", ...OFF, internationalPrefixes: ["0", "00"] };

  test.each<[string, string | RuleSetSettings, string, boolean, string]>([
    ["+442079460123", "US", "+442079460123", true, "+"],
    ["+4402079460123", "US", "+442079460123", true, "+"],
    ["+4402079460123", { preset: "US", ...OFF }, "+4402079460123", true, "+"],
    ["+00442079460123", "US", "+442079460123", true, "+ and 00"],
    ["+000442079460123", "US", "+000442079460123", false, "+"],
    ["+44118500", "US", "+44118500", false, "+"],
    ["+44118500", { preset: "US", ...OFF }, "+44118500", true, "+"],
    ["+3465012345678901", { preset: "US", ...OFF }, "+3465012345678901", false, "+"],
    ["011442079460123", "US", "+442079460123", true, "international prefix 011"],
    ["00442079460123", "US", "+442079460123", true, "international prefix 00"],
    ["0021442079460123", "BR", "+442079460123", true, "international prefix 0021"],
    ["0099123", "BR", "+99123", false, "international prefix 00"],
    ["00442079460123", single, "+442079460123", true, "international prefix 00"],
  ])("%s under %j", (text, settings, e164, trusted, note) => {
    const reading = { e164, form: "international", trusted, former: false, note };
    expect(internationalReading(text, rulesFor(settings))).toEqual(reading);
  });

  test.each(["2125551234", "0", "01", "1+2"])("%s has none", (text) => {
    expect(internationalReading(text, rulesFor("US"))).toBeNull();
  });
});

describe("without an international mark", () => {
  const longOff: RuleSetSettings = {
    preset: "ES",
    ...OFF,
    nationalLengths: { min: 9, max: 15 },
  };
  const other = "another country's number without +";
  const bare = "calling code without +";

  test.each<[string, string | RuleSetSettings, Row[]]>([
    ["02079460123", "GB", [["+442079460123", true, "national prefix 0", "national-prefix"]]],
    ["2079460123", "GB", [["+442079460123", true, "national number", "national"]]],
    ["442079460123", "GB", [["+442079460123", true, bare, "own-calling-code"]]],
    ["442079460123", "US", [["+442079460123", true, other, "other-country"]]],
    ["02111987654321", "BR", [["+5511987654321", true, "national prefix 021", "national-prefix"]]],
    ["0111512345678", "AR", [["+5491112345678", true, "national prefix 0", "national-prefix"]]],
    [
      "0111512345678",
      { preset: "AR", ...OFF },
      [["+54111512345678", true, "national prefix 0", "national-prefix"]],
    ],
    // In an open plan a number without the national prefix is local, whatever it looks like.
    ["30123456", "DE", [["+30123456", false, other, "other-country"]]],
    ["4930123456", "DE", [["+4930123456", true, bare, "own-calling-code"]]],
    [
      "15555551234",
      "US",
      [
        ["+15555551234", false, "national prefix 1", "national-prefix"],
        ["+15555551234", false, bare, "own-calling-code"],
        ["+15555551234", false, other, "other-country"],
      ],
    ],
    [
      "4420794601",
      "GB",
      [
        ["+444420794601", false, "national number", "national"],
        ["+4420794601", false, bare, "own-calling-code"],
        ["+4420794601", false, other, "other-country"],
      ],
    ],
    // The calling code counts in front only, and only before a whole national number.
    ["34650123", "ES", [["+34650123", false, other, "other-country"]]],
    ["00650123434", "ES", []],
    ["442079460123", { preset: "US", bareInternational: false }, []],
    ["442079460123", "account-country", [["+442079460123", true, other, "other-country"]]],
    [
      "650123456",
      { preset: "account-country", nationalLengths: { min: 9, max: 9 } },
      [["+650123456", false, other, "other-country"]],
    ],
    ["344207", { preset: "account-country", callingCode: "34" }, []],
    [
      "650123456",
      { preset: "ES", ...OFF },
      [["+34650123456", true, "national number", "national"]],
    ],
    // Without validation another country's number is a guess, and so are more than 15 digits.
    ["442079460123", { preset: "US", ...OFF }, [["+442079460123", false, other, "other-country"]]],
    [
      "65012345678901",
      longOff,
      [
        ["+3465012345678901", false, "national number", "national"],
        ["+65012345678901", false, other, "other-country"],
      ],
    ],
  ])("%s under %j", (text, settings, rows) => {
    expect(nationalReadings(text, rulesFor(settings))).toEqual(rows.map(readingOf));
  });
});

describe("without an area code", () => {
  const uncoded: RuleSetSettings = { preset: "account-country", localLengths: { min: 5, max: 8 } };

  test("the area code makes it whole", () => {
    const whole: Row = ["+442079460123", true, "area code 20", "local"];
    expect(localReading("79460123", rulesFor("GB"), "20")).toEqual(readingOf(whole));
  });

  test.each([
    ["no area code", "79460123", "GB", null, "area-code-missing"],
    ["too long", "794601234", "GB", "20", null],
    ["too short", "7946", "GB", "20", null],
    ["no such form", "650123456", "ES", "20", null],
    ["no calling code", "79460123", uncoded, "20", null],
  ] as const)("%s", (_what, text, settings, area, reading) => {
    expect(localReading(text, rulesFor(settings), area)).toBe(reading);
  });
});

test("a service code goes where a tail was dialled behind the number", () => {
  expect(normalizeNumber("141 020 7946 0123*234", { preset: "GB" })).toMatchObject({
    e164: "+442079460123",
    serviceCode: "141",
    postDial: "*234",
  });
});
