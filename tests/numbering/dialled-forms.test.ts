// International, national and local forms, short numbers and extensions: the whole answer of each.
import { describe, expect, test } from "vitest";
import type { NumberContext } from "../../src/numbering/normalize.ts";
import { rulesOf } from "../../src/numbering/rule-sets/compiled.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import {
  internationalForm,
  localForm,
  nationalForm,
  notUnderstood,
} from "../../src/numbering/steps/dialled-forms.ts";
import { isExtension } from "../../src/numbering/steps/short-numbers.ts";
import { invalid } from "../../src/numbering/steps/step.ts";
import { e164Number, refused, whole, wholeAnswer } from "./whole-answer.ts";

type Row = [
  what: string,
  text: string,
  ruleSet: string | RuleSetSettings,
  answer: Record<string, unknown>,
  context?: NumberContext,
];

const accepted = (e164: string): string => `validate: ${e164} > ${e164}`;
const niue = e164Number("international", "+6834002", "NU", "683", "FIXED_LINE");

const international: Row[] = [
  [
    "seven digits are the fewest",
    "+6834002",
    "US",
    {
      ...niue,
      steps: ["international-form: +6834002 > +6834002 (+)", accepted("+6834002")],
    },
  ],
  [
    "six digits are too few",
    "+290123",
    "ES",
    {
      ...refused("too-short", "290123"),
      steps: ["international-form: +290123 > 290123 (+)"],
    },
  ],
  [
    "sixteen digits are too many",
    "+1234567890123456",
    "US",
    {
      ...refused("too-long", "1234567890123456"),
      steps: ["international-form: +1234567890123456 > 1234567890123456 (+)"],
    },
  ],
  [
    "nothing behind the +",
    "+",
    "ES",
    { ...refused("no-digits"), steps: ["international-form: + >  (+)"] },
  ],
  [
    "a feature sign behind the +",
    "+*34",
    "ES",
    { ...refused("feature-sign"), steps: ["international-form: +*34 >  (+)"] },
  ],
  [
    "the way out stays the way out, also where its digits are another country's number",
    "810312345678",
    "RU",
    {
      ...e164Number("international", "+312345678", "NL", "31"),
      reason: "not-valid",
      steps: [
        "international-form: 810312345678 > +312345678 (international prefix 810)",
        "validate: +312345678 > +312345678 (not-valid)",
      ],
    },
  ],
  [
    "00 is no national prefix before a 0, where no number in use begins so",
    "00999123456",
    "GB",
    {
      ...refused("calling-code-unknown", "00999123456"),
      steps: ["international-form: 00999123456 > 00999123456 (international prefix 00)"],
    },
  ],
  [
    "a national number in use may begin with 00",
    "0008000112137",
    "IN",
    {
      ...e164Number("national", "+910008000112137", "IN", "91", "TOLL_FREE"),
      steps: [
        "national-form: 0008000112137 > +910008000112137 (national number)",
        accepted("+910008000112137"),
      ],
    },
  ],
  [
    "an extension dialled behind 00",
    "0012345",
    "ES",
    {
      ...whole("extension", "12345"),
      steps: ["international-form: 0012345 > 12345 (too short for an international number)"],
    },
  ],
];

const national: Row[] = [
  [
    "a national prefix says so, in use or not",
    "0111111111",
    "GB",
    {
      ...e164Number("national", "+44111111111", "GB", "441"),
      reason: "not-valid",
      steps: [
        "national-form: 0111111111 > +44111111111 (national prefix 0)",
        "validate: +44111111111 > +44111111111 (not-valid)",
      ],
    },
  ],
  [
    "the own calling code says so, in use or not",
    "441000000000",
    "GB",
    {
      ...e164Number("national", "+441000000000", "GB", "441"),
      reason: "not-valid",
      steps: [
        "national-form: 441000000000 > +441000000000 (calling code without +)",
        "validate: +441000000000 > +441000000000 (not-valid)",
      ],
    },
  ],
  [
    "the length of a national number says so where nothing else does",
    "100000000",
    "ES",
    {
      ...e164Number("national", "+34100000000", "ES", "34"),
      reason: "not-valid",
      steps: [
        "not-understood: 100000000 > +34100000000 (national number)",
        "validate: +34100000000 > +34100000000 (not-valid)",
      ],
    },
  ],
  [
    "without a country, digits are another country's number",
    "6834002",
    "account-country",
    {
      ...niue,
      steps: [
        "national-form: 6834002 > +6834002 (another country's number without +)",
        accepted("+6834002"),
      ],
    },
  ],
];

const newYork = {
  ...e164Number("national", "+12126834002", "US", "1212", "FIXED_LINE_OR_MOBILE"),
  areaCode: "212",
  steps: ["local-form: 6834002 > +12126834002 (area code 212)", accepted("+12126834002")],
};

const local: Row[] = [
  [
    "the trunk's area, though another country has the number",
    "6834002",
    { preset: "US", areaCode: "212" },
    newYork,
  ],
  [
    "the account's area comes before the trunk's",
    "6834002",
    { preset: "US", areaCode: "646" },
    newYork,
    { accountArea: "212" },
  ],
  [
    "no area",
    "6834002",
    "US",
    {
      ...refused("area-code-missing", "6834002"),
      steps: ["local-form: 6834002 > 6834002 (area-code-missing)"],
    },
  ],
  [
    "a sign in front is no digit",
    "*123456",
    "US",
    { ...refused("feature-sign"), steps: ["not-understood: *123456 >  (feature-sign)"] },
  ],
];

const unexplained: Row[] = (
  [
    ["*99", "ES", "feature-sign"],
    ["9", "US", "length-not-national"],
    ["123456", "account-country", "too-short"],
    ["1234567", "account-country", "country-unknown"],
    ["011111111111111", "account-country", "country-unknown"],
    ["0111111111111112", "account-country", "too-long"],
  ] as const
).map(([text, ruleSet, reason]) => {
  const digits = text.replace("*99", "");
  const steps = [`not-understood: ${text} > ${digits} (${reason})`];
  return [reason, text, ruleSet, { ...refused(reason, digits), steps }];
});

const sized = { preset: "GB", shortNumbers: {}, extensions: { lengths: { min: 3, max: 4 } } };
const named = { preset: "GB", shortNumbers: {}, extensions: { patterns: ["_7XX"] } };

const short: Row[] = [
  [
    "an emergency number",
    "112",
    "ES",
    { ...whole("emergency", "112", "ES"), name: "emergency", steps: ["short-number: 112 > 112"] },
  ],
  [
    "an emergency number behind the outside line",
    "9911",
    "US",
    { ...whole("emergency", "911", "US"), name: "emergency", steps: ["short-number: 9911 > 911"] },
  ],
  [
    "911 behind another digit is no emergency",
    "8911",
    "US",
    { ...whole("extension", "8911"), steps: ["short-number: 8911 > 8911"] },
  ],
  [
    "a short number with its name",
    "118500",
    "GB",
    {
      ...whole("short", "118500", "GB"),
      name: "directory enquiries",
      steps: ["short-number: 118500 > 118500 (directory enquiries)"],
    },
  ],
  ...["456", "4567"].map(
    (text): Row => [
      "an extension of the first and the last length",
      text,
      sized,
      { ...whole("extension", text), steps: [`short-number: ${text} > ${text}`] },
    ],
  ),
  [
    "an extension by pattern",
    "712",
    named,
    { ...whole("extension", "712"), steps: ["short-number: 712 > 712"] },
  ],
  [
    "not of the pattern",
    "612",
    named,
    {
      ...refused("length-not-national", "612"),
      steps: ["not-understood: 612 > 612 (length-not-national)"],
    },
  ],
  [
    "too short for an extension",
    "45",
    sized,
    {
      ...refused("length-not-national", "45"),
      steps: ["not-understood: 45 > 45 (length-not-national)"],
    },
  ],
  [
    "a sign in front makes no extension",
    "#123",
    sized,
    { ...refused("feature-sign"), steps: ["not-understood: #123 >  (feature-sign)"] },
  ],
];

describe.each(Object.entries({ international, national, local, unexplained, short }))(
  "%s",
  (_form, rows) => {
    test.each(rows)("%s: %s", (_what, text, ruleSet, answer, context) => {
      expect(wholeAnswer(text, ruleSet, context)).toEqual(answer);
    });
  },
);

describe("texts with signs between or behind the digits", () => {
  const rules = rulesOf({ preset: "US", areaCode: "212", validate: "off" });
  if (rules === null) throw new Error("there is no preset US");
  const reading = (text: string) => ({ text, facts: {}, host: "", verdict: null });

  test.each(["2125551*34", "*125551234", "212555123*"])("%s is no national number", (text) => {
    expect(nationalForm(reading(text), rules)).toBeNull();
    const verdict = invalid(text, "feature-sign");
    expect(notUnderstood(reading(text), rules)?.verdict).toEqual(verdict);
  });

  test.each(["*551234", "555123*"])("%s is no local number", (text) => {
    expect(localForm(reading(text), rules, {})).toBeNull();
    const verdict = invalid(text, "feature-sign");
    expect(notUnderstood(reading(text), rules)).toEqual({ verdict });
  });

  test.each(["*4420", "44*2079460123", "+44207946012*"])("%s is no E.164 number", (digits) => {
    const text = `+${digits.replace("+", "")}`;
    const verdict = invalid(text, "feature-sign");
    expect(internationalForm(reading(text), rules)).toEqual({ verdict, note: "+" });
  });

  test.each(["*12", "12*"])("%s is no extension by length", (text) => {
    expect(isExtension(text, rules)).toBe(false);
    expect(isExtension("123", rules)).toBe(true);
  });
});
