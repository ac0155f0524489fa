// Steps 9 to 11: the international, the national and the local form of a number.

import type { NumberContext } from "../answer.ts";
import { callingCodeOf } from "../dial-codes.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";
import {
  fits,
  internationalReading,
  localReading,
  type NumberReading,
  nationalReadings,
} from "./readings.ts";
import { isExtension } from "./short-numbers.ts";
import { type Change, invalid, type Reading, type Verdict } from "./step.ts";

const E164_DIGITS_MAX = 15;
const E164_DIGITS_MIN = 7;

/** Why digits are no E.164 number; null: they may be one. */
function e164Fault(text: string, digits: string): Verdict | null {
  if (digits === "") return invalid(text, "no-digits");
  if (!/^[0-9]+$/.test(digits)) return invalid(text, "feature-sign");
  if (digits.startsWith("0")) return invalid(text, "begins-with-zero");
  if (digits.length > E164_DIGITS_MAX) return invalid(text, "too-long");
  if (callingCodeOf(digits) === null) return invalid(text, "calling-code-unknown");
  return digits.length < E164_DIGITS_MIN ? invalid(text, "too-short") : null;
}

/** A number read as E.164; country and validity are the next step's matter. */
function numberVerdict(text: string, reading: NumberReading): Verdict {
  const digits = reading.e164.slice(1);
  const number: Verdict = {
    kind: "international",
    normalized: digits,
    e164: reading.e164,
    country: null,
    match: "prefix",
  };
  return e164Fault(text, digits) ?? number;
}

/** Some national numbers begin as the international prefix does (000800 in India). */
function isNationalNumber(text: string, rules: CompiledRules): boolean {
  return nationalReadings(text, rules).some(
    ({ trusted, form }) => trusted && form !== "other-country",
  );
}

/** + or the trunk's prefix marks a number as international; local lengths never count for it. */
export function internationalForm(reading: Reading, rules: CompiledRules): Change | null {
  const read = internationalReading(reading.text, rules);
  if (read === null) return null;
  const digits = read.e164.slice(1);
  const plus = reading.text.startsWith("+");
  const inUse = read.trusted || read.former;
  if (!plus && !inUse && isNationalNumber(reading.text, rules)) return null;
  if (!plus && isExtension(digits, rules)) {
    return {
      text: digits,
      verdict: {
        kind: "extension",
        normalized: digits,
        e164: null,
        country: null,
        match: "whole",
      },
      note: "too short for an international number",
    };
  }
  return { verdict: numberVerdict(reading.text, read), note: read.note };
}

/** The old form of one number; undefined where none or several could be meant. */
function onlyFormer(readings: NumberReading[]): NumberReading | undefined {
  const former = readings.filter((candidate) => candidate.former);
  const numbers = new Set(former.map(({ e164 }) => e164));
  return numbers.size === 1 ? former[0] : undefined;
}

/** National prefix, national number, own calling code, another country's number: the first that
 * is valid (a local number is nobody else's); where none is, what the national prefix or the calling code says by its shape. */
export function nationalForm(reading: Reading, rules: CompiledRules): Change | null {
  if (!/^[0-9]+$/.test(reading.text)) return null;
  const local = fits(reading.text, rules.localLengths);
  const readings = nationalReadings(reading.text, rules).filter(
    ({ form }) => !(local && form === "other-country"),
  );
  const chosen =
    readings.find((candidate) => candidate.trusted) ??
    onlyFormer(readings) ??
    readings.find(({ form }) => form === "national-prefix" || form === "own-calling-code");
  return chosen === undefined
    ? null
    : { verdict: numberVerdict(reading.text, chosen), note: chosen.note };
}

/** Without area code: the account's, else the rule set's, is added; without one it is refused. */
export function localForm(
  reading: Reading,
  rules: CompiledRules,
  context: NumberContext,
): Change | null {
  if (!/^[0-9]+$/.test(reading.text)) return null;
  const area = context.accountArea ?? rules.areaCode;
  const local = localReading(reading.text, rules, area);
  if (local === null) return null;
  if (local === "area-code-missing") return { verdict: invalid(reading.text, local) };
  return {
    verdict: numberVerdict(reading.text, local),
    note: local.note,
    ...(area === null ? {} : { facts: { areaCode: area } }),
  };
}

/** What no rule understood stays as it came. */
export function notUnderstood(reading: Reading, rules: CompiledRules): Change | null {
  const { text } = reading;
  const [national] = nationalReadings(text, rules).filter(({ form }) => form === "national");
  if (national !== undefined)
    return { verdict: numberVerdict(text, national), note: national.note };
  if (!/^[0-9]+$/.test(text)) return { verdict: invalid(text, "feature-sign") };
  if (text.length > E164_DIGITS_MAX) return { verdict: invalid(text, "too-long") };
  if (rules.country !== null) return { verdict: invalid(text, "length-not-national") };
  return {
    verdict: invalid(text, text.length < E164_DIGITS_MIN ? "too-short" : "country-unknown"),
  };
}
