// Why a number is invalid or doubtful: one table of codes, that of docs/numbers.md.

export const NUMBER_REASONS = {
  "rule-set-unknown": "There is no preset of that name.",
  "setting-not-understood": "PREFIX_TO_IGNORE holds an entry that cannot be applied.",
  "over-long": "The text is longer than maxLength.",
  empty: "There is no text.",
  "no-digits": "There are no digits.",
  "anonymous-called": "A called number cannot be anonymous.",
  "negative-number": "The text begins with a minus sign.",
  letters: "The text holds letters and is no known extension.",
  "feature-sign": "There is * or # in a place that no rule explains.",
  "not-a-number": "There are signs that no number has.",
  "begins-with-zero": "An international number cannot begin with 0.",
  "calling-code-unknown": "No country has this calling code.",
  "too-short": "There are too few digits for a number.",
  "too-long": "E.164 numbers have at most 15 digits.",
  "length-not-possible": "No number of this country has this length.",
  "not-valid":
    "It is well formed, but not in use in its numbering plan; kept under validate: flag.",
  "length-not-national": "The length fits no national form and no other country's number.",
  "area-code-missing": "It was dialled without area code, and none is known.",
  "country-unknown": "It is a national number, and the account has no country.",
} as const;

export type NumberReason = keyof typeof NUMBER_REASONS;
