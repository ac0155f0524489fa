// Reads the numbers of a call under the rule set that is in force for it.
import type { AssignmentUsed, Call, NormalizedNumber } from "../cdr/rating.ts";
import { type NormalizedNumberAnswer, normalizeNumber } from "../numbering/normalize.ts";
import { ruleSetAt } from "../numbering/rule-sets/at.ts";
import type { RuleSetSettings } from "../numbering/rule-sets/members.ts";
import { presetNamed } from "../numbering/rule-sets/presets.ts";
import { countryByDialCode } from "../numbering/steps/validate.ts";
import { createTimeReader } from "../tariffs/time/zoned.ts";
import type { NativeSnapshot } from "./snapshot/native.ts";

const LAST_RESORT = "wholesale-digits";

export interface CallNumbers {
  ruleSet: string;
  /** The rule set exists; if not, no number can be read. */
  known: boolean;
  destination: NormalizedNumberAnswer;
  caller: NormalizedNumberAnswer | null;
}

export type NumberReader = (call: Call, assignment: AssignmentUsed | null) => CallNumbers;

export interface ChosenRules {
  ruleSet: string;
  /** In force at the call time; null: neither the tariff nor the presets have it. */
  rules: RuleSetSettings | null;
}

/** Finds the rule set of a call: the source's, the account's, the tariff's default, the last resort. */
export function createRuleChooser(
  snapshot: NativeSnapshot,
): (call: Call, assignment: AssignmentUsed | null) => ChosenRules {
  const readTime = createTimeReader(snapshot.rules.timeZone);
  const settings = new Map<string, RuleSetSettings | null>();

  function startMs(text: string): number {
    const read = readTime(text);
    return read.ok ? read.atMs : Number.NaN;
  }

  /** The tariff's own rule sets hide presets of the same name. */
  function settingsOf(name: string): RuleSetSettings | null {
    const known = settings.get(name);
    if (known !== undefined) return known;
    const own = Object.hasOwn(snapshot.numbering, name) ? snapshot.numbering[name] : undefined;
    const found = own ?? presetNamed(name);
    settings.set(name, found);
    return found;
  }

  return (call, assignment) => {
    const ruleSet =
      call.ruleSet ?? assignment?.numbering ?? snapshot.defaultNumbering ?? LAST_RESORT;
    const dated = settingsOf(ruleSet);
    if (dated === null || call.callTime === null) return { ruleSet, rules: dated };
    return { ruleSet, rules: ruleSetAt(dated, call.callTime.atMs, startMs) };
  };
}

const CALLED = { caller: false };
const CALLING = { caller: true };

export function createNumberReader(snapshot: NativeSnapshot): NumberReader {
  const choose = createRuleChooser(snapshot);
  return (call, assignment) => {
    const { ruleSet, rules } = choose(call, assignment);
    if (rules === null) return unknownRuleSet(call, ruleSet);
    const destination = normalizeNumber(call.destination, rules, CALLED);
    return {
      ruleSet,
      // A rule set of the tariff may itself name a preset that does not exist.
      known: destination.reason !== "rule-set-unknown",
      destination,
      caller:
        call.callerNumber === undefined ? null : normalizeNumber(call.callerNumber, rules, CALLING),
    };
  };
}

function unknownRuleSet(call: Call, ruleSet: string): CallNumbers {
  const destination: NormalizedNumberAnswer = {
    raw: call.destination,
    normalized: "",
    e164: null,
    kind: "invalid",
    country: null,
    reason: "rule-set-unknown",
    prefix: null,
    steps: [],
    match: "prefix",
  };
  return { ruleSet, known: false, destination, caller: null };
}

/** The part of the numbers that is kept with a rating. */
export function keptNumbers(numbers: CallNumbers): {
  destination: NormalizedNumber;
  caller?: NormalizedNumber;
} {
  const destination = keptNumber(numbers.destination);
  return numbers.caller === null
    ? { destination }
    : { destination, caller: keptNumber(numbers.caller) };
}

function keptNumber(answer: NormalizedNumberAnswer): NormalizedNumber {
  const { raw, normalized, e164, kind, reason } = answer;
  const country = answer.country ?? countryOfDigits(answer);
  const kept: NormalizedNumber = { raw, normalized, e164, kind, country };
  if (reason !== undefined) kept.reason = reason;
  return kept;
}

/** Fewer digits than any national number with its calling code: an extension, a service. */
const SHORTEST_INTERNATIONAL = 7;

/** Wholesale rule sets validate nothing; reports still want to know the country. */
function countryOfDigits({ kind, normalized }: NormalizedNumberAnswer): string | null {
  const isWhole = kind === "digits" && normalized.length >= SHORTEST_INTERNATIONAL;
  return isWhole ? countryByDialCode(normalized) : null;
}
