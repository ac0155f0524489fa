// One answer whole: what is refused unread, which digits decks match, prefixes, lists, one object.
import { describe, expect, test } from "vitest";
import { type NumberContext, normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { e164Number, refused, whole, wholeAnswer } from "./whole-answer.ts";

interface Row {
  what: string;
  text: string;
  settings: RuleSetSettings;
  context?: NumberContext;
  answer: Record<string, unknown>;
}

const unread = (reason: string) => ({ ...refused(reason), steps: [`refused:  >  (${reason})`] });
const routing = { preset: "GB", portability: "routing-number" } as const;
const mobile = e164Number("international", "+34650123456", "ES", "34650", "MOBILE");
const dipped = "+34650123456;npdi;rn=+34700111222";
const unwrapped = `unwrap: ${dipped} > +34650123456`;
const dialled = [
  "international-form: +34650123456 > +34650123456 (+)",
  "validate: +34650123456 > +34650123456",
];
const withDip = { routingNumber: "34700111222", portabilityDipped: true };

const rows: Row[] = [
  {
    what: "no preset of the name",
    text: "+34650123456",
    settings: { preset: "XX" },
    answer: unread("rule-set-unknown"),
  },
  {
    what: "a sign too long",
    text: "+34650123456",
    settings: { preset: "GB", maxLength: 11 },
    answer: unread("over-long"),
  },
  {
    what: "a sign too long for CDR-Stats",
    text: "34650123456",
    settings: { preset: "cdr-stats", maxLength: 10 },
    answer: unread("over-long"),
  },
  {
    what: "just not too long",
    text: "+34650123456",
    settings: { preset: "GB", maxLength: 12 },
    answer: { ...mobile, steps: dialled },
  },
  {
    what: "decks match the number dialled",
    text: dipped,
    settings: { preset: "GB" },
    answer: { ...mobile, ...withDip, steps: [unwrapped, ...dialled] },
  },
  {
    what: "decks match the routing number, country and lists go by the number dialled",
    text: dipped,
    settings: { ...routing, blacklist: ["34650"] },
    answer: {
      ...mobile,
      ...withDip,
      normalized: "34700111222",
      authorized: false,
      steps: [unwrapped, ...dialled],
    },
  },
  {
    what: "the routing number is not on the lists",
    text: dipped,
    settings: { ...routing, blacklist: ["34700"] },
    answer: {
      ...mobile,
      ...withDip,
      normalized: "34700111222",
      authorized: true,
      steps: [unwrapped, ...dialled],
    },
  },
  {
    what: "without a routing number, the number dialled",
    text: "+34650123456",
    settings: routing,
    answer: { ...mobile, steps: dialled },
  },
  {
    what: "a routing number behind what is no E.164 number",
    text: "999;rn=+34700111222",
    settings: routing,
    answer: {
      ...whole("emergency", "999", "GB"),
      routingNumber: "34700111222",
      name: "emergency",
      steps: ["unwrap: 999;rn=+34700111222 > 999", "short-number: 999 > 999"],
    },
  },
  {
    what: "a tech prefix of digits and #",
    text: "1234#+34650123456",
    settings: { preset: "GB" },
    answer: {
      ...mobile,
      techPrefix: "1234",
      steps: ["tech-prefix: 1234#+34650123456 > +34650123456 (tech prefix 1234#)", ...dialled],
    },
  },
  {
    what: "nobody, by the host of the address",
    text: "sip:1 2@anonymous.invalid",
    settings: { preset: "GB" },
    context: { caller: true },
    answer: {
      ...whole("anonymous", ""),
      identityHidden: true,
      steps: ["unwrap: sip:1 2@anonymous.invalid > 1 2", "clean: 1 2 > 12", "anonymous: 12 > "],
    },
  },
  {
    what: "nobody may be called",
    text: "anonymous",
    settings: { preset: "GB" },
    context: { caller: false },
    answer: {
      ...refused("anonymous-called"),
      steps: ["anonymous: anonymous >  (anonymous-called)"],
    },
  },
  {
    what: "what the steps met on the way stays, the last of each",
    text: '"A" <sip:*31#+34 650 123 456;ext=42@host>',
    settings: { preset: "GB" },
    answer: {
      ...mobile,
      extension: "42",
      serviceCode: "*31#",
      identityHidden: true,
      steps: [
        'unwrap: "A" <sip:*31#+34 650 123 456;ext=42@host> > *31#+34 650 123 456',
        "clean: *31#+34 650 123 456 > *31#+34650123456",
        "service-code: *31#+34650123456 > +34650123456 (service code *31#)",
        ...dialled,
      ],
    },
  },
];

test.each(rows)("$what: $text", ({ text, settings, context, answer }) => {
  expect(wholeAnswer(text, settings, context)).toStrictEqual(answer);
});

describe("steps of the wholesale forms", () => {
  const nobody = { ...whole("anonymous", ""), identityHidden: true };
  const byCode = "validate: 34650123456 > 34650123456 (country by dial code)";
  test.each([
    ["wholesale-digits", ["wholesale-digits: 34650123456 > 34650123456", byCode]],
    [
      "wholesale-e164",
      ["wholesale-e164: 34650123456 > +34650123456", "validate: +34650123456 > +34650123456"],
    ],
  ])("%s", (preset, end) => {
    expect(wholeAnswer(" private ", preset, { caller: true })).toStrictEqual({
      ...nobody,
      steps: ["unwrap:  private  > private", "anonymous: private > "],
    });
    expect(wholeAnswer("agent5", preset)).toStrictEqual({
      ...refused("letters"),
      steps: ["alphanumeric: agent5 >  (letters)"],
    });
    const trunk = { preset, techPrefixes: ["11"] };
    expect(wholeAnswer("1134 650 123 456,4", trunk)["steps"]).toEqual([
      "clean: 1134 650 123 456,4 > 1134650123456,4",
      "tech-prefix: 1134650123456,4 > 34650123456,4 (tech prefix 11)",
      "post-dial: 34650123456,4 > 34650123456",
      ...end,
    ]);
  });
});

test("a step that has nothing to say has no note", () => {
  expect(normalizeNumber("+34 650 123 456", { preset: "GB" }).steps).toStrictEqual([
    { step: "clean", before: "+34 650 123 456", after: "+34650123456" },
    { step: "international-form", before: "+34650123456", after: "+34650123456", note: "+" },
    { step: "validate", before: "+34650123456", after: "+34650123456" },
  ]);
});

describe("one answer", () => {
  const british: RuleSetSettings = { preset: "GB" };

  test.each([british, { preset: "cdr-stats" }])("is shared and frozen: %o", (settings) => {
    const answer = normalizeNumber("79460123", settings);
    expect(normalizeNumber("79460123", settings)).toBe(answer);
    expect([Object.isFrozen(answer), Object.isFrozen(answer.steps)]).toEqual([true, true]);
  });

  test("differs by what is known of the call, in any order of asking", () => {
    const kind = (context?: NumberContext): string => normalizeNumber("", british, context).kind;
    expect([kind({ caller: true }), kind(), kind({ caller: false }), kind()]).toEqual([
      "anonymous",
      "invalid",
      "invalid",
      "invalid",
    ]);
    const e164 = (accountArea?: string): string | null =>
      normalizeNumber("4960123", british, accountArea === undefined ? {} : { accountArea }).e164;
    expect([e164("161"), e164(), e164("121"), e164("161")]).toEqual([
      "+441614960123",
      null,
      "+441214960123",
      "+441614960123",
    ]);
    const nobody = (caller?: boolean): string | undefined =>
      normalizeNumber("private", british, caller === undefined ? {} : { caller }).reason;
    expect([nobody(false), nobody(), nobody(true)]).toEqual([
      "anonymous-called",
      undefined,
      undefined,
    ]);
  });
});
