// A rule set made ready for use: preset and overrides joined, patterns compiled, results cached.

import type { NormalizedNumberAnswer } from "../answer.ts";
import { type BoundedCache, boundedCache } from "../bounded-cache.ts";
import { leadingPattern, wholePattern } from "../dial-pattern.ts";
import type { RuleSetSettings } from "./members.ts";
import { presetNamed } from "./presets.ts";

interface LengthRange {
  min: number;
  max: number;
}

export interface CompiledRules {
  settings: RuleSetSettings;
  country: string | null;
  callingCode: string | null;
  areaCode: string | null;
  internationalPrefixes: RegExp[];
  nationalPrefixes: RegExp[];
  nationalPrefixRequired: boolean;
  nationalLengths: LengthRange | null;
  localLengths: LengthRange | null;
  emergency: RegExp[];
  shortNumbers: { pattern: RegExp; name: string }[];
  extensionLengths: LengthRange | null;
  extensionPatterns: RegExp[];
  techPrefixes: RegExp[];
  /** Longest first. */
  serviceCodes: { code: string; effect: "hidden" | "shown" | "none" }[];
  outsideLine: string[];
  bareInternational: boolean;
  vanity: boolean;
  validate: "off" | "flag" | "refuse";
  portability: "dialled" | "routing-number";
  maxLength: number;
  whitelist: string[];
  blacklist: string[];
  listed: boolean;
  /** Old and local forms of numbers are read as the numbers of today. */
  oldForms: boolean;
  results: BoundedCache<NormalizedNumberAnswer>;
}

const RESULTS_KEPT = 8_000;
const TEXT_LENGTH_MAX = 256;

/** Numbers before patterns, so that a name of its own wins over that of its range. */
function byExactness(a: string, b: string): number {
  return Number(a.startsWith("_")) - Number(b.startsWith("_"));
}

function joined(settings: RuleSetSettings, accountCountry?: string): RuleSetSettings | null {
  const preset = presetNamed(settings.preset);
  if (preset === null) return null;
  const home = settings.preset === "account-country" ? presetNamed(accountCountry ?? "") : null;
  return { ...preset, ...home, ...withoutUndefined(settings) };
}

/** A member that is there but undefined leaves the preset's in force. */
function withoutUndefined(settings: RuleSetSettings): RuleSetSettings {
  const members = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(members), preset: settings.preset };
}

const NOTHING_SET = {
  internationalPrefixes: [],
  nationalPrefixes: [],
  nationalPrefixRequired: false,
  emergency: [],
  shortNumbers: {},
  techPrefixes: [],
  serviceCodes: {},
  outsideLine: [],
  bareInternational: false,
  vanity: false,
  validate: "flag",
  portability: "dialled",
  maxLength: TEXT_LENGTH_MAX,
  whitelist: [],
  blacklist: [],
} satisfies Partial<RuleSetSettings>;

/** The members above are always there once the defaults are joined: none is left undefined. */
type WholeSettings = RuleSetSettings & {
  [Name in keyof typeof NOTHING_SET]: NonNullable<RuleSetSettings[Name]>;
};

function extensionsOf(
  extensions: RuleSetSettings["extensions"],
): Pick<CompiledRules, "extensionLengths" | "extensionPatterns"> {
  return {
    extensionLengths: extensions?.lengths ?? null,
    extensionPatterns: (extensions?.patterns ?? []).map(wholePattern),
  };
}

function compile(settings: RuleSetSettings, oldForms: boolean): CompiledRules {
  const whole = { ...NOTHING_SET, ...settings } as WholeSettings;
  return {
    settings,
    country: whole.country ?? null,
    callingCode: whole.callingCode ?? null,
    areaCode: whole.areaCode ?? null,
    internationalPrefixes: whole.internationalPrefixes.map(leadingPattern),
    nationalPrefixes: whole.nationalPrefixes.map(leadingPattern),
    nationalPrefixRequired: whole.nationalPrefixRequired,
    nationalLengths: whole.nationalLengths ?? null,
    localLengths: whole.localLengths ?? null,
    emergency: whole.emergency.map(wholePattern),
    shortNumbers: Object.entries(whole.shortNumbers)
      .sort(([a], [b]) => byExactness(a, b))
      .map(([pattern, name]) => ({ pattern: wholePattern(pattern), name })),
    ...extensionsOf(settings.extensions),
    techPrefixes: whole.techPrefixes.map(leadingPattern),
    serviceCodes: Object.entries(whole.serviceCodes)
      .map(([code, effect]) => ({ code, effect }))
      .sort((a, b) => b.code.length - a.code.length),
    outsideLine: whole.outsideLine,
    bareInternational: whole.bareInternational,
    vanity: whole.vanity,
    validate: whole.validate,
    portability: whole.portability,
    maxLength: Math.min(whole.maxLength, TEXT_LENGTH_MAX),
    whitelist: whole.whitelist,
    blacklist: whole.blacklist,
    listed: settings.whitelist !== undefined || settings.blacklist !== undefined,
    oldForms,
    results: boundedCache(RESULTS_KEPT),
  };
}

const compiled = new WeakMap<RuleSetSettings, Map<string, CompiledRules | null>>();

/**
 * The rules of `settings`, compiled once per object; `accountCountry` counts only under the preset
 * `account-country`. Without `oldForms` numbers that a plan gave up stay as they were dialled. Null:
 * there is no preset of that name.
 */
export function rulesOf(
  settings: RuleSetSettings,
  accountCountry?: string,
  oldForms = true,
): CompiledRules | null {
  let byCountry = compiled.get(settings);
  if (byCountry === undefined) {
    byCountry = new Map();
    compiled.set(settings, byCountry);
  }
  const country = settings.preset === "account-country" ? (accountCountry ?? "") : "";
  const key = oldForms ? country : `${country} without old forms`;
  let rules = byCountry.get(key);
  if (rules === undefined) {
    const whole = joined(settings, accountCountry);
    rules = whole === null ? null : compile(whole, oldForms);
    byCountry.set(key, rules);
  }
  return rules;
}
