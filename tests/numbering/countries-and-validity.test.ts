// The last step: country, type and validity, and what `validate` makes of a doubt.
import { describe, expect, test } from "vitest";
import { type NormalizedNumberAnswer, normalizeNumber } from "../../src/numbering/normalize.ts";
import { rulesOf } from "../../src/numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import {
  countryByDialCode,
  countryOf,
  prefixOf,
  validate,
} from "../../src/numbering/steps/validate.ts";

type Answer = Omit<NormalizedNumberAnswer, "steps"> & { steps: string[] };

/** The whole answer, each step that acted as one line. */
function answerTo(text: string, settings: RuleSetSettings): Answer {
  const answer = normalizeNumber(text, settings);
  const steps = answer.steps.map(({ step, before, after, note }) => {
    return `${step}: ${before} to ${after}${note === undefined ? "" : ` (${note})`}`;
  });
  return { ...answer, steps };
}

describe("country", () => {
  test.each([
    // digits, country, country by the shipped tables alone, dial code that tells it
    ["34650123456", "ES", "ES", "34650"],
    ["34", "ES", "ES", "34"],
    ["12425551234", "BS", "BS", "124255"],
    ["1242", "BS", "BS", "1242"],
    ["19995551234", "US", "US", "1"],
    ["1", "US", "US", "1"],
    ["77001234567", "KZ", "KZ", "7700"],
    ["7", "RU", "RU", "7"],
    ["447781123456", "GG", "GG", "447781"],
    ["447624123456", "IM", "GB", "44"],
    ["390669812345", "VA", "IT", "39"],
    ["262269123456", "YT", "YT", "262269"],
    ["5999123456", "CW", "CW", "599"],
    ["88161234567", "001", "001", "881"],
  ])("%s is of %s, by its dial code of %s, told by %s", (digits, country, byDialCode, prefix) => {
    expect(countryOf(digits)).toBe(country);
    expect(countryByDialCode(digits)).toBe(byDialCode);
    expect(prefixOf(digits, country)).toBe(prefix);
  });

  test.each(["", "0207946012", "9991234567", "684"])("%j has no calling code", (digits) => {
    expect([countryOf(digits), countryByDialCode(digits)]).toEqual([null, null]);
    expect(prefixOf(digits, "ES")).toBeNull();
  });
});

describe("validity", () => {
  const home = {
    raw: "650123456",
    kind: "national",
    normalized: "34650123456",
    e164: "+34650123456",
    country: "ES",
    match: "prefix",
    prefix: "34650",
    steps: [
      "national-form: 650123456 to +34650123456 (national number)",
      "validate: +34650123456 to +34650123456",
    ],
  } satisfies Answer;
  const unused = {
    raw: "+34111111111",
    kind: "national",
    normalized: "34111111111",
    e164: "+34111111111",
    country: "ES",
    match: "prefix",
    prefix: "34",
    steps: [
      "international-form: +34111111111 to +34111111111 (+)",
      "validate: +34111111111 to +34111111111",
    ],
  } satisfies Answer;
  const impossible = {
    raw: "+346501234",
    kind: "invalid",
    normalized: "346501234",
    e164: null,
    country: "ES",
    match: "prefix",
    reason: "length-not-possible",
    prefix: "34650",
    steps: [
      "international-form: +346501234 to +346501234 (+)",
      "validate: +346501234 to 346501234 (length-not-possible)",
    ],
  } satisfies Answer;
  const flagged = {
    ...unused,
    reason: "not-valid",
    steps: [
      "international-form: +34111111111 to +34111111111 (+)",
      "validate: +34111111111 to +34111111111 (not-valid)",
    ],
  } satisfies Answer;
  const refused = {
    ...flagged,
    kind: "invalid",
    e164: null,
    steps: [
      "international-form: +34111111111 to +34111111111 (+)",
      "validate: +34111111111 to 34111111111 (not-valid)",
    ],
  } satisfies Answer;

  test.each<[string, "off" | "flag" | "refuse", Answer]>([
    ["a number in use has its type", "flag", { ...home, type: "MOBILE" }],
    ["and is not refused", "refuse", { ...home, type: "MOBILE" }],
    ["its type is not asked for", "off", home],
    ["one that is not in use has a reason", "flag", flagged],
    ["or is refused, its digits and country kept", "refuse", refused],
    ["or passes", "off", unused],
    ["a length that is impossible is refused", "flag", impossible],
    ["with either word", "refuse", impossible],
  ])("%s: %s", (_what, word, answer) => {
    expect(answerTo(answer.raw, { preset: "ES", validate: word })).toStrictEqual(answer);
  });

  test("another country's number is international, of one that shares the calling code too", () => {
    expect(answerTo("+447781123456", { preset: "GB" })).toStrictEqual({
      raw: "+447781123456",
      kind: "international",
      normalized: "447781123456",
      e164: "+447781123456",
      country: "GG",
      match: "prefix",
      prefix: "447781",
      type: "MOBILE",
      steps: [
        "international-form: +447781123456 to +447781123456 (+)",
        "validate: +447781123456 to +447781123456",
      ],
    });
  });

  test("what was refused before is not judged again, though it has the shape of a number", () => {
    expect(answerTo("345678901", { preset: "US" })).toStrictEqual({
      raw: "345678901",
      kind: "invalid",
      normalized: "345678901",
      e164: null,
      country: null,
      match: "prefix",
      reason: "length-not-national",
      prefix: null,
      steps: ["not-understood: 345678901 to 345678901 (length-not-national)"],
    });
  });

  test("before anything is decided there is nothing to judge", () => {
    const rules = rulesOf({ preset: "ES" });
    if (rules === null) throw new Error("no preset of that name");
    const reading = { text: "650123456", facts: {}, host: "", verdict: null };
    expect(validate(reading, rules)).toBeNull();
  });
});

describe("wholesale", () => {
  const digits = "wholesale-digits";
  const e164 = "wholesale-e164";
  const byCode = (text: string) => `validate: ${text} to ${text} (country by dial code)`;

  test.each<[string, string, Partial<Answer>]>([
    [
      digits,
      "34650123456",
      {
        normalized: "34650123456",
        country: "ES",
        prefix: "34650",
        steps: ["wholesale-digits: 34650123456 to 34650123456", byCode("34650123456")],
      },
    ],
    [
      digits,
      "+34650123456",
      {
        normalized: "34650123456",
        e164: "+34650123456",
        country: "ES",
        prefix: "34650",
        steps: [
          "wholesale-digits: +34650123456 to +34650123456",
          "validate: +34650123456 to +34650123456",
        ],
      },
    ],
    [digits, "+346501", { normalized: "346501", steps: ["wholesale-digits: +346501 to 346501"] }],
    [
      digits,
      "0034650123456",
      { normalized: "0034650123456", steps: ["wholesale-digits: 0034650123456 to 0034650123456"] },
    ],
    [
      digits,
      "*21*3465#",
      {
        kind: "invalid",
        normalized: "",
        reason: "feature-sign",
        steps: ["wholesale-digits: *21*3465# to  (feature-sign)"],
      },
    ],
    [
      digits,
      "+",
      {
        kind: "invalid",
        normalized: "",
        reason: "no-digits",
        steps: ["wholesale-digits: + to  (no-digits)"],
      },
    ],
    [
      e164,
      "0034600123456",
      {
        kind: "international",
        normalized: "34600123456",
        e164: "+34600123456",
        country: "ES",
        prefix: "34600",
        steps: [
          "wholesale-e164: 0034600123456 to +34600123456",
          "validate: +34600123456 to +34600123456",
        ],
      },
    ],
    [
      e164,
      "34600123456",
      {
        kind: "international",
        normalized: "34600123456",
        e164: "+34600123456",
        country: "ES",
        prefix: "34600",
        steps: [
          "wholesale-e164: 34600123456 to +34600123456",
          "validate: +34600123456 to +34600123456",
        ],
      },
    ],
    [
      e164,
      "02079460123",
      {
        normalized: "02079460123",
        reason: "calling-code-unknown",
        steps: ["wholesale-e164: 02079460123 to 02079460123 (calling-code-unknown)"],
      },
    ],
    [
      e164,
      "00346501",
      {
        normalized: "346501",
        reason: "length-not-possible",
        steps: ["wholesale-e164: 00346501 to 346501 (length-not-possible)"],
      },
    ],
    [
      e164,
      "+#1",
      {
        kind: "invalid",
        normalized: "",
        reason: "feature-sign",
        steps: ["wholesale-e164: +#1 to  (feature-sign)"],
      },
    ],
  ])("%s: %s", (preset, raw, answer) => {
    const plain = { raw, kind: "digits", e164: null, country: null, match: "prefix", prefix: null };
    expect(answerTo(raw, { preset })).toStrictEqual({ ...plain, ...answer });
  });

  test("the country of a trunk makes its numbers national; digits stay digits", () => {
    expect(normalizeNumber("+34650123456", { preset: digits, country: "ES" }).kind).toBe("digits");
    expect(normalizeNumber("+34650123456", { preset: e164, country: "ES" }).kind).toBe("national");
  });
});
