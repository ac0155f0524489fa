// Service codes, tech prefixes and outside lines, alone and before a +: the whole answer of each.
import { expect, test } from "vitest";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { e164Number, refused, whole, wholeAnswer } from "./whole-answer.ts";

type Row = [
  what: string,
  text: string,
  ruleSet: string | RuleSetSettings,
  answer: Record<string, unknown>,
];

const london = e164Number("national", "+442079460123", "GB", "4420", "FIXED_LINE");
const abroad = { ...london, kind: "international" };
const newYork = e164Number("national", "+12125551234", "US", "1212", "FIXED_LINE_OR_MOBILE");
const mobile = e164Number("national", "+34650123456", "ES", "34650", "MOBILE");
const accepted = (e164: string): string => `validate: ${e164} > ${e164}`;
const featureSign = (text: string) => ({
  ...refused("feature-sign"),
  steps: [`not-understood: ${text} >  (feature-sign)`],
});

const serviceCodes: Row[] = [
  [
    "before a + the caller hides",
    "*31#+34650123456",
    "ES",
    {
      ...mobile,
      serviceCode: "*31#",
      identityHidden: true,
      steps: [
        "service-code: *31#+34650123456 > +34650123456 (service code *31#)",
        "international-form: +34650123456 > +34650123456 (+)",
        accepted("+34650123456"),
      ],
    },
  ],
  [
    "of digits, before a +, with a tail behind",
    "141 +44 20 7946 0123,,12#",
    "GB",
    {
      ...london,
      serviceCode: "141",
      identityHidden: true,
      postDial: ",,12#",
      steps: [
        "clean: 141 +44 20 7946 0123,,12# > 141+442079460123,,12#",
        "service-code: 141+442079460123,,12# > +442079460123,,12# (service code 141)",
        "post-dial: +442079460123,,12# > +442079460123",
        "international-form: +442079460123 > +442079460123 (+)",
        accepted("+442079460123"),
      ],
    },
  ],
  [
    "of digits, before an emergency number",
    "141999",
    "GB",
    {
      ...whole("emergency", "999", "GB"),
      name: "emergency",
      serviceCode: "141",
      identityHidden: true,
      steps: ["service-code: 141999 > 999 (service code 141)", "short-number: 999 > 999"],
    },
  ],
  [
    "no code: the digits behind it are too few behind their national prefix",
    "1410123456",
    "GB",
    {
      ...e164Number("national", "+441410123456", "GB", "44141", "FIXED_LINE"),
      steps: [
        "national-form: 1410123456 > +441410123456 (national number)",
        accepted("+441410123456"),
      ],
    },
  ],
  [
    "of digits, in a country without national prefix",
    "067650123456",
    "ES",
    {
      ...mobile,
      serviceCode: "067",
      identityHidden: true,
      steps: [
        "service-code: 067650123456 > 650123456 (service code 067)",
        "national-form: 650123456 > +34650123456 (national number)",
        accepted("+34650123456"),
      ],
    },
  ],
  [
    "no code: digits that are no whole number follow",
    "06765012345",
    "ES",
    {
      ...refused("length-not-national", "06765012345"),
      steps: ["not-understood: 06765012345 > 06765012345 (length-not-national)"],
    },
  ],
  [
    "without a wish to hide or show",
    "*702125551234",
    { preset: "US", serviceCodes: { "*70": "none" } },
    {
      ...newYork,
      serviceCode: "*70",
      steps: [
        "service-code: *702125551234 > 2125551234 (service code *70)",
        "national-form: 2125551234 > +12125551234 (national number)",
        accepted("+12125551234"),
      ],
    },
  ],
  ["no number behind it", "*31#*99", "ES", featureSign("*31#*99")],
  ["nothing behind it", "*31#", "ES", featureSign("*31#")],
];

const techPrefixes: Row[] = [
  [
    "of digits, before a +",
    "99+34650123456",
    { preset: "wholesale-digits", techPrefixes: ["99"] },
    {
      ...mobile,
      type: undefined,
      kind: "digits",
      techPrefix: "99",
      steps: [
        "tech-prefix: 99+34650123456 > +34650123456 (tech prefix 99)",
        "wholesale-digits: +34650123456 > +34650123456",
        accepted("+34650123456"),
      ],
    },
  ],
  [
    "only its last hash is a mark",
    "#99#34650123456",
    { preset: "wholesale-digits", techPrefixes: ["#99#"] },
    {
      ...mobile,
      type: undefined,
      kind: "digits",
      e164: null,
      prefix: "34650",
      techPrefix: "#99",
      steps: [
        "tech-prefix: #99#34650123456 > 34650123456 (tech prefix #99#)",
        "wholesale-digits: 34650123456 > 34650123456",
        "validate: 34650123456 > 34650123456 (country by dial code)",
      ],
    },
  ],
  [
    "no number behind it",
    "12#*99",
    "ES",
    {
      ...whole("extension", "12"),
      postDial: "#*99",
      steps: ["post-dial: 12#*99 > 12", "short-number: 12 > 12"],
    },
  ],
  [
    "a + behind digits that are no code",
    "12+34650123456",
    { preset: "ES", techPrefixes: ["1", "123"] },
    { ...refused("not-a-number"), steps: ["alphanumeric: 12+34650123456 >  (not-a-number)"] },
  ],
  [
    "a pause behind the digits of a code",
    "99p",
    { preset: "ES", techPrefixes: ["99"] },
    {
      ...whole("extension", "99"),
      postDial: "p",
      steps: ["post-dial: 99p > 99", "short-number: 99 > 99"],
    },
  ],
  [
    "letters are no number, though they follow a code",
    "99a",
    { preset: "ES", techPrefixes: ["99"] },
    { ...refused("letters"), steps: ["alphanumeric: 99a >  (letters)"] },
  ],
];

const outsideLines: Row[] = [
  [
    "before a +",
    "9+442079460123",
    "US",
    {
      ...abroad,
      steps: [
        "outside-line: 9+442079460123 > +442079460123 (outside line)",
        "international-form: +442079460123 > +442079460123 (+)",
        accepted("+442079460123"),
      ],
    },
  ],
  [
    "before a + that no number follows",
    "9+999123456",
    "US",
    {
      ...refused("calling-code-unknown", "999123456"),
      steps: [
        "outside-line: 9+999123456 > +999123456 (outside line)",
        "international-form: +999123456 > 999123456 (+)",
      ],
    },
  ],
  [
    "before an international number, without validation",
    "9011442079460123",
    { preset: "US", validate: "off" },
    {
      ...abroad,
      type: undefined,
      steps: [
        "outside-line: 9011442079460123 > 011442079460123 (outside line)",
        "international-form: 011442079460123 > +442079460123 (international prefix 011)",
        accepted("+442079460123"),
      ],
    },
  ],
  [
    "before ten digits that are nobody else's number",
    "92125551234",
    "US",
    {
      ...newYork,
      steps: [
        "outside-line: 92125551234 > 2125551234 (outside line)",
        "national-form: 2125551234 > +12125551234 (national number)",
        accepted("+12125551234"),
      ],
    },
  ],
  [
    "before the national prefix, in doubt",
    "912125551234",
    "US",
    {
      ...newYork,
      steps: [
        "outside-line: 912125551234 > 12125551234 (outside line; it could also be a number of another country)",
        "national-form: 12125551234 > +12125551234 (national prefix 1)",
        accepted("+12125551234"),
      ],
    },
  ],
  [
    "none: another country's number, and ten digits without national prefix behind the 9",
    "94702345678",
    "US",
    {
      ...e164Number("international", "+94702345678", "LK", "947", "MOBILE"),
      steps: [
        "national-form: 94702345678 > +94702345678 (another country's number without +)",
        accepted("+94702345678"),
      ],
    },
  ],
  [
    "none: the number is whole with its 9",
    "9175551234",
    "US",
    {
      ...e164Number("national", "+19175551234", "US", "1917", "FIXED_LINE_OR_MOBILE"),
      steps: [
        "national-form: 9175551234 > +19175551234 (national number)",
        accepted("+19175551234"),
      ],
    },
  ],
  [
    "none: the 9 and the national prefix are the own calling code",
    "902123456789",
    { preset: "TR", outsideLine: ["9"] },
    {
      ...e164Number("national", "+902123456789", "TR", "90212", "FIXED_LINE"),
      steps: [
        "national-form: 902123456789 > +902123456789 (calling code without +)",
        accepted("+902123456789"),
      ],
    },
  ],
  [
    "none: no number behind it",
    "9011999123456",
    "US",
    {
      ...refused("length-not-national", "9011999123456"),
      steps: ["not-understood: 9011999123456 > 9011999123456 (length-not-national)"],
    },
  ],
];

test.each(serviceCodes)("service code, %s: %s", (_what, text, ruleSet, answer) => {
  expect(wholeAnswer(text, ruleSet)).toEqual(answer);
});

test.each(techPrefixes)("tech prefix, %s: %s", (_what, text, ruleSet, answer) => {
  expect(wholeAnswer(text, ruleSet)).toEqual(answer);
});

test.each(outsideLines)("outside line, %s: %s", (_what, text, ruleSet, answer) => {
  expect(wholeAnswer(text, ruleSet)).toEqual(answer);
});
