// The rule sets that every installation knows by name: wholesale forms, countries, cdr-stats.

import type { CountryPlan } from "../tables/country-plans.ts";
import { EUROPEAN_PLANS } from "../tables/plans-europe.ts";
import { WORLD_PLANS } from "../tables/plans-world.ts";
import type { RuleSetSettings } from "./members.ts";

/** A prefix of up to six digits that ends in #, as trunks put in front of the number. */
const HASH_TECH_PREFIXES = ["_X#", "_XX#", "_XXX#", "_XXXX#", "_XXXXX#", "_XXXXXX#"];

function countrySettings(plan: CountryPlan): RuleSetSettings {
  return {
    preset: plan.country,
    ...plan,
    areaCode: null,
    techPrefixes: HASH_TECH_PREFIXES,
    bareInternational: true,
    vanity: false,
    validate: "flag",
    portability: "dialled",
    maxLength: 256,
  };
}

const wholesale = { validate: "off", portability: "dialled", maxLength: 256 } as const;

const presets = new Map<string, RuleSetSettings>(
  [
    { preset: "wholesale-digits", ...wholesale },
    { preset: "wholesale-e164", ...wholesale },
    {
      preset: "account-country",
      internationalPrefixes: ["00"],
      techPrefixes: HASH_TECH_PREFIXES,
      bareInternational: true,
      validate: "flag" as const,
      portability: "dialled" as const,
      maxLength: 256,
    },
    {
      preset: "cdr-stats",
      PREFIX_TO_IGNORE: "+,0,00,000,0000,00000,011,55555,99999",
      PN_MIN_DIGITS: 6,
      PN_MAX_DIGITS: 9,
      PREFIX_LIMIT_MIN: 2,
      PREFIX_LIMIT_MAX: 5,
      LOCAL_DIALCODE: "1",
      INTERNAL_CALL: 5,
      blacklist: [],
      whitelist: [],
      maxLength: 256,
    },
    ...[...EUROPEAN_PLANS, ...WORLD_PLANS].map(countrySettings),
  ].map((settings) => [settings.preset, settings]),
);

/** Names of the presets, as `preset:` takes them. */
export const PRESET_NAMES: readonly string[] = [...presets.keys()];

/** The settings of a preset, or null when there is none of that name (names match exactly). */
export function presetNamed(name: string): RuleSetSettings | null {
  return presets.get(name) ?? null;
}
