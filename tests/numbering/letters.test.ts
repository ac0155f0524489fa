// Callers that hide, and texts with letters in them: the whole answer of each.
import { expect, test } from "vitest";
import type { NumberContext } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { e164Number, refused, whole, wholeAnswer } from "./whole-answer.ts";

type Row = [
  what: string,
  text: string,
  ruleSet: string | RuleSetSettings,
  context: NumberContext,
  answer: Record<string, unknown>,
];

const nobody = { ...whole("anonymous", ""), identityHidden: true };
const reception = { preset: "GB", extensions: { patterns: ["private", "_desk.", "_7XX"] } };
const vanity = { preset: "US", vanity: true, validate: "off" } as const;

const rows: Row[] = [
  ["a word for nobody", "Withheld", "GB", {}, { ...nobody, steps: ["anonymous: Withheld > "] }],
  [
    "a number at the host of nobody",
    "sip:+34650123456@anonymous.invalid",
    "ES",
    {},
    {
      ...nobody,
      steps: [
        "unwrap: sip:+34650123456@anonymous.invalid > +34650123456",
        "anonymous: +34650123456 > ",
      ],
    },
  ],
  ["a caller without number", "", "GB", { caller: true }, { ...nobody, steps: ["anonymous:  > "] }],
  [
    "Asterisk's start extension calls",
    "S",
    "GB",
    { caller: true },
    { ...nobody, steps: ["anonymous: S > "] },
  ],
  [
    "nobody is called",
    "anonymous",
    "GB",
    { caller: false },
    { ...refused("anonymous-called"), steps: ["anonymous: anonymous >  (anonymous-called)"] },
  ],
  [
    "an extension with the name of nobody",
    "Private",
    reception,
    { caller: true },
    { ...whole("extension", ""), steps: ["alphanumeric: Private > "] },
  ],
  [
    "an extension by its first letters",
    "desk-front",
    { preset: "GB", extensions: { patterns: ["_desk!"] } },
    { caller: false },
    {
      ...whole("extension", ""),
      steps: ["clean: desk-front > deskfront", "alphanumeric: deskfront > "],
    },
  ],
  [
    "no text",
    "",
    "GB",
    { caller: false },
    { ...refused("empty"), steps: ["alphanumeric:  >  (empty)"] },
  ],
  [
    "nothing but separators",
    "(/)",
    "GB",
    {},
    { ...refused("empty"), steps: ["clean: (/) > ", "alphanumeric:  >  (empty)"] },
  ],
  [
    "a name",
    "alice",
    "GB",
    {},
    { ...refused("letters"), steps: ["alphanumeric: alice >  (letters)"] },
  ],
  [
    "a sign of no number",
    "02079460123_",
    "GB",
    {},
    { ...refused("not-a-number"), steps: ["alphanumeric: 02079460123_ >  (not-a-number)"] },
  ],
  [
    "a pause with digits is no word",
    "34650123456p12w3",
    "ES",
    {},
    {
      ...e164Number("national", "+34650123456", "ES", "34650", "MOBILE"),
      postDial: "p12w3",
      steps: [
        "post-dial: 34650123456p12w3 > 34650123456",
        "national-form: 34650123456 > +34650123456 (calling code without +)",
        "validate: +34650123456 > +34650123456",
      ],
    },
  ],
  ...["34650123456p12x", "p12", "34650123456x"].map(
    (text): Row => [
      "a letter that is no pause",
      text,
      "ES",
      {},
      { ...refused("letters"), steps: [`alphanumeric: ${text} >  (letters)`] },
    ],
  ),
  ...["*1800FLOWERS", "1800FLOWERS*2", "FLOWERS"].map(
    (text): Row => [
      "a vanity number is digits and letters",
      text,
      vanity,
      {},
      { ...refused("letters"), steps: [`alphanumeric: ${text} >  (letters)`] },
    ],
  ),
];

test.each(rows)("%s: %s", (_what, text, ruleSet, context, answer) => {
  expect(wholeAnswer(text, ruleSet, context)).toEqual(answer);
});

test.each([
  ["1800abcdefg", "18002223334"],
  ["1800HIJKLMN", "18004455566"],
  ["+1800OPQRSTU", "+18006777788"],
  ["1800vwxyz00", "18008999900"],
])("%s is %s on a keypad", (text, keyed) => {
  const { steps, ...number } = wholeAnswer(text, vanity);
  const e164 = keyed.replace(/^\+?/, "+");
  expect(number).toEqual(e164Number("national", e164, "US", "1"));
  expect(steps).toContain(`alphanumeric: ${text} > ${keyed} (vanity letters)`);
});
