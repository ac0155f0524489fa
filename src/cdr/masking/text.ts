// Numbers in texts, and their masks: a star for each digit that is not to be read any more.

export const MASK = "*";

/** A number that is masked wherever it stands. */
export interface HiddenNumber {
  digits: string;
  /** So many of its first digits may be read. */
  kept: number;
}

/** Digits that belong together: with what people write between them. */
const RUN = /\d(?:[ .()/-]{0,2}\d)*/g;
/** The last digits of a number, which are the same in each of its forms. */
const OWN_DIGITS = 7;
/** A shorter one is masked where it stands as a number, never inside of other texts. */
const LEAST_DIGITS = 5;

export function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** A star for each digit behind the first ones. */
export function maskDigits(text: string, kept = 0): string {
  let seen = 0;
  return text.replace(/\d/g, (digit) => {
    seen += 1;
    return seen <= kept ? digit : MASK;
  });
}

/** A star for each digit of every run of so many digits or more. */
export function maskRuns(text: string, least: number): string {
  return text.replace(/\d+/g, (run) => (run.length < least ? run : MASK.repeat(run.length)));
}

/**
 * Masks the numbers in a text, in whatever form they stand there: their last seven digits, and what of
 * them stands before those. For texts about a call of theirs: another number may end as they do.
 */
export function maskNumbers(text: string, numbers: readonly HiddenNumber[]): string {
  return text.replace(RUN, (run) => {
    const digits = digitsOf(run);
    const hidden = new Set(numbers.flatMap((number) => placesOf(digits, number)));
    if (hidden.size === 0) return run;
    let place = -1;
    return run.replace(/\d/g, (digit) => {
      place += 1;
      return hidden.has(place) ? MASK : digit;
    });
  });
}

/** Where digits of the number stand that are not to be read. */
function placesOf(digits: string, { digits: number, kept }: HiddenNumber): number[] {
  if (number.length < OWN_DIGITS) {
    const isWhole = number.length >= LEAST_DIGITS && digits === number;
    return isWhole ? range(kept, number.length) : [];
  }
  const own = number.slice(-OWN_DIGITS);
  const places: number[] = [];
  for (let at = digits.indexOf(own); at !== -1; at = digits.indexOf(own, at + 1)) {
    let [from, before] = [at, number.length - OWN_DIGITS];
    while (from > 0 && before > 0 && digits[from - 1] === number[before - 1]) {
      from -= 1;
      before -= 1;
    }
    places.push(...range(from + Math.max(0, kept - before), at + OWN_DIGITS));
  }
  return places;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_none, index) => from + index);
}

/**
 * Whether one of these forms of a number stands in a text as a number of its own: no other number has the
 * same digits there.
 */
export function mentions(text: string, forms: ReadonlySet<string>): boolean {
  return maskForms(text, forms) !== text;
}

/** Masks these forms of a number where they stand as numbers of their own. */
export function maskForms(text: string, forms: ReadonlySet<string>): string {
  return text
    .replace(RUN, (run) => (forms.has(digitsOf(run)) ? maskDigits(run) : run))
    .replace(/\d+/g, (run) => (forms.has(run) ? maskDigits(run) : run));
}
