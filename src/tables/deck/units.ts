// Seconds of the unit that a text names: of a price, in a cell, in the name of a column, in a notice.

const SECONDS: readonly [RegExp, number][] = [
  [/^(?:s|sec|secs|second|seconds|segundos?|sekunden?|sek|secondes?|second[oi])$/i, 1],
  [/^(?:m|min|mins|minutes?|minutos?|minuten|minut[oi])$/i, 60],
  [/^(?:h|hr|hrs|hours?|horas?|stunden?|heures?|or[ae])$/i, 3600],
];
const WHOLE = /^(?:(?:per|por|pro|par|je|al|\/)\s*)?(\d{1,5})?\s*(\p{L}+)\.?$/iu;
const BEHIND =
  /(?:(?<!\p{L})(?:per|por|pro|par|je|al|cada)\s+(?:la\s+)?|\/\s*)(\d{1,5})?\s*(\p{L}+)/giu;

/** A text that is a unit: `min`, `per 10 sec`, `60s`; null: it is none. */
export function unitOf(text: string): number | null {
  const [, count, word] = WHOLE.exec(text.trim()) ?? [];
  return secondsOf(word, count);
}

/** A unit behind `per` or `/` in a longer text: `Rate (per 60 sec)`, `EUR/min`; null: there is none. */
export function unitIn(text: string): number | null {
  for (const [, count, word] of text.matchAll(BEHIND)) {
    const found = secondsOf(word, count);
    if (found !== null) return found;
  }
  return null;
}

function secondsOf(word: string | undefined, count = "1"): number | null {
  const unit = SECONDS.find(([pattern]) => pattern.test(word ?? ""));
  return unit === undefined ? null : unit[1] * Number(count);
}
