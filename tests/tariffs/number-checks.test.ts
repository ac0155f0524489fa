// What `check` says of rows that the numbers of the tariff's rule sets cannot reach, or miss.
import { expect, test } from "vitest";
import { startsNumberInUse } from "../../src/numbering/number-starts.ts";
import { PRESET_NAMES, presetNamed } from "../../src/numbering/rule-sets/presets.ts";
import { readTariff } from "../../src/tariffs/read-folder.ts";
import { validNumbers } from "../numbering/valid-numbers.ts";

interface Parts {
  numbering?: string;
  deck: string;
  more?: string;
  accounts?: string;
}

function warningsOf({ numbering = "n: { preset: ES }", deck, more = "", accounts = "" }: Parts) {
  const settings = [
    "tenant: t.example",
    "currency: EUR",
    `numbering: { ${numbering} }`,
    "defaultNumbering: n",
    "retailPlans: { r: { deck: r.csv } }",
    "voipPlans: { v: { retail: [r] } }",
    "accounts: accounts.csv",
    more,
  ];
  const read = readTariff({
    "tariff.yaml": settings.join("\n"),
    "r.csv": deck,
    "accounts.csv": `account,voip_plan,numbering\n*any,v,\n${accounts}`,
  });
  const faults = read.ok ? read.warnings : read.faults;
  return faults.map(({ file, line, code, message }) => `${file}:${line} ${code}: ${message}`);
}

const EMERGENCY =
  "emergency-without-row: `*` does not price emergency numbers: calls to those without a row of their own are unrated.";

test("a default row, and no row for an emergency number", () => {
  const deck = "prefix,rate\n34,1\n*,2\n";
  expect(warningsOf({ deck })).toEqual([
    `r.csv:3 ${EMERGENCY} None for 112, 061, 062, 080, 085, 088, 091, 092.`,
  ]);
  const all = ["112", "061", "062", "080", "085", "088", "091", "092"];
  expect(warningsOf({ deck: `${deck}${all.map((number) => `${number},0\n`).join("")}` })).toEqual(
    [],
  );
  expect(
    warningsOf({
      deck: `${deck}${all
        .slice(1)
        .map((number) => `${number},0\n`)
        .join("")}`,
    }),
  ).toEqual([`r.csv:3 ${EMERGENCY} None for 112.`]);
  expect(warningsOf({ deck: "prefix,rate\n34,1\n" })).toEqual([]);
  expect(warningsOf({ deck, numbering: "n: { preset: wholesale-e164 }" })).toEqual([]);
});

test("the emergency numbers are those of every rule set, also one that an account alone names", () => {
  const deck = "prefix,rate\n*,2\n";
  const numbering = "n: { preset: wholesale-digits }";
  const accounts = "1,v,FR\n";
  expect(warningsOf({ deck, numbering, accounts })[0]).toContain("None for 112, 15, 17, 18,");
  const own = "n: { preset: ES, emergency: [_11X] }";
  expect(warningsOf({ deck: `${deck}113,0\n`, numbering: own })).toEqual([]);
});

const RETIRED =
  "retired-prefix: No number in use begins so: only calls before the change reach it.";

test("a row of digits that a plan gave up names the row that holds now", () => {
  const deck = "prefix,rate\n52,0.05\n521,0.15\n52155,0.2\n22997,0.3\n551198,0.1\n55118,0.1\n";
  expect(warningsOf({ deck })).toEqual([
    `r.csv:3 ${RETIRED} 521: Mexico, since 2019-08-03: the 1 before mobile numbers was dropped; 52 in line 2 holds for 52.`,
    `r.csv:4 ${RETIRED} 52155: Mexico, since 2019-08-03: the 1 before mobile numbers was dropped; 52 in line 2 holds for 5255.`,
    `r.csv:5 ${RETIRED} 22997: Benin, since 2024-11-30: 01 stands before every number; no row holds for 2290197.`,
    `r.csv:7 ${RETIRED} 55118: Brazil, since 2012-07-29: a 9 stands before mobile numbers of the areas 11; 551198 in line 6 holds for 551198.`,
  ]);
});

test("a rule set that takes digits as they are reaches it", () => {
  const deck = "prefix,rate\n521,0.15\n";
  expect(
    warningsOf({ deck, numbering: "n: { preset: ES }, w: { preset: wholesale-e164 }" }),
  ).toEqual([]);
  expect(warningsOf({ deck, accounts: "1,v,wholesale-digits\n" })).toEqual([]);
});

test("callers and bans too", () => {
  const deck = "prefix,rate,caller_prefix\n34,1,521\n34,2,invalid\n34,2,\n";
  const more = 'banPlans: { b: { prefixes: ["449", "521"] } }';
  expect(warningsOf({ deck, more })).toEqual([
    `tariff.yaml:8 ${RETIRED} 521: Mexico, since 2019-08-03: the 1 before mobile numbers was dropped; 52 is what can be banned.`,
    `r.csv:2 ${RETIRED} caller_prefix 521: Mexico, since 2019-08-03: the 1 before mobile numbers was dropped; 52 fits these callers.`,
  ]);
});

test("a number in use has no beginning that is none of a number in use", () => {
  for (const country of PRESET_NAMES.filter((name) => /^[A-Z]{2}$/.test(name))) {
    const code = presetNamed(country)?.callingCode ?? "";
    for (const national of validNumbers(country, 40, 17)) {
      const digits = code + national;
      for (let length = code.length; length <= digits.length; length += 1) {
        expect([digits, length, startsNumberInUse(digits.slice(0, length))]).toEqual([
          digits,
          length,
          true,
        ]);
      }
      expect(startsNumberInUse(digits.padEnd(30, "0"))).toBe(false);
    }
  }
});
