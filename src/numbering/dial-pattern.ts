// Patterns of dialled numbers, in the signs of Asterisk's dial plan: `_` first, X 0-9, Z 1-9,
// N 2-9, [2-5], and at the end `.` for one or more and `!` for any further signs.

const CLASSES: Record<string, string> = { X: "[0-9]", Z: "[1-9]", N: "[2-9]" };

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** The digits of a bracket, e.g. `2-57` is 2345 and 7; none: a class that nothing matches. */
function digitClass(inside: string): string {
  const ranges = inside.match(/[0-9](-[0-9])?/g) ?? [];
  const digits = [..."0123456789"].filter((digit) =>
    ranges.some((range) => digit >= range.charAt(0) && digit <= range.charAt(range.length - 1)),
  );
  return `[${digits.join("")}]`;
}

function sourceOf(pattern: string): string {
  if (!pattern.startsWith("_")) return escaped(pattern);
  let source = "";
  for (let at = 1; at < pattern.length; at += 1) {
    const sign = pattern.charAt(at);
    const close = sign === "[" ? pattern.indexOf("]", at) : -1;
    const last = at === pattern.length - 1;
    if (close > at) {
      source += digitClass(pattern.slice(at + 1, close));
      at = close;
    } else if (last && sign === ".") source += ".+";
    else if (last && sign === "!") source += ".*";
    else source += CLASSES[sign] ?? escaped(sign);
  }
  return source;
}

/** Matches a text as a whole, letters without regard to case. */
export function wholePattern(pattern: string): RegExp {
  return new RegExp(`^${sourceOf(pattern)}$`, "i");
}

/** Matches the beginning of a text. */
export function leadingPattern(pattern: string): RegExp {
  return new RegExp(`^${sourceOf(pattern)}`, "i");
}

/** What the patterns take off the front of a text, in their order, each once. */
export function leadingMatches(text: string, patterns: readonly RegExp[]): string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const match = pattern.exec(text);
    if (match !== null && match[0] !== "") found.add(match[0]);
  }
  return [...found];
}
