// How numbers are dialled in a country: what a preset of that country starts from.

export interface CountryPlan {
  /** ISO 3166 alpha-2. */
  country: string;
  callingCode: string;
  internationalPrefixes: string[];
  nationalPrefixes: string[];
  /** Without the national prefix a number is local: true in open numbering plans. */
  nationalPrefixRequired: boolean;
  /** Digits of a national number without its prefix. */
  nationalLengths: { min: number; max: number };
  /** Digits of a number dialled without area code; null: there is no such form. */
  localLengths: { min: number; max: number } | null;
  emergency: string[];
  /** Pattern to name. */
  shortNumbers: Record<string, string>;
  serviceCodes: Record<string, "hidden" | "shown" | "none">;
  outsideLine: string[];
  extensions: { lengths?: { min: number; max: number }; patterns?: string[] };
}

export interface PlanFacts {
  idd?: string[];
  trunk?: string[];
  trunkRequired?: true;
  national: [min: number, max: number];
  local?: [min: number, max: number];
  emergency: string[];
  short?: Record<string, string>;
  services?: Record<string, "hidden" | "shown" | "none">;
  outsideLine?: string[];
  /** Where numbers of 2 to 5 digits are not all internal. */
  extensions?: string[];
}

/** Harmonised European numbers of social value. */
export const EUROPEAN_SHORT: Record<string, string> = {
  "116000": "missing children",
  "116111": "child helpline",
  "116123": "emotional support",
  _116XXX: "harmonised service",
};

/** GSM and ETSI spellings that hide the caller for one call, known everywhere. */
const COMMON_SERVICES = { "*31#": "hidden", "#31#": "hidden", "*31*": "hidden" } as const;

/** A country's plan from what differs between countries; `00` is understood in all of them. */
export function countryPlan(country: string, callingCode: string, facts: PlanFacts): CountryPlan {
  const [min, max] = facts.national;
  return {
    country,
    callingCode,
    internationalPrefixes: [...new Set([...(facts.idd ?? []), "00"])],
    nationalPrefixes: facts.trunk ?? [],
    nationalPrefixRequired: facts.trunkRequired ?? false,
    nationalLengths: { min, max },
    localLengths: facts.local === undefined ? null : { min: facts.local[0], max: facts.local[1] },
    emergency: facts.emergency,
    shortNumbers: facts.short ?? {},
    serviceCodes: { ...COMMON_SERVICES, ...facts.services },
    outsideLine: facts.outsideLine ?? [],
    extensions:
      facts.extensions === undefined
        ? { lengths: { min: 2, max: 5 } }
        : { patterns: facts.extensions },
  };
}
