// Which digits of a called number CDR-Stats looks up, from the number as it came.
import type { Selection } from "../../tariffs/tariff.ts";
import type { NumberMatching } from "../number-matching.ts";

export interface LookedUp {
  /** The longest candidate without the zeros in front, of which the others are leading parts. */
  digits: string;
  matching: NumberMatching;
  formerDigits: string;
}

/**
 * One + is dropped, the digits up to the first other sign are cut to each length of the window, and
 * each cut is read as a whole number, so that zeros in front are lost: `0044…` is looked up as 442, 44
 * and 4. A number shorter than a cut stands for it. No prefix is 0, so cuts of zeros alone find nothing.
 */
export function lookedUp(number: string, { shortest, longest }: Selection): LookedUp {
  const front = /^\+?(\d*)/.exec(number)?.[1] ?? "";
  const cut = front.slice(0, longest);
  const digits = cut.replace(/^0+/, "");
  const zeros = cut.length - digits.length;
  const least = Math.max(1, Math.min(shortest, cut.length) - zeros);
  const matchable = digits !== "";
  return {
    digits,
    matching: { matchable, understood: true, shortest: least, byDefault: false },
    formerDigits: "",
  };
}
