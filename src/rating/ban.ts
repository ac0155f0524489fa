// Whether a ban plan of a VoIP plan covers a number.

import type { PriceRequest } from "./deck/plan-price.ts";
import { longestMatch } from "./snapshot/digit-trie.ts";
import type { CompiledVoipPlan } from "./snapshot/native.ts";

export interface Ban {
  plan: string;
  prefix: string;
}

/**
 * The first ban plan with a prefix of the number. A number that is matched whole, and one that was
 * not understood, must be banned whole or by `*`; a call of before a change of the numbering plan
 * is banned by its old digits too.
 */
export function banOf(voipPlan: CompiledVoipPlan, request: PriceRequest): Ban | null {
  const { digits, formerDigits, shortest } = request;
  for (const { plan, trie } of voipPlan.ban) {
    const length = longestMatch(trie, digits);
    if (length > 0 && length >= shortest) return { plan, prefix: digits.slice(0, length) };
    const old = formerDigits === "" ? 0 : longestMatch(trie, formerDigits);
    if (old > 0) return { plan, prefix: formerDigits.slice(0, old) };
    if (longestMatch(trie, "") === 0) return { plan, prefix: "*" };
  }
  return null;
}
