// PREFIX_TO_IGNORE of CDR-Stats: only + is escaped there, any other sign acts as a regular
// expression. Groups, alternatives and back references are refused: they could take for ever.

const LITERAL = `[0-9A-Za-z#@_%&=:;!<>"' -]`;
const ONE = String.raw`(?:${LITERAL}|\+|\.|\[\^?[0-9A-Za-z#*+_-]{1,32}\])`;
const REPEAT = String.raw`(?:[?*]|\{[0-9]{1,2}\})`;
/** At most two repeats in an entry, so that no entry costs more than the square of the text. */
const ENTRY = new RegExp(`^(?:${ONE})*(?:${ONE}${REPEAT}(?:${ONE})*){0,2}$`);

function trimmed(text: string): string {
  return text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, "");
}

function entryPattern(entry: string): RegExp | null {
  if (!ENTRY.test(entry)) return null;
  try {
    return new RegExp(`^${entry.replaceAll("+", "\\+")}`);
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}

/** The entries in the order they are tried, longest first; null: one cannot be applied. */
export function ignoredPrefixes(setting: string): RegExp[] | null {
  const entries = trimmed(setting)
    .split(",")
    .sort((a, b) => b.length - a.length)
    .map(trimmed)
    .filter((entry) => entry !== "");
  const patterns = entries.map(entryPattern).filter((pattern) => pattern !== null);
  return patterns.length === entries.length ? patterns : null;
}
