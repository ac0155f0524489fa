// Steps 3 and 4: anonymous callers, and texts that still hold letters.

import type { NumberContext } from "../answer.ts";
import { leadingMatches } from "../dial-pattern.ts";
import type { CompiledRules } from "../rule-sets/compiled.ts";
import { DIALLED_AND_TAIL } from "./clean.ts";
import { type Change, invalid, type Reading } from "./step.ts";

const ANONYMOUS = new Set([
  "anonymous",
  "unknown",
  "unavailable",
  "restricted",
  "private",
  "withheld",
  "anonym",
  "unavail",
  "nonumber",
  "notavailable",
]);
/** "ANONYMOUS" on a keypad, as some gateways send it. */
const ANONYMOUS_KEYS = "266696687";
/** Asterisk's start extension. */
const ASTERISK_START = "s";

function namesNobody(text: string, host: string, caller: boolean): boolean {
  if (ANONYMOUS.has(text.toLowerCase()) || host === "anonymous.invalid") return true;
  return caller && ["", ASTERISK_START, ANONYMOUS_KEYS].includes(text.toLowerCase());
}

/** Nobody: for a caller, or where it is not said which side the number is. */
export function anonymous(
  reading: Reading,
  rules: CompiledRules,
  context: NumberContext,
): Change | null {
  if (!namesNobody(reading.text, reading.host, context.caller === true)) return null;
  if (rules.extensionPatterns.some((pattern) => pattern.test(reading.text))) return null;
  if (context.caller === false) return { verdict: invalid("", "anonymous-called") };
  return {
    verdict: { kind: "anonymous", normalized: "", e164: null, country: null, match: "whole" },
    facts: { identityHidden: true },
  };
}

const KEYS = ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"];

function onKeypad(letter: string): string {
  return String(KEYS.findIndex((letters) => letters.includes(letter.toLowerCase())) + 2);
}

/** What is left from a + on that stands directly behind a code which a later step takes off. */
function behindCode(text: string, rules: CompiledRules): string {
  const at = text.indexOf("+");
  if (at < 1) return text;
  const front = text.slice(0, at);
  const codes = [...rules.serviceCodes.map(({ code }) => code), ...rules.outsideLine];
  const known = [...codes, ...leadingMatches(front, rules.techPrefixes)].includes(front);
  return known ? text.slice(at) : text;
}

/** Letters left: an extension of the rule set, a vanity number where it allows them, or refused. */
export function alphanumeric(reading: Reading, rules: CompiledRules): Change | null {
  const { text } = reading;
  if (text === "") return { verdict: invalid(text, "empty") };
  const number = behindCode(text, rules);
  if (/^\+?[0-9*#]*$/.test(number)) return null;
  if (rules.extensionPatterns.some((pattern) => pattern.test(text))) {
    return {
      verdict: { kind: "extension", normalized: "", e164: null, country: null, match: "whole" },
    };
  }
  if (rules.vanity && /^\+?[0-9][0-9A-Za-z]*$/.test(text)) {
    return { text: text.replace(/[A-Za-z]/g, onKeypad), note: "vanity letters" };
  }
  if (DIALLED_AND_TAIL.test(number)) return null;
  return { verdict: invalid(text, /[A-Za-z]/.test(text) ? "letters" : "not-a-number") };
}
