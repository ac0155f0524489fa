// Whether a spreadsheet holds a number exactly.

/** Digits that a number of a spreadsheet keeps. */
const EXACT_DIGITS = 15;

/** Whether a number of 15 digits holds all digits of the decimal text. */
export function isExactNumber(text: string): boolean {
  const digits = text.replace(/^-/, "").replace(".", "").replace(/^0+/, "");
  return /^-?\d+(?:\.\d+)?$/.test(text) && digits.length <= EXACT_DIGITS;
}
