// `preset: cdr-stats`: the whole answer with its steps, by length, first sign, window and lists.
import { expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";

interface Expected {
  kind: string;
  normalized?: string;
  country?: string;
  prefix?: string;
  dialCode?: string;
  authorized?: false;
  /** What was taken off, by entries of PREFIX_TO_IGNORE, one after the other. */
  ignored?: [entry: string, before: string, after: string][];
  internal?: true;
}

type Row = [
  what: string,
  text: string,
  settings: Omit<RuleSetSettings, "preset">,
  expected: Expected,
];

const spain = { country: "ES", prefix: "34650", dialCode: "34650" };
const plusOnly = { PREFIX_TO_IGNORE: "+" };

const rows: Row[] = [
  ["five signs are internal", "12345", {}, { kind: "extension", internal: true }],
  ["a name is internal", "alice123456", {}, { kind: "extension", internal: true }],
  [
    "six signs are no more internal, six digits local",
    "123456",
    {},
    { kind: "local", normalized: "1123456" },
  ],
  [
    "nine digits are the most of a local number",
    "650123456",
    { LOCAL_DIALCODE: "34" },
    { kind: "local", normalized: "34650123456", country: "ES", prefix: "34650" },
  ],
  [
    "ten digits are international",
    "1234567890",
    {},
    { kind: "international", country: "US", prefix: "1234", dialCode: "1234" },
  ],
  [
    "a letter further on ends the digits",
    "1234a67890",
    {},
    { kind: "international", country: "US", prefix: "1234", dialCode: "1234" },
  ],
  [
    "short once its prefixes are off",
    "00012345",
    {},
    { kind: "extension", normalized: "12345", ignored: [["000", "00012345", "12345"]] },
  ],
  [
    "a name behind a +",
    "+alice12345",
    {},
    {
      kind: "extension",
      normalized: "alice12345",
      ignored: [["\\+", "+alice12345", "alice12345"]],
    },
  ],
  [
    "two prefixes, one after the other, the longer entry first",
    "0034650123456",
    { PREFIX_TO_IGNORE: "3, 00 ,0" },
    {
      kind: "international",
      country: "SE",
      prefix: "46",
      dialCode: "46",
      normalized: "4650123456",
      ignored: [
        ["00", "0034650123456", "34650123456"],
        ["3", "34650123456", "4650123456"],
      ],
    },
  ],
  ["no digits in front", "*31#34650123456", {}, { kind: "invalid" }],
  ["no digits in front of a short one", "*31#12", {}, { kind: "invalid" }],
  [
    "one + that no entry takes is passed over",
    "+34650123456",
    { PREFIX_TO_IGNORE: "" },
    { kind: "international", ...spain },
  ],
  [
    "digits end at a + further on",
    "34+650123456",
    {},
    { kind: "international", country: "ES", prefix: "34", dialCode: "34" },
  ],
  ["two are no number", "++34650123456", { PREFIX_TO_IGNORE: "" }, { kind: "invalid" }],
  [
    "digits end at a blank",
    "+34 650 123 456",
    {},
    {
      kind: "international",
      normalized: "34 650 123 456",
      country: "ES",
      prefix: "34",
      dialCode: "34",
      ignored: [["\\+", "+34 650 123 456", "34 650 123 456"]],
    },
  ],
  ["a prefix of one digit is below the window", "18005551212", {}, { kind: "international" }],
  [
    "a longer row without country is passed over",
    "290312345678",
    {},
    { kind: "international", country: "SH", prefix: "290", dialCode: "290" },
  ],
  ["an 8 in an octal number is an error", "08346501234", plusOnly, { kind: "international" }],
  ["a 9 in an octal number is an error", "03946501234", plusOnly, { kind: "international" }],
  ["octal, then a 9: an error, not 042", "0429912345678", plusOnly, { kind: "international" }],
  ["octal, then an 8: an error, not 042", "0428912345678", plusOnly, { kind: "international" }],
  [
    "two prefixes are a list",
    "34650123456",
    { PREFIX_LIMIT_MIN: 4 },
    { kind: "international", ...spain },
  ],
  ["below the window", "34912345678", { PREFIX_LIMIT_MIN: 3 }, { kind: "international" }],
  ["too few digits", "123456", { PN_MIN_DIGITS: 7 }, { kind: "extension" }],
  ["internal", "12345678", { INTERNAL_CALL: 8 }, { kind: "extension", internal: true }],
  [
    "digits behind a zero are octal: 042 is 34",
    "0421234567890",
    plusOnly,
    { kind: "international", country: "ES", prefix: "34", dialCode: "34" },
  ],
  [
    "black",
    "34650123456",
    { blacklist: ["34650"] },
    { kind: "international", ...spain, authorized: false },
  ],
  [
    "white before black",
    "34650123456",
    { blacklist: ["34650"], whitelist: ["34"] },
    { kind: "international", ...spain },
  ],
  [
    "black of another number",
    "34650123456",
    { blacklist: ["44", "6501"] },
    { kind: "international", ...spain },
  ],
  [
    "a white list alone shuts nothing out",
    "34650123456",
    { whitelist: ["44"] },
    { kind: "international", ...spain },
  ],
  [
    "internal calls are never shut out",
    "34650",
    { blacklist: ["34650"] },
    { kind: "extension", internal: true },
  ],
  [
    "no digits in front: nothing to look up",
    "*34650123456",
    { blacklist: ["34"] },
    { kind: "invalid" },
  ],
];

test.each(rows)("%s: %s", (_what, text, settings, expected) => {
  const { ignored = [], internal = false, kind, country = null, prefix = null } = expected;
  const { normalized = text, authorized = true, dialCode = null } = expected;
  const before = ignored.at(-1)?.[2] ?? text;
  const step = internal ? "INTERNAL_CALL" : "PN_MIN_DIGITS, PN_MAX_DIGITS";
  expect(normalizeNumber(text, { preset: "cdr-stats", ...settings })).toStrictEqual({
    raw: text,
    normalized,
    e164: null,
    kind,
    country,
    prefix,
    match: "prefix",
    authorized,
    cdrDialcode: dialCode,
    steps: [
      ...ignored.map(([entry, from, to]) => ({
        step: "PREFIX_TO_IGNORE",
        before: from,
        after: to,
        note: `^${entry}`,
      })),
      { step, before, after: normalized, note: kind },
    ],
  });
});

test("an entry that cannot be applied is said so, and nothing is read", () => {
  const settings = { preset: "cdr-stats", PREFIX_TO_IGNORE: "+,*" };
  expect(normalizeNumber("34650123456", settings)).toStrictEqual({
    raw: "34650123456",
    normalized: "",
    e164: null,
    kind: "invalid",
    country: null,
    reason: "setting-not-understood",
    prefix: null,
    match: "prefix",
    steps: [],
  });
});
