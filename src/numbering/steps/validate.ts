// Step 13: country, type and validity of a number that was read as E.164.

import { callingCodeOf, longestDialCode, regionsOf } from "../dial-codes.ts";
import { type NumberFacts, numberFacts } from "../facts.ts";
import type { NumberReason } from "../reasons.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";
import { isE164Shape } from "./readings.ts";
import { type Change, invalid, type Reading, type Verdict } from "./step.ts";

/** The country by calling code; where regions share one, by libphonenumber, else by dial code.
 * Libphonenumber is asked only where it is needed: it takes longer than all the rest. */
export function countryOf(digits: string): string | null {
  const shared = regionsOf(callingCodeOf(digits) ?? "").length > 1;
  const known = shared ? numberFacts(`+${digits}`)?.country : null;
  return known ?? countryByDialCode(digits);
}

/** The country by the shipped tables alone: quick, and the same whatever libphonenumber learns. */
export function countryByDialCode(digits: string): string | null {
  const code = callingCodeOf(digits);
  if (code === null) return null;
  const regions = regionsOf(code);
  const row = longestDialCode(digits, ({ country }) =>
    regions.some((region) => region === country),
  );
  return row?.country ?? regions[0] ?? null;
}

/** The dial code that tells the country: the longest row of that country, else the calling code. */
export function prefixOf(digits: string, country: string): string | null {
  return longestDialCode(digits, (row) => row.country === country)?.prefix ?? callingCodeOf(digits);
}

function doubt(facts: NumberFacts | null): NumberReason | undefined {
  if (facts?.possible !== true) return "length-not-possible";
  return facts.valid ? undefined : "not-valid";
}

function judged(verdict: Verdict, rules: CompiledRules, reason: NumberReason): Verdict {
  if (rules.validate === "flag" && reason === "not-valid") return { ...verdict, reason };
  return { ...invalid(verdict.normalized, reason), country: verdict.country };
}

/** Adds the country; says what is doubtful, or refuses it, as `validate` has it. */
export function validate(reading: Reading, rules: CompiledRules): Change | null {
  const { verdict } = reading;
  if (verdict === null) return null;
  if (verdict.e164 === null) {
    if (verdict.kind !== "digits" || !isE164Shape(verdict.normalized)) return null;
    return {
      verdict: { ...verdict, country: countryOf(verdict.normalized) },
      note: "country by dial code",
    };
  }
  const country = countryOf(verdict.normalized);
  const home = country === rules.country;
  const kind = home && verdict.kind === "international" ? "national" : verdict.kind;
  const placed: Verdict = { ...verdict, kind, country };
  if (rules.validate === "off") return { verdict: placed };
  const facts = numberFacts(verdict.e164);
  const reason = doubt(facts);
  const type = facts?.type ?? null;
  return {
    verdict: reason === undefined ? placed : judged(placed, rules, reason),
    ...(type === null ? {} : { facts: { type } }),
  };
}
