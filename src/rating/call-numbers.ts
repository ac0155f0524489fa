// Reads the numbers of a call under the rule set that is in force for it.
import type { Edition } from "../cdr/edition.ts";
import type { AssignmentUsed, Call, NormalizedNumber } from "../cdr/rating.ts";
import { isTimed } from "../cdr/usage.ts";
import { type NormalizedNumberAnswer, normalizeNumber } from "../numbering/normalize.ts";
import { ruleSetAt } from "../numbering/rule-sets/at.ts";
import type { RuleSetSettings } from "../numbering/rule-sets/members.ts";
import { presetNamed } from "../numbering/rule-sets/presets.ts";
import { countryByDialCode } from "../numbering/steps/validate.ts";
import { createTimeReader } from "../tariffs/time/zoned.ts";
import { isCallerNumber, matchingOf, type NumberMatching } from "./number-matching.ts";
import { lookedUp } from "./selection/candidates.ts";
import type { NativeSnapshot } from "./snapshot/native.ts";

const LAST_RESORT = "wholesale-digits";

export interface CallNumbers {
  ruleSet: string;
  /** The rule set exists; if not, no number can be read. */
  known: boolean;
  destination: NormalizedNumberAnswer;
  caller: NormalizedNumberAnswer | null;
  matching: NumberMatching;
  /** What decks are matched on: the number as it was read, but where a selection says otherwise. */
  digits: string;
  /** Digits as they were dialled, where the call was before its numbering plan changed; else empty. */
  formerDigits: string;
  callers: MatchedCaller;
}

/** The caller as `caller_prefix` sees it. */
interface MatchedCaller {
  /** Empty where the caller is no number that a prefix could fit. */
  digits: string;
  /** As `formerDigits`. */
  former: string;
  /** Rows with `caller_prefix: invalid` hold. */
  isOther: boolean;
}

export type NumberReader = (
  call: Call,
  assignment: AssignmentUsed | null,
  edition: Edition,
) => CallNumbers;

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

/** Presets that take digits as they are, or as CDR-Stats takes them: they understand any number. */
const NOT_OF_A_COUNTRY = new Set(["wholesale-digits", "wholesale-e164", "cdr-stats"]);

export function createNumberReader(snapshot: NativeSnapshot): NumberReader {
  const choose = createRuleChooser(snapshot);
  const readTime = createTimeReader(snapshot.rules.timeZone);
  const unknownAsDigits = snapshot.unknownNumbers === "match-digits";

  /** The old digits of a number, for a call before the day on which its plan changed. */
  function formerOf({ formerly }: NormalizedNumberAnswer, call: Call): string {
    if (formerly === undefined || formerly.since === null || call.callTime === null) return "";
    const since = readTime(formerly.since);
    return since.ok && call.callTime.atMs < since.atMs ? formerly.digits : "";
  }

  return (call, assignment, edition) => {
    const { ruleSet, rules } = choose(call, assignment);
    if (rules === null) return unknownRuleSet(call, ruleSet);
    const oldForms = edition.retiredForms;
    const ofCountry = !NOT_OF_A_COUNTRY.has(rules.preset);
    const destination = normalizeNumber(call.destination, rules, { caller: false, oldForms });
    const caller =
      call.callerNumber === undefined
        ? null
        : normalizeNumber(call.callerNumber, rules, { caller: true, oldForms });
    const isNumber = caller !== null && isCallerNumber(caller, { edition, ofCountry });
    const numberNeeded = isTimed(call.tor);
    const { selection } = snapshot;
    const matched =
      selection === undefined
        ? {
            matching: matchingOf(destination, {
              edition,
              ofCountry,
              unknownAsDigits,
              numberNeeded,
            }),
            digits: destination.normalized,
            formerDigits: formerOf(destination, call),
          }
        : lookedUp(call.destination, selection);
    return {
      ruleSet,
      // A rule set of the tariff may itself name a preset that does not exist.
      known: destination.reason !== "rule-set-unknown",
      destination,
      caller,
      ...matched,
      callers: isNumber
        ? { digits: caller.normalized, former: formerOf(caller, call), isOther: false }
        : NO_CALLER,
    };
  };
}

const NO_CALLER: MatchedCaller = { digits: "", former: "", isOther: true };

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
  const matching = { matchable: false, understood: false, shortest: 0, byDefault: false };
  const numbers = { ruleSet, known: false, destination, caller: null };
  return { ...numbers, matching, digits: "", formerDigits: "", callers: NO_CALLER };
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
