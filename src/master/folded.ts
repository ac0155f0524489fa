// How names are compared in a search: without case and accents.

/** `Ángel Núñez` as `angel nunez`. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

const ENCODER = new TextEncoder();

/** As stores order texts: by their bytes. */
export function compareTexts(left: string, right: string): number {
  const [one, other] = [ENCODER.encode(left), ENCODER.encode(right)];
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
