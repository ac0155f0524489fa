// `preset: cdr-stats`: what CDR-Stats 3.1.4 makes of a called number, its defects included, so
// that its users can check an import against what they have.
import type { NumberKind } from "../cdr/rating.ts";
import type { NormalizationStep, NormalizedNumberAnswer } from "./answer.ts";
import { dialCode } from "./dial-codes.ts";
import { ignoredPrefixes } from "./prefix-to-ignore.ts";
import type { RuleSetSettings } from "./rule-sets/members.ts";

interface Limits {
  minDigits: number;
  maxDigits: number;
  limitMin: number;
  limitMax: number;
  localDialcode: string;
  internalCall: number;
}

function limitsOf(settings: RuleSetSettings): Limits {
  return {
    minDigits: settings.PN_MIN_DIGITS ?? 6,
    maxDigits: settings.PN_MAX_DIGITS ?? 9,
    limitMin: settings.PREFIX_LIMIT_MIN ?? 2,
    limitMax: settings.PREFIX_LIMIT_MAX ?? 5,
    localDialcode: settings.LOCAL_DIALCODE ?? "1",
    internalCall: settings.INTERNAL_CALL ?? 5,
  };
}

function beginsWithLetter(text: string): boolean {
  return /^[A-Za-z]/.test(text);
}

/** The front digits cut to MAX … MIN, longest first; null: the number has none in front. A number
 * shorter than a cut is simply repeated. */
function candidatesOf(number: string, limits: Limits): string[] | null {
  const digits = number.replace(/^\+/, "").replace(/[^0-9].*/s, "");
  if (digits === "") return null;
  const candidates: string[] = [];
  for (let length = limits.limitMax; length >= limits.limitMin; length -= 1) {
    candidates.push(digits.slice(0, length));
  }
  return candidates;
}

/**
 * The candidates as numbers. They are evaluated as Python source there: a leading zero makes one
 * octal, an 8 or 9 after it an error that is swallowed (none), and a single candidate is no list,
 * which fails as well (none).
 */
function evaluated(candidates: string[] | null): number[] {
  if (candidates === null || candidates.length < 2) return [];
  const octal = (text: string): boolean => text.startsWith("0");
  if (candidates.some((text) => octal(text) && /[89]/.test(text))) return [];
  return candidates.map((text) => Number.parseInt(text, octal(text) ? 8 : 10));
}

/** The longest prefix among the candidates that has a country. */
function countryOf(candidates: string[] | null): { country: string | null; prefix: string | null } {
  for (const number of evaluated(candidates)) {
    const row = dialCode(String(number));
    if (row?.country != null) return { country: row.country, prefix: row.prefix };
  }
  return { country: null, prefix: null };
}

/** White list first, then black list, on the number without the local dial code. */
function isAuthorized(candidates: string[] | null, settings: RuleSetSettings): boolean {
  const numbers = evaluated(candidates);
  const listed = (list: string[] | undefined): boolean =>
    (list ?? []).some((prefix) => numbers.includes(Number(prefix)));
  return listed(settings.whitelist) || !listed(settings.blacklist);
}

interface Classified {
  kind: NumberKind;
  normalized: string;
  country: string | null;
  prefix: string | null;
}

/** Extension, local or international, by the length after the prefixes were taken off. */
function classify(stripped: string, candidates: string[] | null, limits: Limits): Classified {
  const nowhere = { normalized: stripped, country: null, prefix: null };
  if (stripped.length < limits.minDigits || beginsWithLetter(stripped)) {
    return { kind: "extension", ...nowhere };
  }
  if (candidates === null) return { kind: "invalid", ...nowhere };
  if (stripped.length > limits.maxDigits) {
    return { kind: "international", normalized: stripped, ...countryOf(candidates) };
  }
  const local = limits.localDialcode + stripped;
  return { kind: "local", normalized: local, ...countryOf(candidatesOf(local, limits)) };
}

function strip(text: string, prefixes: RegExp[]): { stripped: string; steps: NormalizationStep[] } {
  let stripped = text;
  const steps: NormalizationStep[] = [];
  for (const prefix of prefixes) {
    const before = stripped;
    stripped = before.replace(prefix, "");
    if (stripped !== before) {
      steps.push({ step: "PREFIX_TO_IGNORE", before, after: stripped, note: prefix.source });
    }
  }
  return { stripped, steps };
}

/** One called number under the settings of that system; its steps are named by the settings. */
export function cdrStatsNumber(text: string, settings: RuleSetSettings): NormalizedNumberAnswer {
  const limits = limitsOf(settings);
  const prefixes = ignoredPrefixes(settings.PREFIX_TO_IGNORE ?? "");
  if (prefixes === null) {
    return {
      raw: text,
      normalized: "",
      e164: null,
      kind: "invalid",
      country: null,
      reason: "setting-not-understood",
      prefix: null,
      steps: [],
      match: "prefix",
    };
  }
  const { stripped, steps } = strip(text, prefixes);
  const candidates = candidatesOf(stripped, limits);
  const asked = stripped.length > limits.maxDigits && !beginsWithLetter(stripped);
  const internal = text.length <= limits.internalCall || beginsWithLetter(text);
  const found: Classified = internal
    ? { kind: "extension", normalized: text, country: null, prefix: null }
    : classify(stripped, candidates, limits);
  const step = internal ? "INTERNAL_CALL" : "PN_MIN_DIGITS, PN_MAX_DIGITS";
  const before = internal ? text : stripped;
  return {
    raw: text,
    normalized: found.normalized,
    e164: null,
    kind: found.kind,
    country: found.country,
    prefix: found.prefix,
    steps: [
      ...(internal ? [] : steps),
      { step, before, after: found.normalized, note: found.kind },
    ],
    match: "prefix",
    authorized: internal || isAuthorized(candidates, settings),
    cdrDialcode: asked ? countryOf(candidates).prefix : null,
  };
}
