// The ways a dialled text can be read as an E.164 number, each with how far it can be trusted.

import { callingCodeOf } from "../dial-codes.ts";
import { leadingMatches } from "../dial-pattern.ts";
import { numberFacts } from "../facts.ts";
import { formerForm, markedLocalNumber } from "../former-forms.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";

const E164_DIGITS_MAX = 15;
const E164_DIGITS_MIN = 7;

export interface NumberReading {
  e164: string;
  form:
    | "international"
    | "national-prefix"
    | "national"
    | "own-calling-code"
    | "local"
    | "other-country";
  /** libphonenumber calls it valid; with `validate: off`, its shape fits. */
  trusted: boolean;
  /** Not in use today, but the old form of one number that is; `e164` has the old digits. */
  former: boolean;
  note: string;
}

/** Whether a text has a length of the range. */
export function fits(text: string, range: { min: number; max: number } | null): boolean {
  return range !== null && text.length >= range.min && text.length <= range.max;
}

/** Whether `rest` begins with enough digits for a whole national number; what was dialled after the
 * number may follow them. */
export function isWhole(rest: string, rules: CompiledRules): boolean {
  return rest.search(/[^0-9]|$/) >= (rules.nationalLengths?.min ?? E164_DIGITS_MIN);
}

/** Digits that could be E.164: a known calling code, 7 to 15 digits. */
export function isE164Shape(digits: string): boolean {
  const sized = digits.length >= E164_DIGITS_MIN && digits.length <= E164_DIGITS_MAX;
  return sized && callingCodeOf(digits) !== null;
}

function isFormer(digits: string, rules: CompiledRules): boolean {
  return rules.oldForms && formerForm(digits) !== null;
}

function reading(
  digits: string,
  form: NumberReading["form"],
  rules: CompiledRules,
  note: string,
): NumberReading {
  const plain = `+${digits}`;
  if (rules.validate === "off") {
    const trusted = form !== "other-country" && isE164Shape(digits);
    return { e164: plain, form, trusted, former: false, note };
  }
  const facts = isE164Shape(digits) ? numberFacts(plain) : null;
  if (facts?.valid === true) {
    return { e164: facts.e164, form, trusted: true, former: false, note };
  }
  const former = facts !== null && isFormer(digits, rules);
  return { e164: plain, form, trusted: false, former, note };
}

/** Behind + or an international prefix; null when the text has neither. The first
 * prefix of the rule set that leaves a valid number wins, else the first. */
export function internationalReading(text: string, rules: CompiledRules): NumberReading | null {
  if (text.startsWith("+")) {
    const doubled = /^\+00(?=[1-9])/.test(text);
    const digits = text.slice(doubled ? 3 : 1);
    return reading(digits, "international", rules, doubled ? "+ and 00" : "+");
  }
  const readings = leadingMatches(text, rules.internationalPrefixes).map((prefix) =>
    reading(text.slice(prefix.length), "international", rules, `international prefix ${prefix}`),
  );
  return (
    readings.find((candidate) => candidate.trusted) ??
    readings.find((candidate) => candidate.former) ??
    readings[0] ??
    null
  );
}

/** A national number has a length of the plan, or an old one that its plan gave up. */
function isNationalLength(national: string, rules: CompiledRules, code: string): boolean {
  return fits(national, rules.nationalLengths) || isFormer(code + national, rules);
}

function withNationalPrefix(text: string, rules: CompiledRules, code: string): NumberReading[] {
  return leadingMatches(text, rules.nationalPrefixes)
    .map((prefix) => ({ prefix, rest: text.slice(prefix.length) }))
    .filter(({ rest }) => isNationalLength(rest, rules, code))
    .map(({ prefix, rest }) =>
      reading(code + rest, "national-prefix", rules, `national prefix ${prefix}`),
    );
}

function otherSpellings(text: string, rules: CompiledRules, code: string): NumberReading[] {
  const found: NumberReading[] = [];
  if (!rules.nationalPrefixRequired && fits(text, rules.nationalLengths)) {
    found.push(reading(code + text, "national", rules, "national number"));
  }
  if (text.startsWith(code) && isNationalLength(text.slice(code.length), rules, code)) {
    found.push(reading(text, "own-calling-code", rules, "calling code without +"));
  }
  return found;
}

/** The numbering plan's own reading, for spellings that are more than a prefix (0 11 15 …). */
function asPlanReads(text: string, rules: CompiledRules): NumberReading[] {
  if (rules.validate === "off" || rules.nationalPrefixRequired || rules.country === null) return [];
  const facts = numberFacts(text, rules.country);
  if (facts?.valid !== true) return [];
  const note = "national dialling";
  return [{ e164: facts.e164, form: "national", trusted: true, former: false, note }];
}

function asOtherCountry(text: string, rules: CompiledRules): NumberReading[] {
  if (!rules.bareInternational || !isE164Shape(text)) return [];
  return [reading(text, "other-country", rules, "another country's number without +")];
}

/** Readings of digits without an international mark, in the order they are preferred, up to the
 * first kind of reading that can be trusted. */
export function nationalReadings(text: string, rules: CompiledRules): NumberReading[] {
  const code = rules.callingCode;
  const found: NumberReading[] = [];
  const ways = [withNationalPrefix, otherSpellings, asPlanReads];
  for (const way of ways) {
    if (code !== null) found.push(...way(text, rules, code));
    if (found.some(({ trusted }) => trusted)) return found;
  }
  return [...found, ...asOtherCountry(text, rules)];
}

/** A number without area code: with `area` it is whole. Where a mobile has a mark of its own in
 * front (Argentina's 15), the fixed number in use wins over it. */
export function localReading(
  text: string,
  rules: CompiledRules,
  area: string | null,
): NumberReading | "area-code-missing" | null {
  const code = rules.callingCode;
  if (code === null) return null;
  const marked = rules.oldForms ? markedLocalNumber(code, text, area) : null;
  const local = fits(text, rules.localLengths);
  if (area === null) return local || marked !== null ? "area-code-missing" : null;
  const plain = local ? reading(code + area + text, "local", rules, `area code ${area}`) : null;
  if (marked === null || plain?.trusted === true) return plain;
  return reading(marked, "local", rules, `mobile mark, area code ${area}`);
}
