// The wholesale form: digits are matched as they are; nothing is guessed from a country.
import { callingCodeOf } from "../dial-codes.ts";
import { isE164Shape } from "./readings.ts";
import { type Change, invalid, type Reading } from "./step.ts";

/** One leading + is dropped, then stop. The number is E.164 only where the + says so. */
export function wholesaleDigits(reading: Reading): Change {
  const { text } = reading;
  const digits = text.replace("+", "");
  if (digits === "") return { verdict: invalid(text, "no-digits") };
  if (!/^[0-9]+$/.test(digits)) return { verdict: invalid(text, "feature-sign") };
  return {
    verdict: {
      kind: "digits",
      normalized: digits,
      e164: text.startsWith("+") && isE164Shape(digits) ? text : null,
      country: null,
      match: "prefix",
    },
  };
}

/** The same, and a leading 00 counts as +. */
export function wholesaleE164(reading: Reading): Change {
  const text = reading.text.replace(/^00/, "+");
  const { verdict } = wholesaleDigits({ ...reading, text });
  if (verdict === undefined || verdict.kind !== "digits") return { ...(verdict && { verdict }) };
  const digits = verdict.normalized;
  if (isE164Shape(digits)) {
    return { text, verdict: { ...verdict, kind: "international", e164: `+${digits}` } };
  }
  const reason = callingCodeOf(digits) === null ? "calling-code-unknown" : "length-not-possible";
  return { text, verdict: { ...verdict, reason } };
}
