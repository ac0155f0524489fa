// The first digits of a normalised number: equal for all numbers of a prefix, so they can be indexed.

/** Number of digits that a destination prefix needs to be found by the index. */
export const LEADING_DIGIT_COUNT = 3;

export function leadingDigits(number: string): string {
  return Array.from(number).slice(0, LEADING_DIGIT_COUNT).join("");
}

/** What the numbers of these prefixes begin with; undefined when a prefix is too short to say. */
export function leadingDigitsOfPrefixes(prefixes: string[] | undefined): string[] | undefined {
  if (prefixes?.some((prefix) => Array.from(prefix).length < LEADING_DIGIT_COUNT)) return undefined;
  return prefixes?.map(leadingDigits);
}
