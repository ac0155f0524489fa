// Steps 5, 6 and 8: what stands in front of the number (service code, tech prefix, outside line).

import { leadingMatches } from "../dial-pattern.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";
import { internationalReading, isWhole, nationalReadings } from "./readings.ts";
import type { Change, Reading } from "./step.ts";

/** What follows a service code of digits must itself be a whole dialled form. */
function isDialledForm(rest: string, rules: CompiledRules): boolean {
  if (rest.startsWith("+") || rules.emergency.some((pattern) => pattern.test(rest))) return true;
  const marked = [...rules.internationalPrefixes, ...rules.nationalPrefixes];
  if (leadingMatches(rest, marked).some((mark) => isWhole(rest.slice(mark.length), rules))) {
    return true;
  }
  return rules.nationalPrefixes.length === 0 && isWhole(rest, rules);
}

/** *31#, #31#, 141, *67 …: taken off, with the caller's wish recorded. */
export function serviceCode(reading: Reading, rules: CompiledRules): Change | null {
  const { text } = reading;
  const found = rules.serviceCodes.find(({ code }) => {
    if (!text.startsWith(code)) return false;
    const rest = text.slice(code.length);
    return /[*#]/.test(code) ? /^\+?[0-9]/.test(rest) : isDialledForm(rest, rules);
  });
  if (found === undefined) return null;
  const hidden = found.effect === "none" ? {} : { identityHidden: found.effect === "hidden" };
  return {
    text: text.slice(found.code.length),
    facts: { serviceCode: found.code, ...hidden },
    note: `service code ${found.code}`,
  };
}

/** The trunk's prefix, which may pick the tariff: the longest, once, only in front. */
export function techPrefix(reading: Reading, rules: CompiledRules): Change | null {
  const found = leadingMatches(reading.text, rules.techPrefixes);
  const [prefix] = found.sort((a, b) => b.length - a.length);
  if (prefix === undefined) return null;
  const rest = reading.text.slice(prefix.length);
  if (!/^\+?[0-9]/.test(rest)) return null;
  return {
    text: rest,
    facts: { techPrefix: prefix.replace(/#$/, "") },
    note: `tech prefix ${prefix}`,
  };
}

/** A reading of what follows the outside-line digit that leaves no doubt, or some. */
function behindDigit(text: string, rest: string, rules: CompiledRules): Change | null {
  const international = internationalReading(rest, rules);
  if (international !== null) {
    const sure = international.trusted || international.former || rest.startsWith("+");
    return sure ? { text: rest, note: "outside line" } : null;
  }
  const national = nationalReadings(rest, rules).find((candidate) => candidate.trusted);
  if (national === undefined) return null;
  const otherwise = nationalReadings(text, rules).find((candidate) => candidate.trusted);
  if (otherwise === undefined) return { text: rest, note: "outside line" };
  if (otherwise.form !== "other-country" || national.form !== "national-prefix") return null;
  return { text: rest, note: "outside line; it could also be a number of another country" };
}

/** 9 for an outside line: taken off only when what remains is a whole number. */
export function outsideLine(reading: Reading, rules: CompiledRules): Change | null {
  const digit = rules.outsideLine.find((prefix) => reading.text.startsWith(prefix));
  if (digit === undefined) return null;
  return behindDigit(reading.text, reading.text.slice(digit.length), rules);
}
