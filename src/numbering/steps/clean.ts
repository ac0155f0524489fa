// Step 2: one spelling of digits, no separators; and what was dialled after the number, apart.
import { type Change, invalid, type Reading } from "./step.ts";

const ZEROS = [0x0660, 0x06f0, 0x0966, 0xff10];
const SEPARATORS = /[\s\u00ad\u2010-\u2015\u2212().[\]/~-]|\p{Cf}/gu;

/** Arabic, Persian, Devanagari and full-width digits, and the signs that look like + * #. */
function asciiSigns(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (sign) => {
    const code = sign.charCodeAt(0);
    const zero = ZEROS.find((first) => code >= first && code <= first + 9);
    if (zero !== undefined) return String(code - zero);
    if (sign === "＋") return "+";
    if (sign === "＊") return "*";
    return sign === "＃" ? "#" : sign;
  });
}

/** A hint behind Italy's calling code, with or without an international prefix. */
const ITALIAN_ZERO = /^[^0-9]*(0[0-9]*[^0-9]*)?39[^0-9]*\(0\)/;

/** "(0)" after a calling code is a hint for callers at home; Italy's 0 belongs to the number. */
function withoutTrunkHint(text: string): string {
  return ITALIAN_ZERO.test(text) ? text : text.replace(/([0-9][^0-9*#]*)\(0\)/, "$1");
}

/** `ext. 22` or `x22` after the number. */
const EXTENSION = /([0-9][\s)]*)(?:ext(?:ension)?[.:]?|x)\s*([0-9]{1,7})$/i;

/** Removes blanks, dots, hyphens, brackets, slashes and invisible signs; a minus is refused. */
export function clean(reading: Reading): Change | null {
  const ascii = asciiSigns(reading.text).trim();
  if (/^[-\u2212]/.test(ascii)) return { verdict: invalid(ascii, "negative-number") };
  const extension = EXTENSION.exec(ascii)?.[2];
  const number = ascii.replace(EXTENSION, "$1");
  const text = withoutTrunkHint(number).replace(SEPARATORS, "").replace(/^\++/, "+");
  if (text === reading.text) return null;
  return { text, ...(extension === undefined ? {} : { facts: { extension } }) };
}

const DIALLED_ENOUGH = 7;
/** A number, and behind it a feature sign or a pause with what was dialled then. */
export const DIALLED_AND_TAIL = /^(\+?[0-9]+)([*#,].*|[pw][0-9pw,*#]*)$/i;

/** Cuts at the feature sign or pause after the digits (34650123456*234) and keeps the tail. */
export function postDial(reading: Reading): Change | null {
  const number = reading.text.replace(DIALLED_AND_TAIL, "$1");
  const tail = reading.text.slice(number.length);
  if (tail === "") return null;
  const tailDigits = tail.replace(/[^0-9]/g, "").length;
  if (number.length < DIALLED_ENOUGH && tailDigits > number.length) {
    return { verdict: invalid(reading.text, "feature-sign") };
  }
  return { text: number, facts: { postDial: tail } };
}
