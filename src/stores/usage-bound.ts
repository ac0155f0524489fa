// A bound of the usage filter in what is stored: milliseconds of time calls, units of the rest.

/** The least whole number of milliseconds whose seconds are at least `seconds`. */
export function millisecondsFrom(seconds: number): number {
  let milliseconds = Math.round(seconds * 1000);
  // The product may be off by one in its last digit; the quotient is what the API shows.
  while ((milliseconds - 1) / 1000 >= seconds) milliseconds -= 1;
  while (milliseconds / 1000 < seconds) milliseconds += 1;
  return milliseconds;
}
