// Regular expressions of the settings, of a kind whose time is bounded by the length of the text: one
// group that is kept (none is needed where only the match counts), nothing repeated but a single character, few repetitions.

/** Longest text that a pattern is tried on: beyond it, the text has no such part. */
export const LONGEST_MATCHED = 128;
const LONGEST_PATTERN = 200;
/** Each one without a bound may multiply the time by the length of the text. */
const MOST_REPEATS = 2;
const MOST_MATCHED_REPEATS = 1;
/** Each may double the time. */
const MOST_OPTIONALS = 3;

/** A character, a class or an escape; then what repeats it; else a single sign. */
const TOKEN =
  /(\\.|\[(?:\\.|[^\]\\])*\]|[^\\[\](){}*+?|^$]|\(\?:|\(\?|[()|^$])([*+?]|\{\d+(?:,\d*)?\})?\??/gsy;

/**
 * What is wrong with the pattern; null: it may be used. `match`: only whether it matches counts, so it
 * needs no group; it repeats less, since one record may be held against hundreds of them.
 */
export function patternFault(pattern: string, use: "part" | "match" = "part"): string | null {
  if (pattern.length > LONGEST_PATTERN) return `it has over ${LONGEST_PATTERN} characters`;
  const tokens = [...pattern.matchAll(TOKEN)];
  for (const [, atom = "", repeat] of tokens) {
    const fault = tokenFault(atom, repeat);
    if (fault !== null) return fault;
  }
  const read = tokens.reduce((length, [token]) => length + token.length, 0);
  if (read < pattern.length) return `it cannot be read from character ${read + 1} on`;
  return countFault(tokens, use) ?? syntaxFault(pattern);
}

function tokenFault(atom: string, repeat: string | undefined): string | null {
  if (atom === "(?") return "it looks ahead or behind, or names a group";
  if (/^\\[1-9k]/.test(atom)) return "it refers back to a group";
  const isCharacter = !/^[()|^$]/.test(atom);
  if (repeat === undefined || isCharacter) return null;
  return "it repeats a group; only single characters may repeat";
}

function countFault(tokens: readonly RegExpExecArray[], use: "part" | "match"): string | null {
  const groups = tokens.filter(([, atom]) => atom === "(").length;
  const optionals = tokens.filter(([, , repeat]) => repeat === "?").length;
  const repeats = tokens.filter(([, , repeat]) => repeat !== undefined).length - optionals;
  if (use === "part" && groups !== 1)
    return `it has ${groups} groups; it must have one, the part that is kept`;
  const most = use === "part" ? MOST_REPEATS : MOST_MATCHED_REPEATS;
  if (repeats > most)
    return `it repeats ${repeats} times; ${most} ${most === 1 ? "is" : "are"} allowed`;
  if (optionals <= MOST_OPTIONALS) return null;
  return `it has ${optionals} optional characters; ${MOST_OPTIONALS} are allowed`;
}

function syntaxFault(pattern: string): string | null {
  try {
    new RegExp(pattern, "u");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As many as the settings have. */
const compiled = new Map<string, RegExp>();

function compile(pattern: string, flags: "u" | "iu"): RegExp {
  const key = `${flags} ${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const expression = new RegExp(pattern, flags);
  compiled.set(key, expression);
  return expression;
}

/** The text of the pattern's group; undefined where the pattern does not match. */
export function matchedPart(pattern: string, text: string): string | undefined {
  if (text.length > LONGEST_MATCHED) return undefined;
  return compile(pattern, "u").exec(text)?.[1];
}

/** Without regard to case; a text that is too long matches nothing. */
export function isMatch(pattern: string, text: string): boolean {
  return text.length <= LONGEST_MATCHED && compile(pattern, "iu").test(text);
}
