// A bound of the usage filter in what is stored: milliseconds of time calls, units of the rest.

/** What no stored usage reaches: those are whole numbers up to 2^53 − 1. */
const BEYOND_MS = Number.MAX_SAFE_INTEGER + 1;

/**
 * The least whole number of milliseconds whose seconds are at least `seconds`; of bounds beyond
 * every usage, one that is beyond them too. Any number is answered in a few steps.
 */
export function millisecondsFrom(seconds: number): number {
  let milliseconds = Math.round(seconds * 1000);
  // Past 2^53 a step of one is none: the search below would not end.
  if (milliseconds >= BEYOND_MS) return BEYOND_MS;
  if (milliseconds <= -BEYOND_MS) return -BEYOND_MS;
  // The product may be off by one in its last digit; the quotient is what the API shows.
  while (milliseconds > -BEYOND_MS && (milliseconds - 1) / 1000 >= seconds) milliseconds -= 1;
  while (milliseconds < BEYOND_MS && milliseconds / 1000 < seconds) milliseconds += 1;
  return milliseconds;
}
