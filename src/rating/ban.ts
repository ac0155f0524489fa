// Whether a ban plan of a VoIP plan covers a number.
import { matchPrefixes } from "./digit-trie.ts";
import type { CompiledVoipPlan } from "./native-snapshot.ts";
import type { PriceRequest } from "./plan-price.ts";

export interface Ban {
  plan: string;
  prefix: string;
}

/** The first ban plan with a prefix of the number; a short number must be banned whole. */
export function banOf(voipPlan: CompiledVoipPlan, { digits, whole }: PriceRequest): Ban | null {
  for (const { plan, trie } of voipPlan.ban) {
    const path = new Int32Array(2 * (trie.depth + 1));
    const count = matchPrefixes(trie, digits, path);
    const length = count === 0 ? -1 : (path[2 * count - 1] as number);
    if (length < 0 || (whole && length > 0 && length < digits.length)) continue;
    return { plan, prefix: length === 0 ? "*" : digits.slice(0, length) };
  }
  return null;
}
