// Why two editions of the rules of pricing give one side of a call other amounts.
import type { Edition } from "../../cdr/edition.ts";
import type { Priced } from "../../cdr/rating.ts";
import { differs } from "./version-rules.ts";

/** In the order in which they are tested, one sentence each. */
export const EDITION_RULES = {
  "old-form": "Old or local digits of a number are read as the number of today.",
  "number-not-understood": "A number that the rule set did not understand has no price.",
  "whole-number": "A short, emergency or internal number needs a row of its own.",
  "caller-number": "A caller that is no number of a country fits no `caller_prefix`.",
  "before-first-slot": "What comes before the first slot of a rate costs nothing but the fee.",
} as const;

export type EditionRule = keyof typeof EDITION_RULES;

/** The first edition with one rule of the second. */
const STEPS: Record<EditionRule, (before: Edition, after: Edition) => Edition> = {
  "old-form": (before, { retiredForms }) => ({ ...before, retiredForms }),
  "number-not-understood": (before, { notUnderstood }) => ({ ...before, notUnderstood }),
  "whole-number": (before, { wholeNumbers }) => ({ ...before, wholeNumbers }),
  "caller-number": (before, { callers }) => ({ ...before, callers }),
  "before-first-slot": (before, { beforeFirstSlot }) => ({ ...before, beforeFirstSlot }),
};

/** The first rule that alone gives the side another amount; null: none does. */
export function editionRule(
  side: "sell" | "buy",
  before: Pick<Priced, "sell" | "buy">,
  asked: {
    editions: { before: Edition; after: Edition };
    price: (edition: Edition) => Pick<Priced, "sell" | "buy">;
  },
): EditionRule | null {
  const { editions, price } = asked;
  const rules = Object.keys(STEPS) as EditionRule[];
  const found = rules.find((rule) => {
    const stepped = price(STEPS[rule](editions.before, editions.after));
    return differs(before[side], stepped[side]);
  });
  return found ?? null;
}
