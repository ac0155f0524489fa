// Step 7: emergency numbers, short numbers and extensions, before any length rule.
import type { CompiledRules } from "../rule-sets/compiled.ts";
import { type Change, digitsOf, type Reading, type Verdict } from "./step.ts";

function wholeNumber(text: string, kind: Verdict["kind"], country: string | null): Verdict {
  return { kind, normalized: digitsOf(text), e164: null, country, match: "whole" };
}

/** Emergency numbers, also behind the outside-line digit: help is never a matter of spelling. */
function emergencyOf(text: string, rules: CompiledRules): string | null {
  const spellings = [text];
  for (const digit of rules.outsideLine) {
    if (text.startsWith(digit)) spellings.push(text.slice(digit.length));
  }
  const matches = (spelling: string): boolean =>
    rules.emergency.some((pattern) => pattern.test(spelling));
  return spellings.find(matches) ?? null;
}

/** Whether the text is an extension by length or pattern. */
export function isExtension(text: string, rules: CompiledRules): boolean {
  const range = rules.extensionLengths;
  const sized =
    range !== null && /^[0-9]+$/.test(text) && text.length >= range.min && text.length <= range.max;
  return sized || rules.extensionPatterns.some((pattern) => pattern.test(text));
}

export function shortNumber(reading: Reading, rules: CompiledRules): Change | null {
  const { text } = reading;
  const emergency = emergencyOf(text, rules);
  if (emergency !== null) {
    return {
      verdict: wholeNumber(emergency, "emergency", rules.country),
      facts: { name: "emergency" },
    };
  }
  const short = rules.shortNumbers.find(({ pattern }) => pattern.test(text));
  if (short !== undefined) {
    return {
      verdict: wholeNumber(text, "short", rules.country),
      facts: { name: short.name },
      note: short.name,
    };
  }
  if (!isExtension(text, rules)) return null;
  return { verdict: wholeNumber(text, "extension", null) };
}
