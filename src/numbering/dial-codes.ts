// The dial-code table and the calling codes, ready for look-ups by longest prefix.
import { CALLING_CODE_ROWS, REGION_NAME_ROWS } from "./tables/calling-code-rows.ts";
import { DIAL_CODE_ROWS } from "./tables/dial-code-rows.ts";

interface DialCode {
  prefix: string;
  /** ISO 3166 alpha-2; null for a row without a country. */
  country: string | null;
  name: string;
}

const PREFIX_DIGITS_MAX = 9;

function rowsOf(chunks: readonly string[]): string[] {
  return chunks.flatMap((chunk) => chunk.split(";")).filter((row) => row !== "");
}

function readDialCodes(): Map<string, DialCode> {
  const table = new Map<string, DialCode>();
  for (const row of rowsOf(DIAL_CODE_ROWS)) {
    const country = row.slice(0, row.indexOf("|"));
    const nameEnd = row.lastIndexOf("|");
    const name = row.slice(country.length + 1, nameEnd);
    for (const prefix of row.slice(nameEnd + 1).split(" ")) {
      table.set(prefix, { prefix, country: country === "" ? null : country, name });
    }
  }
  return table;
}

function readCallingCodes(): Map<string, string[]> {
  return new Map(
    rowsOf(CALLING_CODE_ROWS).map((row) => {
      const code = row.replace(/ .*/, "");
      return [code, row.slice(code.length + 1).split(" ")];
    }),
  );
}

const dialCodes = readDialCodes();
const callingCodes = readCallingCodes();
const regionNames = new Map(
  rowsOf(REGION_NAME_ROWS).map((row) => [row.slice(0, 2), row.slice(3)] as const),
);

/** The row of exactly this prefix. */
export function dialCode(prefix: string): DialCode | undefined {
  return dialCodes.get(prefix);
}

/** The longest row that begins `digits` and that `accept` takes, or null. */
export function longestDialCode(
  digits: string,
  accept: (row: DialCode) => boolean,
): DialCode | null {
  let prefix = digits.slice(0, PREFIX_DIGITS_MAX);
  while (prefix !== "") {
    const row = dialCodes.get(prefix);
    if (row !== undefined && accept(row)) return row;
    prefix = prefix.slice(0, -1);
  }
  return null;
}

/** The calling code that begins `digits`, or null: no code is the beginning of another. */
export function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= 3; length += 1) {
    const code = digits.slice(0, length);
    if (callingCodes.has(code)) return code;
  }
  return null;
}

/** Regions of a calling code, the main one first; `001` is the world. */
export function regionsOf(callingCode: string): readonly string[] {
  return callingCodes.get(callingCode) ?? [];
}

/** English name of a region, e.g. `Spain`; null when unknown. */
export function regionName(region: string): string | null {
  return regionNames.get(region) ?? null;
}
