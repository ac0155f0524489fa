// Valid national numbers of a country, drawn from libphonenumber's own patterns with a seed.
import fc from "fast-check";
import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import metadata from "libphonenumber-js/metadata.max.json";

/** The pattern of all national numbers of the country (third member of its metadata). */
function nationalPattern(country: string): string {
  return (metadata.countries as Record<string, unknown[]>)[country]?.[2] as string;
}

const TYPES = ["FIXED_LINE", "MOBILE"] as const;

/** The pattern of the national numbers of one type (the twelfth member of the metadata). */
export function typePattern(country: string, type: (typeof TYPES)[number]): string {
  const types = (metadata.countries as Record<string, unknown[]>)[country]?.[11] as string[][];
  return types[TYPES.indexOf(type)]?.[0] as string;
}

/** `count` different valid numbers without national prefix; the same for the same seed. */
export function validNumbers(country: string, count: number, seed: number): string[] {
  const digits = fc.stringMatching(new RegExp(`^(?:${nationalPattern(country)})$`));
  const found = new Set<string>();
  for (let round = 0; found.size < count && round < 60; round += 1) {
    for (const national of fc.sample(digits, { numRuns: count, seed: seed + round })) {
      const number = parsePhoneNumberFromString(national, {
        defaultCountry: country as CountryCode,
        extract: false,
      });
      if (number === undefined || number.number.length > 16) continue;
      const plain = number.nationalNumber === national && number.country === country;
      if (plain && number.isValid() && found.size < count) found.add(national);
    }
  }
  return [...found];
}
