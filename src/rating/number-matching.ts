// How the numbers of a call may meet the rows of a deck: by prefix, whole, or not at all.
import type { Edition } from "../cdr/edition.ts";
import { callingCodeOf } from "../numbering/dial-codes.ts";
import type { NormalizedNumberAnswer } from "../numbering/normalize.ts";

/** A called number and the prefixes that may price it. */
export interface NumberMatching {
  /** It has something that a deck could be matched on. */
  matchable: boolean;
  /** False: the rule set did not understand it, so no row and no default row prices it. */
  understood: boolean;
  /** Shortest prefix that counts, in digits; the default row apart. */
  shortest: number;
  /** The default row `*` may price it. */
  byDefault: boolean;
}

/** What decides it beside the number. */
export interface MatchingRules {
  edition: Edition;
  /** The rule set is of a country: it says which numbers it did not understand. */
  ofCountry: boolean;
  /** The tariff's `unknownNumbers: match-digits`. */
  unknownAsDigits: boolean;
  /** Calls without a number are none for these types of record: they match the default row alone. */
  numberNeeded: boolean;
}

const E164_DIGITS_MIN = 7;
const E164_DIGITS_MAX = 15;

/** What was left when an address was taken apart: digits of a host are none of a number. */
function hasDigits({ raw, steps }: NormalizedNumberAnswer): boolean {
  const unwrapped = steps.find(({ step }) => step === "unwrap");
  return /\p{Nd}/u.test(unwrapped?.after ?? raw);
}

/** The calling code of a number that came with + or an international prefix; null: it did not, or
 * has no such code or length. */
function knownCallingCode({ normalized, steps }: NormalizedNumberAnswer): string | null {
  const { length } = normalized;
  if (length < E164_DIGITS_MIN || length > E164_DIGITS_MAX) return null;
  const isMarked = steps.some(({ step }) => step === "international-form");
  return isMarked ? callingCodeOf(normalized) : null;
}

export function matchingOf(number: NormalizedNumberAnswer, rules: MatchingRules): NumberMatching {
  const { normalized } = number;
  const matchable = normalized !== "" || !rules.numberNeeded;
  if (number.match === "whole") {
    const byDefault = rules.edition.wholeNumbers === "own-or-default-row";
    return { matchable, understood: true, shortest: normalized.length, byDefault };
  }
  const anyPrefix = { matchable, understood: true, shortest: 0, byDefault: true };
  if (number.kind !== "invalid" || !rules.ofCountry || rules.unknownAsDigits) return anyPrefix;
  if (rules.edition.notUnderstood === "as-digits") return anyPrefix;
  if (normalized === "" && (!rules.numberNeeded || !hasDigits(number))) return anyPrefix;
  const code = knownCallingCode(number);
  return code === null
    ? { matchable: true, understood: false, shortest: normalized.length, byDefault: false }
    : { matchable, understood: true, shortest: code.length, byDefault: false };
}

const CALLER_DIGITS_MIN = 5;

/**
 * Whether rows with digits in `caller_prefix` may hold for a caller. Under a country's rule set:
 * a number of a numbering plan; else 5 to 15 digits. All others are the deck's `invalid` callers.
 */
export function isCallerNumber(
  { kind, normalized }: NormalizedNumberAnswer,
  { edition, ofCountry }: Pick<MatchingRules, "edition" | "ofCountry">,
): boolean {
  if (edition.callers === "as-digits") return normalized !== "";
  if (ofCountry) return kind === "national" || kind === "international";
  if (kind === "extension" || kind === "invalid") return false;
  return normalized.length >= CALLER_DIGITS_MIN && normalized.length <= E164_DIGITS_MAX;
}
