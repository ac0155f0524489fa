// Facts that hold for every number: agreement of spellings, stability, and no text that throws.
import fc from "fast-check";
import { getCountryCallingCode } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import { PRESET_NAMES, presetNamed } from "../../src/numbering/rule-sets/presets.ts";
import { expectSame } from "../expect-same.ts";
import { runs } from "../runs.ts";
import { validNumbers } from "./valid-numbers.ts";

/** Random texts; fewer where the whole is run again for every mutant. */
const RUNS = runs(35_000);
const TEXT_SIGNS = '0123456789+*#-.() /;=@:<>"%sipteltanonymousrnX٣７';
const sound = PRESET_NAMES.filter((name) => name !== "cdr-stats");

const dialledText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...TEXT_SIGNS), maxLength: 40 }),
  fc.string({ maxLength: 300, unit: "binary" }),
  fc.stringMatching(/^(\+|00|011|0|1|9)?[0-9]{0,16}$/),
  fc
    .tuple(
      fc.constantFrom("sip:", "tel:", "<sip:", "*31#", "1234#"),
      fc.stringMatching(/^[+0-9]{1,15}$/),
    )
    .map(([front, digits]) => `${front}${digits}@host;user=phone`),
);

describe("any text", () => {
  test(`${RUNS} random texts: none throws, digits are digits, a reason goes with invalid`, () => {
    fc.assert(
      fc.property(dialledText, fc.constantFrom(...PRESET_NAMES), (text, preset) => {
        const answer = normalizeNumber(text, { preset });
        if (answer.raw !== text) throw new Error(`raw is ${answer.raw}`);
        if (preset === "cdr-stats") return;
        if (!/^[0-9]*$/.test(answer.normalized)) throw new Error(`not digits: ${text}`);
        if (answer.e164 !== null && !/^\+[1-9][0-9]{6,14}$/.test(answer.e164)) {
          throw new Error(`not E.164: ${answer.e164}`);
        }
        if (answer.kind === "invalid" && answer.reason === undefined) throw new Error("no reason");
      }),
      { numRuns: RUNS },
    );
  });

  test("an e164 answer normalises to itself under every preset but cdr-stats", () => {
    fc.assert(
      fc.property(dialledText, fc.constantFrom(...sound), (text, preset) => {
        const first = normalizeNumber(text, { preset });
        if (first.e164 === null) return;
        const again = normalizeNumber(first.e164, { preset });
        const { e164, kind, country, reason } = first;
        expectSame(
          [again.e164, again.kind, again.country, again.reason, again.normalized],
          [e164, kind, country, reason, e164.slice(1)],
        );
      }),
      { numRuns: RUNS / 5 },
    );
  });

  test("a text over the limit is refused without being read", () => {
    const long = "9".repeat(1_000_000);
    for (const preset of PRESET_NAMES) {
      expect(normalizeNumber(long, { preset })).toMatchObject({
        kind: "invalid",
        reason: "over-long",
        normalized: "",
      });
    }
  });
});

interface Dialling {
  idd: string;
  trunk: string;
}

const DIALLING: Record<string, Dialling> = {
  GB: { idd: "00", trunk: "0" },
  ES: { idd: "00", trunk: "" },
  US: { idd: "011", trunk: "1" },
  DE: { idd: "00", trunk: "0" },
  FR: { idd: "00", trunk: "0" },
  BR: { idd: "00", trunk: "0" },
  IN: { idd: "00", trunk: "0" },
};

function punctuated(code: string, national: string): string {
  return `+${code} (${national.slice(0, 2)}) ${national.slice(2, 5)}-${national.slice(5)}`;
}

describe(`${RUNS / 100} numbers a country reach one E.164 in five spellings`, () => {
  test.each(Object.entries(DIALLING))("%s", (country, { idd, trunk }) => {
    const code = getCountryCallingCode(country as "GB");
    const wrong: string[] = [];
    for (const national of validNumbers(country, RUNS / 100, 20_260_101)) {
      const e164 = `+${code}${national}`;
      const spellings = [
        e164,
        `${idd}${code}${national}`,
        `${trunk}${national}`,
        punctuated(code, national),
        `sip:${e164}@carrier.example;user=phone`,
      ];
      for (const text of spellings) {
        const answer = normalizeNumber(text, { preset: country });
        if (answer.e164 !== e164)
          wrong.push(`${text} gave ${answer.e164} ${answer.kind} ${answer.reason}, not ${e164}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});

describe("every country preset", () => {
  const countries = PRESET_NAMES.filter((name) => /^[A-Z]{2}$/.test(name));
  test.each(countries)("%s: national and international spelling agree", (country) => {
    const code = getCountryCallingCode(country as "GB");
    const settings = presetNamed(country);
    const [idd = "", trunk = ""] = [
      settings?.internationalPrefixes?.[0],
      settings?.nationalPrefixes?.[0],
    ];
    const wrong: string[] = [];
    for (const national of validNumbers(country, RUNS / 1000, 7)) {
      const international = normalizeNumber(`+${code}${national}`, { preset: country });
      const dialled = normalizeNumber(`${idd}${code}${national}`, { preset: country });
      if (dialled.e164 !== international.e164) wrong.push(`IDD ${national} ${dialled.e164}`);
      const atHome = normalizeNumber(`${trunk}${national}`, { preset: country });
      if (atHome.e164 !== international.e164) wrong.push(`${trunk} ${national} ${atHome.e164}`);
      if (international.kind !== "national") wrong.push(`${national} is ${international.kind}`);
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });
});
