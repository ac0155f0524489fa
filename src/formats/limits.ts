// Bounds of what a format reads, so that no body costs more than its length: a record over one of
// them is kept with the reason `over-limit`. Those of single fields are in mediation/limits.ts.

export const FORMAT_LIMITS = {
  /** Name=value pairs of a form, repeated ones included. */
  formPairs: 10_000,
  /** Members, items and elements of a JSON or XML document, at all levels together. */
  documentValues: 10_000,
  /** Nesting of arrays, objects and elements; a switch's document has about 8 levels. */
  nesting: 32,
  /** Bytes of a record that are not UTF-8. */
  brokenBytes: 65_536,
  /** Raw control characters in the strings of a JSON document; entities of an XML document. */
  escapes: 65_536,
  /** Records of a body that may hold several. */
  records: 10_000,
  /** Warnings of one record; more are only counted. */
  warnings: 20,
} as const;

/** What is said of a record with more of such bytes. */
export const NOT_UTF8 = `Over ${FORMAT_LIMITS.brokenBytes} bytes are not UTF-8.`;

/** The first warnings, and how many more there were. */
export function boundedWarnings(warnings: readonly string[]): string[] {
  const more = warnings.length - FORMAT_LIMITS.warnings;
  const kept = warnings.slice(0, FORMAT_LIMITS.warnings);
  return more > 0 ? [...kept, `${more} more warnings of this kind are left out.`] : kept;
}

/** A name as it is shown in a warning or a detail. */
export function shownName(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}
