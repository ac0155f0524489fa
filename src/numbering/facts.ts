// What libphonenumber knows of an E.164 number, behind a cache; rating never asks it for a prefix.
import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { boundedCache } from "./bounded-cache.ts";

export interface NumberFacts {
  /** As libphonenumber writes it: a trunk prefix after the calling code is dropped. */
  e164: string;
  /** The length is possible in the numbering plan. */
  possible: boolean;
  valid: boolean;
  /** ISO 3166 alpha-2, `001` for world numbers, null when the plan cannot tell. */
  country: string | null;
  /** e.g. `MOBILE`, `FIXED_LINE`, `TOLL_FREE`, `PREMIUM_RATE`; null when unknown. */
  type: string | null;
}

const CACHE_ENTRIES = 20_000;
const known = boundedCache<NumberFacts | "unreadable">(CACHE_ENTRIES);

function readFacts(text: string, country?: string): NumberFacts | null {
  const number = parsePhoneNumberFromString(text, {
    ...(country === undefined ? {} : { defaultCountry: country as CountryCode }),
    extract: false,
  });
  if (number === undefined) return null;
  const world = number.isNonGeographic() ? "001" : null;
  return {
    e164: number.number,
    possible: number.isPossible(),
    valid: number.isValid(),
    country: number.country ?? world,
    type: number.getType() ?? null,
  };
}

/** Facts of a number with +, or of a national one with its country; null: not a number. */
export function numberFacts(text: string, country?: string): NumberFacts | null {
  const key = country === undefined ? text : `${country} ${text}`;
  const found = known.get(key);
  if (found !== undefined) return found === "unreadable" ? null : found;
  const facts = readFacts(text, country);
  known.set(key, facts ?? "unreadable");
  return facts;
}

/** A number with + in two parts; null: it is none that its country can have. */
export function numberParts(text: string): { callingCode: string; national: string } | null {
  const number = parsePhoneNumberFromString(text, { extract: false });
  if (number === undefined || !number.isPossible()) return null;
  return { callingCode: number.countryCallingCode, national: number.nationalNumber };
}
