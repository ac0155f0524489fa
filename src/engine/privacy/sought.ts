// The number that is asked for, in the forms in which it is written, and where it stands.
import type { CdrContent, StoredCdr } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import { digitsOf, mentions } from "../../cdr/masking/text.ts";
import type { NormalizedNumber, Rating } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import { numberParts } from "../../numbering/facts.ts";

export interface Sought {
  /** As decks are matched on. */
  digits: string;
  /** With its calling code. */
  international: ReadonlySet<string>;
  /** These, and those without it. */
  forms: ReadonlySet<string>;
}

const LEAST_DIGITS = 5;
const MOST_DIGITS = 32;

/**
 * `number` with + or 00 before it, or its digits alone. One that is a number of no country is sought as it is.
 * @throws `invalid-params`
 */
export function soughtNumber(number: string): {
  digits: string;
  international: string[];
  forms: string[];
} {
  const given = digitsOf(number);
  if (given.length < LEAST_DIGITS || given.length > MOST_DIGITS) {
    throw engineError(
      "invalid-params",
      `The number needs ${LEAST_DIGITS} to ${MOST_DIGITS} digits.`,
      {
        path: "number",
      },
    );
  }
  const digits = given.startsWith("00") ? given.slice(2) : given;
  const parts = numberParts(`+${digits}`);
  const whole = parts === null ? digits : `${parts.callingCode}${parts.national}`;
  const international = [...new Set([whole, `00${whole}`, given])];
  const national = parts === null ? [] : [parts.national, `0${parts.national}`];
  return { digits: whole, international, forms: [...international, ...national] };
}

export function asSought({
  digits,
  international,
  forms,
}: ReturnType<typeof soughtNumber>): Sought {
  return { digits, international: new Set(international), forms: new Set(forms) };
}

/**
 * Whether a number of the CDR is the one that is sought, in any of its revisions. One that was understood
 * is the one that it was understood as; one that was not goes by its digits.
 */
export function cdrMentions(cdr: StoredCdr, sought: Sought): boolean {
  const states: { rating: Rating; content?: CdrContent }[] = [
    { rating: cdr.rating, content: cdr },
    ...cdr.history,
  ];
  return states.some(({ rating, content }) => {
    const { destination, caller } = rating.normalized;
    if (isNumber(destination, sought) || (caller !== undefined && isNumber(caller, sought)))
      return true;
    if (content === undefined) return false;
    const { callerNumber = "", callerName = "", subject } = content.primary;
    const isCaller = caller === undefined && sought.forms.has(digitsOf(callerNumber));
    const texts = [callerName, subject, ...textsOf(content.extra)];
    return isCaller || texts.some((text) => mentions(text, sought.international));
  });
}

function isNumber({ raw, normalized, e164 }: NormalizedNumber, sought: Sought): boolean {
  if (e164 !== null) return digitsOf(e164) === sought.digits;
  return normalized === sought.digits || sought.forms.has(digitsOf(raw));
}

/** Every text in a value, and every number as one. */
function textsOf(value: Json): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap(textsOf);
}
