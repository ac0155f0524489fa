// Old and local forms of numbers: each is read as the one number of today, from every country.
import fc from "fast-check";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { describe, expect, test } from "vitest";
import { numberFacts } from "../../src/numbering/facts.ts";
import { formerForm } from "../../src/numbering/former-forms.ts";
import { normalizeNumber } from "../../src/numbering/normalize.ts";
import type { RuleSetSettings } from "../../src/numbering/rule-sets/members.ts";
import { PRESET_NAMES, presetNamed } from "../../src/numbering/rule-sets/presets.ts";
import { PLAN_CHANGES, type PlanChange } from "../../src/numbering/tables/plan-changes.ts";
import { typePattern, validNumbers } from "./valid-numbers.ts";

const COUNTRIES = PRESET_NAMES.filter((name) => /^[A-Z]{2}$/.test(name));
const CALLED = { caller: false };

function read(number: string, settings: string | RuleSetSettings) {
  const rules = typeof settings === "string" ? { preset: settings } : settings;
  return normalizeNumber(number, rules, CALLED);
}

interface Old {
  change: PlanChange;
  old: string;
  today: string;
}

/** Old numbers of a row of the table whose numbers of today are in use; the same each time. */
function oldNumbers(change: PlanChange, leading: string, today: string, count: number): Old[] {
  const size = change.digits - leading.length;
  const found: Old[] = [];
  for (let index = 1; index <= 1_000 && found.length < count; index += 1) {
    const digits = String((index * 2_654_435_761) % 10 ** size).padStart(size, "0");
    const number = formerForm(leading + digits);
    if (number !== null) found.push({ change, old: leading + digits, today: today + digits });
  }
  return found;
}

const rows = PLAN_CHANGES.flatMap((change) =>
  Object.entries(change.leading).map(([old, today]) => ({ change, old, today })),
);

describe("the table", () => {
  test.each(rows)("$change.country: $old… is $today… today", ({ change, old, today }) => {
    const numbers = oldNumbers(change, old, today, 20);
    expect(numbers.length).toBeGreaterThan(0);
    for (const number of numbers) expect(formerForm(number.old)?.digits).toBe(number.today);
  });

  test("a day, a source and words go with every change", () => {
    for (const { since, source, what } of PLAN_CHANGES) {
      expect(since).toMatch(/^20(0[7-9]|[12]\d)-\d\d-\d\d$/);
      expect(source.length * what.length).toBeGreaterThan(0);
    }
  });

  test("a number in use is never the old form of another", () => {
    for (const country of COUNTRIES) {
      const code = presetNamed(country)?.callingCode;
      for (const national of validNumbers(country, 300, 11)) {
        expect(formerForm(`${code}${national}`)).toBeNull();
      }
    }
  });
});

/** Two old numbers of each change: its first row and its last. */
const samples = PLAN_CHANGES.flatMap((change) => {
  const [first, ...others] = Object.entries(change.leading);
  return [first, others.at(-1)].flatMap((row) =>
    row === undefined ? [] : oldNumbers(change, row[0], row[1], 1),
  );
});

function spellingsOf(digits: string, internationalPrefix: string): string[] {
  const spaced = `+${digits.slice(0, 4)} ${digits.slice(4, 7)}-${digits.slice(7)}`;
  return [
    `+${digits}`,
    `${internationalPrefix}${digits}`,
    `tel:+${digits}`,
    `sip:+${digits}@carrier.example;user=phone`,
    spaced,
  ];
}

/** What is dialled for an international call: `_00XX` of Brazil names a carrier, here 21. */
function dialledPrefix(preset: string): string {
  const patterns = presetNamed(preset)?.internationalPrefixes ?? [];
  const own = patterns.find((pattern) => pattern !== "00") ?? "00";
  return own.replace("_", "").replace("XX", "21").replace("X", "7");
}

/** 009 225… in Nigeria is 00 92 25… too: another number in use goes before an old form. */
function isOtherNumber(text: string, digits: string): boolean {
  const rest = text.replace(/^00/, "");
  return /^00[1-9]/.test(text) && rest !== digits && numberFacts(`+${rest}`)?.valid === true;
}

describe(`${samples.length} old numbers, as they are dialled abroad and at home`, () => {
  test.each([...COUNTRIES, "account-country"])("under %s", (preset) => {
    const prefix = dialledPrefix(preset);
    const wrong: string[] = [];
    for (const { old, today } of samples) {
      for (const digits of [old, today]) {
        for (const text of spellingsOf(digits, prefix)) {
          if (isOtherNumber(text, digits)) continue;
          const { e164 } = read(text, preset);
          if (e164 !== `+${today}`) wrong.push(`${text} gave ${e164}, not +${today}`);
        }
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test.each(["wholesale-digits", "wholesale-e164"])("%s leaves them as they are", (preset) => {
    for (const { old } of samples) expect(read(`+${old}`, preset).normalized).toBe(old);
  });

  test("without old forms they stay as they were dialled", () => {
    for (const { old } of samples) {
      const answer = normalizeNumber(
        `+${old}`,
        { preset: "ES" },
        { caller: false, oldForms: false },
      );
      expect(answer.normalized).toBe(old);
      expect(["length-not-possible", "not-valid"]).toContain(answer.reason);
    }
  });
});

const NATIONAL: [string, string, string][] = [
  ["MX", "5215562001234", "+525562001234"],
  ["MX", "00 52 1 55 6200 1234", "+525562001234"],
  ["MX", "044 55 6200 1234", "+525562001234"],
  ["BR", "11 8765-4321", "+5511987654321"],
  ["BR", "0 21 11 8765-4321", "+5511987654321"],
  ["BR", "5511 8765-4321", "+5511987654321"],
  ["EG", "010 123 4567", "+201001234567"],
  ["CO", "60 1 2345678", "+576012345678"],
  ["CO", "0 5 1 2345678", "+576012345678"],
  ["CH", "01 234 56 78", "+41442345678"],
  ["NG", "01 4630643", "+2342014630643"],
];

describe("at home", () => {
  test.each(NATIONAL)("%s: %s", (preset, text, e164) => {
    expect(read(text, preset)).toMatchObject({ e164, kind: "national" });
    if (preset !== "CO") expect(read(text, { preset, validate: "off" }).e164).toBe(e164);
  });

  test("a local number too: the area code makes it an old one", () => {
    expect(read("8765-4321", { preset: "BR", areaCode: "11" }).e164).toBe("+5511987654321");
  });

  test("digits that are another country's number today are that number", () => {
    expect(read("4991234567", "BR")).toMatchObject({ e164: "+4991234567", kind: "international" });
    expect(read("0 49 9123 4567", "BR").e164).toBe("+5549991234567");
    expect(read("13362345678", "MX").e164).toBe("+13362345678");
  });
});

describe("what the answer says", () => {
  test("the change, its day, and the digits that were dialled", () => {
    const answer = read("+5215562001234", "MX");
    expect(answer).toMatchObject({
      normalized: "525562001234",
      formerly: { digits: "5215562001234", since: "2019-08-03" },
    });
    expect(answer.steps).toContainEqual({
      step: "plan-change",
      before: "+5215562001234",
      after: "+525562001234",
      note: "Mexico, since 2019-08-03: the 1 before mobile numbers was dropped",
    });
  });
});

/** Buenos Aires has two digits; elsewhere the display form of libphonenumber tells. */
function areaDigits(national: string): number {
  const shown = parsePhoneNumberFromString(`+54${national}`)?.formatInternational() ?? "";
  return shown.split(" ")[2]?.length ?? 0;
}

describe("Argentina's 15", () => {
  const pattern = typePattern("AR", "MOBILE");
  const mobiles = fc
    .sample(fc.stringMatching(new RegExp(`^(?:${pattern})$`)), { numRuns: 3_000, seed: 15 })
    .filter((national) => national.startsWith("9"));

  test("stands behind the area code in every area, or in front of a local number", () => {
    const areas = new Set<string>();
    const wrong: string[] = [];
    for (const national of mobiles) {
      const area = national.slice(1, 1 + areaDigits(national));
      const subscriber = national.slice(1 + area.length);
      areas.add(area);
      const spellings: [string, string | RuleSetSettings][] = [
        [`+54${area}15${subscriber}`, "ES"],
        [`+549${area}15${subscriber}`, "ES"],
        [`0${area}15${subscriber}`, "AR"],
        [`15${subscriber}`, { preset: "AR", areaCode: area }],
      ];
      for (const [text, rules] of spellings) {
        const { e164 } = read(text, rules);
        if (e164 !== `+54${national}`) wrong.push(`${text} gave ${e164}, not +54${national}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(areas.size).toBeGreaterThan(200);
  });

  test("in front of a local number it needs the area code", () => {
    expect(read("15 6123-4567", "AR")).toMatchObject({
      kind: "invalid",
      reason: "area-code-missing",
    });
    expect(read("6123-4567", { preset: "AR", areaCode: "11" }).e164).toBe("+541161234567");
  });
});
