// CGRateS's rounding of doubles: binary arithmetic on purpose, digit for digit.

const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const INVERSE_POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e-${exponent}`));

/**
 * Rounds `value` to `decimals` by `*up`, `*middle` or `*down`; any other method only scales there
 * and back, which may still change the last bit. `*up` takes what lies below 1e-7 for noise.
 */
export function roundLikeCgrates(value: number, decimals: number, method: string): number {
  const power = POWERS[decimals] ?? Number(`1e${decimals}`);
  const scaled = value * power;
  return roundScaled(scaled, decimals, method) / power;
}

function roundScaled(scaled: number, decimals: number, method: string): number {
  const fraction = scaled - Math.trunc(scaled);
  switch (method) {
    case "*up":
      return fraction >= smallestFraction(decimals) ? Math.ceil(scaled) : Math.floor(scaled);
    case "*middle":
      return fraction >= 0.5 ? Math.ceil(scaled) : Math.floor(scaled);
    case "*down":
      return Math.floor(scaled);
    default:
      return scaled;
  }
}

function smallestFraction(decimals: number): number {
  const places = Math.max(7, decimals);
  return INVERSE_POWERS[places] ?? Number(`1e-${places}`);
}
