// Reads a telephone number as a rule set says: an ordered list of small steps, each traced.

import type { NormalizationStep, NormalizedNumberAnswer, NumberContext } from "./answer.ts";
import { cdrStatsNumber } from "./cdr-stats.ts";
import type { NumberReason } from "./reasons.ts";
import { type CompiledRules, rulesOf } from "./rule-sets/compiled.ts";
import type { RuleSetSettings } from "./rule-sets/members.ts";
import { COUNTRY_STEPS, WHOLESALE_DIGITS_STEPS, WHOLESALE_E164_STEPS } from "./step-lists.ts";
import { BARE, invalid, type Reading, type Step, type Verdict } from "./steps/step.ts";
import { prefixOf } from "./steps/validate.ts";

export type { NormalizedNumberAnswer, NumberContext };

function stepsOf(preset: string): readonly Step[] {
  if (preset === "wholesale-digits") return WHOLESALE_DIGITS_STEPS;
  return preset === "wholesale-e164" ? WHOLESALE_E164_STEPS : COUNTRY_STEPS;
}

function refused(text: string, reason: NumberReason): NormalizedNumberAnswer {
  return {
    raw: text,
    ...invalid("", reason),
    reason,
    prefix: null,
    steps: [{ step: "refused", before: "", after: "", note: reason }],
  };
}

function textAfter(reading: Reading): string {
  const { verdict, text } = reading;
  return verdict === null ? text : (verdict.e164 ?? verdict.normalized);
}

const NO_FACTS: Reading["facts"] = Object.freeze({});

/** Runs the steps; each that acted leaves one entry. */
function read(
  text: string,
  rules: CompiledRules,
  context: NumberContext,
): { reading: Reading; trace: NormalizationStep[] } {
  let reading: Reading = { text, facts: NO_FACTS, host: "", verdict: null };
  const trace: NormalizationStep[] = [];
  const isBare = BARE.test(text);
  for (const step of stepsOf(rules.settings.preset)) {
    if ((step.when === "open") !== (reading.verdict === null)) continue;
    if (isBare && step.leavesDigits && reading.text === text) continue;
    const change = step.run(reading, rules, context);
    if (change === null) continue;
    const before = textAfter(reading);
    reading = {
      text: change.text ?? reading.text,
      facts: change.facts === undefined ? reading.facts : { ...reading.facts, ...change.facts },
      host: change.host ?? reading.host,
      verdict: change.verdict ?? reading.verdict,
    };
    const acted: NormalizationStep = { step: step.id, before, after: textAfter(reading) };
    const note = change.note ?? change.verdict?.reason;
    if (note !== undefined) acted.note = note;
    trace.push(acted);
  }
  return { reading, trace };
}

/** White list first, then black list, by leading digits. */
function isAuthorized(digits: string, rules: CompiledRules): boolean {
  const begins = (prefix: string): boolean => digits.startsWith(prefix);
  return rules.whitelist.some(begins) || !rules.blacklist.some(begins);
}

/** The digits that decks are matched on: the number's, or its routing number's. */
function matchedDigits(verdict: Verdict, reading: Reading, rules: CompiledRules): string {
  const routing = reading.facts.routingNumber;
  const wanted = rules.portability === "routing-number" && verdict.e164 !== null;
  return wanted && routing !== undefined ? routing : verdict.normalized;
}

function answer(
  text: string,
  rules: CompiledRules,
  context: NumberContext,
): NormalizedNumberAnswer {
  const { reading, trace } = read(text, rules, context);
  const verdict = reading.verdict ?? invalid(reading.text, "not-a-number");
  const { kind, e164, country, match, reason } = verdict;
  const normalized = matchedDigits(verdict, reading, rules);
  const prefix =
    match === "prefix" && country !== null ? prefixOf(verdict.normalized, country) : null;
  // Every unseen number makes one of these: what it has not is not spread into it.
  const found: NormalizedNumberAnswer =
    reason === undefined
      ? { raw: text, kind, normalized, e164, country, match, prefix, steps: trace }
      : { raw: text, kind, normalized, e164, country, match, reason, prefix, steps: trace };
  if (reading.facts !== NO_FACTS) Object.assign(found, reading.facts);
  if (rules.listed) found.authorized = isAuthorized(verdict.normalized, rules);
  return found;
}

/**
 * Normalises one number under a rule set. Never throws; what is not understood is kept as it came
 * with a reason (number-reasons.ts). An unknown preset gives kind `invalid`, reason
 * `rule-set-unknown`. Dated `changes` are not looked at: pass what `ruleSetAt` answers. The answer
 * is shared and frozen; the same text, settings object and context give the same answer.
 */
export function normalizeNumber(
  text: string,
  settings: RuleSetSettings,
  context: NumberContext = {},
): NormalizedNumberAnswer {
  const rules = rulesOf(settings, context.accountCountry, context.oldForms ?? true);
  if (rules === null) return refused(text, "rule-set-unknown");
  if (text.length > rules.maxLength) return refused(text, "over-long");
  const key = `${context.caller}|${context.accountArea}|${text}`;
  const known = rules.results.get(key);
  if (known !== undefined) return known;
  const found =
    rules.settings.preset === "cdr-stats"
      ? cdrStatsNumber(text, rules.settings)
      : answer(text, rules, context);
  Object.freeze(found.steps);
  rules.results.set(key, Object.freeze(found));
  return found;
}
