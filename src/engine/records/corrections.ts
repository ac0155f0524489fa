// What a person changes of stored CDRs, within the scope of whoever asks.
import { requireWhole } from "../../access/scope.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";
import { rateAgain } from "./cgrates/rate-again.ts";
import { correctCdr } from "./correct.ts";
import { type CdrQuestion, oneCdr } from "./one-cdr.ts";
import { voidCdr } from "./void.ts";

/**
 * Each answers the CDR after it. @throws `not-found`, also for a CDR that the scope does not have;
 * `ambiguous`, `conflict`, `store-unavailable`; `forbidden` for a scope of a part of a tenant: by
 * what changes nothing it could tell what it does not see.
 */
export interface Corrections {
  /** @throws `invalid-params` naming the field */
  correct(
    question: CdrQuestion,
    change: { fields: JsonObject; note?: string | undefined },
  ): Promise<StoredCdr>;
  void(question: CdrQuestion, note: string): Promise<StoredCdr>;
  /** Rates it with what is in force now; false: it has that price already. */
  rateAgain(question: CdrQuestion): Promise<boolean>;
}

export function createCorrections(
  parts: RateBatchParts,
  sources: readonly SourceSettings[],
): Corrections {
  async function keyOf(question: CdrQuestion): Promise<CdrKey> {
    requireWhole(question.scope);
    const { tenant, id } = await oneCdr(parts.store, question);
    return { tenant, id };
  }
  return {
    correct: async (question, change) =>
      correctCdr(parts, sources, { ...(await keyOf(question)), ...change }),
    rateAgain: async (question) => rateAgain(parts, await keyOf(question)),
    void: async (question, note) => voidCdr(parts, { ...(await keyOf(question)), note }),
  };
}
