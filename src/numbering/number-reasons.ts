// Why a number is invalid or doubtful: one table of codes.

export const NUMBER_REASONS = {
  "rule-set-unknown": "There is no preset of that name.",
  "setting-not-understood": "PREFIX_TO_IGNORE holds an entry that cannot be applied.",
  "over-long": "The text is longer than the rule set's maxLength.",
  empty: "There is no text.",
  "no-digits": "There are no digits.",
  "anonymous-called": "A called number cannot be anonymous.",
  "negative-number": "The text begins with a minus sign.",
  letters: "The text holds letters and is no known extension.",
  "feature-sign": "The text holds * or # in a place that no rule explains.",
  "not-a-number": "The text holds signs that no number has.",
  "begins-with-zero": "An international number cannot begin with 0.",
  "calling-code-unknown": "No country has this calling code.",
  "too-short": "There are too few digits for a number.",
  "too-long": "E.164 numbers have at most 15 digits.",
  "length-not-possible": "No number of this country has this length.",
  "not-valid": "The number is well formed, but not in use in its numbering plan.",
  "length-not-national": "The length fits no national form and no other country's number.",
  "area-code-missing": "Dialling without area code needs the trunk's or the account's.",
  "country-unknown": "A national number needs the country of the account.",
} as const;

export type NumberReason = keyof typeof NUMBER_REASONS;
