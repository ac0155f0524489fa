// Each step of normalisation: what it takes off, what it records, what it refuses and why.
import { describe, expect, test } from "vitest";
import { type NumberContext, normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";

function read(text: string, settings: string | RuleSetSettings, context?: NumberContext) {
  const ruleSet = typeof settings === "string" ? { preset: settings } : settings;
  return normalizeNumber(text, ruleSet, context);
}

describe("unwrap", () => {
  test("keeps URI parameters apart from the number", () => {
    const answer = read(
      '"A" <sip:+12125551234;npdi;rn=+1-646-555-0000;cic=+10288@host;user=phone>',
      "US",
    );
    expect(answer).toMatchObject({
      e164: "+12125551234",
      normalized: "12125551234",
      routingNumber: "16465550000",
      portabilityDipped: true,
      carrierCode: "10288",
    });
  });

  test("decks are matched on the routing number where the rule set says so", () => {
    const settings = { preset: "US", portability: "routing-number" } as const;
    expect(read("+12125551234;npdi;rn=6465550000;rn-context=+1", settings)).toMatchObject({
      e164: "+12125551234",
      normalized: "16465550000",
    });
    expect(read("+12125551234", settings).normalized).toBe("12125551234");
  });

  test("a tel URI local to a global context is written whole, a trunk 0 dropped", () => {
    expect(read("tel:020-7946-0123;phone-context=+44", "US").e164).toBe("+442079460123");
    expect(read("tel:+12125551234;ext=42", "US").extension).toBe("42");
    expect(read("+1 212 555 1234 ext. 42", "US")).toMatchObject({
      e164: "+12125551234",
      extension: "42",
    });
  });

  test("%23 is a hash", () => {
    expect(read("sip:%2331%230034650123456@host", "ES")).toMatchObject({
      e164: "+34650123456",
      serviceCode: "#31#",
      identityHidden: true,
    });
  });
});

describe("clean", () => {
  test.each([
    ["+44 (0)20 7946 0123", "+442079460123"],
    ["+39 (0)6 1234 5678", "+390612345678"],
    ["٠٠٤٤٢٠٧٩٤٦٠١٢٣", "+442079460123"],
    ["＋44２０79460123", "+442079460123"],
    ["\u202a+44 20\u00a07946\u20110123\u202c", "+442079460123"],
    ["0044.20.7946.0123", "+442079460123"],
  ])("%s", (text, e164) => {
    expect(read(text, "GB").e164).toBe(e164);
  });

  test("a minus is no separator", () => {
    expect(read("-34650123456", "wholesale-digits")).toMatchObject({
      kind: "invalid",
      normalized: "",
      reason: "negative-number",
    });
  });

  test("what was dialled after the number is kept apart", () => {
    expect(read("34650123456,,123#", "ES")).toMatchObject({
      e164: "+34650123456",
      postDial: ",,123#",
    });
    expect(read("12*3456789", "ES")).toMatchObject({ kind: "invalid", reason: "feature-sign" });
  });
});

describe("anonymous and letters", () => {
  test.each(["anonymous", "Restricted", "sip:anonymous@anonymous.invalid"])("%s", (text) => {
    expect(read(text, "GB", { caller: true }).kind).toBe("anonymous");
    expect(read(text, "GB", { caller: false })).toMatchObject({
      kind: "invalid",
      reason: "anonymous-called",
    });
  });

  test("empty, s and 266696687 are anonymous for callers only", () => {
    for (const text of ["", "s", "266696687"]) {
      expect(read(text, "ES", { caller: true }).kind).toBe("anonymous");
      expect(read(text, "ES").kind).not.toBe("anonymous");
    }
  });

  test("letters are an extension by pattern, vanity by option, else refused", () => {
    const extensions = { patterns: ["_agent-.", "reception"] };
    expect(read("Reception", { preset: "GB", extensions }).kind).toBe("extension");
    expect(read("agent-7", { preset: "GB", extensions }).kind).toBe("invalid");
    expect(read("alice", "GB")).toMatchObject({ kind: "invalid", reason: "letters" });
    expect(read("1-800-FLOWERS", { preset: "US", vanity: true }).e164).toBe("+18003569377");
    expect(read("1-800-FLOWERS", "US").reason).toBe("letters");
  });
});

describe("codes in front", () => {
  test("a service code of digits goes only when a whole number follows", () => {
    expect(read("14102079460123", "GB")).toMatchObject({
      e164: "+442079460123",
      serviceCode: "141",
    });
    expect(read("1412345678", "GB").e164).toBe("+441412345678");
    expect(read("*82 2125551234", "US")).toMatchObject({
      e164: "+12125551234",
      identityHidden: false,
    });
  });

  test("the longest tech prefix goes, once", () => {
    const settings = { preset: "GB", techPrefixes: ["99", "9999", "_XX#"] };
    expect(read("9999442079460123", settings)).toMatchObject({
      e164: "+442079460123",
      techPrefix: "9999",
    });
    expect(read("12#442079460123", settings).techPrefix).toBe("12");
    expect(read("99999442079460123", "US")).toMatchObject({ kind: "invalid", reason: "too-long" });
  });

  test("9 for an outside line never eats a number that is whole with it", () => {
    expect(read("9011442079460123", "US").e164).toBe("+442079460123");
    expect(read("912125551234", "US").e164).toBe("+12125551234");
    expect(read("9175551234", "US").e164).toBe("+19175551234");
    expect(read("919876543210", "US")).toMatchObject({ e164: "+919876543210", country: "IN" });
  });
});

describe("short numbers", () => {
  test.each([
    ["911", "US", "emergency"],
    ["9911", "US", "emergency"],
    ["112", "ES", "emergency"],
    ["118500", "GB", "short"],
    ["116123", "DE", "short"],
    ["41200", "GB", "extension"],
  ])("%s under %s is %s, matched whole, with no E.164", (text, preset, kind) => {
    expect(read(text, preset)).toMatchObject({ kind, match: "whole", e164: null });
  });

  test("the rule set's own table replaces the preset's", () => {
    const shortNumbers = { _7XX: "voicemail" };
    expect(read("712", { preset: "GB", shortNumbers })).toMatchObject({
      kind: "short",
      name: "voicemail",
    });
    expect(read("0012345", "US").kind).toBe("extension");
  });
});

describe("dialled forms", () => {
  test.each([
    ["+4402079460123", "ES", "+442079460123"],
    ["+0034650123456", "US", "+34650123456"],
    ["8 10 44 20 7946 0123", "RU", "+442079460123"],
    ["00 21 44 20 7946 0123", "BR", "+442079460123"],
    ["0 21 11 98765 4321", "BR", "+5511987654321"],
    ["011 15 1234-5678", "AR", "+5491112345678"],
    ["044 55 1234 5678", "MX", "+525512345678"],
    ["0008000112137", "IN", "+910008000112137"],
    ["4533123456", "GB", "+4533123456"],
    ["442079460123", "GB", "+442079460123"],
  ])("%s under %s is %s", (text, preset, e164) => {
    expect(read(text, preset).e164).toBe(e164);
  });

  test("a number without area code takes the account's, then the trunk's, else it is refused", () => {
    expect(read("79460123", { preset: "GB", areaCode: "20" })).toMatchObject({
      e164: "+442079460123",
      areaCode: "20",
    });
    const settings = { preset: "US", areaCode: "646" };
    expect(read("5551234", settings, { accountArea: "212" }).e164).toBe("+12125551234");
    expect(read("123456", "DE").reason).toBe("area-code-missing");
  });

  test("account-country reads national numbers by the account", () => {
    const preset = "account-country";
    expect(read("020 7946 0123", preset, { accountCountry: "GB" }).e164).toBe("+442079460123");
    expect(read("650123456", preset, { accountCountry: "ES" }).e164).toBe("+34650123456");
    expect(read("02079460123", preset)).toMatchObject({
      kind: "invalid",
      reason: "country-unknown",
      normalized: "02079460123",
    });
  });

  test.each([
    ["+", "no-digits"],
    ["+0123456789", "begins-with-zero"],
    ["+1234567890123456", "too-long"],
    ["+999123456789", "calling-code-unknown"],
    ["+44118", "too-short"],
    ["+44118500", "length-not-possible"],
    ["345678901", "length-not-national"],
  ])("%s is refused as %s, its digits stay matchable", (text, reason) => {
    expect(read(text, "US")).toMatchObject({
      kind: "invalid",
      e164: null,
      reason,
      normalized: text.replace("+", ""),
    });
  });
});

describe("validate", () => {
  const text = "+15555551234";
  test("flag keeps the number with a reason, refuse does not, off does not ask", () => {
    expect(read(text, "US")).toMatchObject({ e164: text, kind: "national", reason: "not-valid" });
    expect(read(text, { preset: "US", validate: "refuse" })).toMatchObject({
      e164: null,
      kind: "invalid",
      normalized: "15555551234",
    });
    const off = read(text, { preset: "US", validate: "off" });
    expect(off).toMatchObject({ e164: text, kind: "national" });
    expect(off.reason).toBeUndefined();
  });

  test("world numbers have the region 001", () => {
    expect(read("+80012345678", "GB").country).toBe("001");
  });
});

describe("wholesale", () => {
  test.each([
    ["wholesale-digits", "+34650123456", "34650123456", "+34650123456", "digits"],
    ["wholesale-digits", "34650123456", "34650123456", null, "digits"],
    ["wholesale-digits", "0034650123456", "0034650123456", null, "digits"],
    ["wholesale-digits", "02079460123", "02079460123", null, "digits"],
    ["wholesale-digits", "112", "112", null, "digits"],
    ["wholesale-digits", "000000034650123456", "000000034650123456", null, "digits"],
    ["wholesale-digits", "sip:+34 650-123-456@host", "34650123456", "+34650123456", "digits"],
    ["wholesale-e164", "34650123456", "34650123456", "+34650123456", "international"],
    ["wholesale-e164", "0034650123456", "34650123456", "+34650123456", "international"],
    ["wholesale-e164", "01144", "01144", null, "digits"],
  ])("%s: %s is matched as %s", (preset, text, normalized, e164, kind) => {
    expect(read(text, preset)).toMatchObject({ normalized, e164, kind });
  });
});

test("an unknown preset is an answer, not an exception", () => {
  expect(read("+34650123456", "XX")).toMatchObject({ kind: "invalid", reason: "rule-set-unknown" });
});

test("the trace names the steps that acted, in order, each going on where the last one ended", () => {
  const { steps } = read("sip:*31#0034 650 123 456@host", "ES");
  expect(steps.map(({ step }) => step)).toEqual([
    "unwrap",
    "clean",
    "service-code",
    "international-form",
    "validate",
  ]);
  for (const [index, { before }] of steps.entries()) {
    if (index > 0) expect(before).toBe(steps[index - 1]?.after);
  }
});
