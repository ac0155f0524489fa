// Whether a ban plan of a VoIP plan covers a number.

import type { PriceRequest } from "./deck/plan-price.ts";
import { longestMatch } from "./snapshot/digit-trie.ts";
import type { CompiledVoipPlan } from "./snapshot/native.ts";

export interface Ban {
  plan: string;
  prefix: string;
}

/** The first ban plan with a prefix of the number; a short number must be banned whole. */
export function banOf(voipPlan: CompiledVoipPlan, { digits, whole }: PriceRequest): Ban | null {
  for (const { plan, trie } of voipPlan.ban) {
    const length = longestMatch(trie, digits);
    if (length < 0 || (whole && length > 0 && length < digits.length)) continue;
    return { plan, prefix: length === 0 ? "*" : digits.slice(0, length) };
  }
  return null;
}
