// The wholesale form: digits are matched as they are; nothing is guessed from a country.
import { callingCodeOf } from "../dial-codes.ts";
import { isE164Shape } from "./readings.ts";
import { type Change, digitsOf, invalid, type Reading, type Verdict } from "./step.ts";

/** One leading + is dropped. The number is E.164 only where the + says so. */
function asDigits(text: string): Verdict {
  const digits = digitsOf(text);
  if (digits === "") return invalid(text, /[*#]/.test(text) ? "feature-sign" : "no-digits");
  return {
    kind: "digits",
    normalized: digits,
    e164: text.startsWith("+") && isE164Shape(digits) ? text : null,
    country: null,
    match: "prefix",
  };
}

/** Digits as they are, then stop. */
export function wholesaleDigits({ text }: Reading): Change {
  return { verdict: asDigits(text) };
}

/** The same, and a leading 00 counts as +. */
export function wholesaleE164({ text }: Reading): Change {
  const verdict = asDigits(text.replace(/^00/, ""));
  if (verdict.kind !== "digits") return { verdict };
  const digits = verdict.normalized;
  if (isE164Shape(digits)) {
    return { verdict: { ...verdict, kind: "international", e164: `+${digits}` } };
  }
  const reason = callingCodeOf(digits) === null ? "calling-code-unknown" : "length-not-possible";
  return { verdict: { ...verdict, reason } };
}
