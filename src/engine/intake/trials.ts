// What would become of records if they were sent: read and priced, nothing stored.
import { type Scope, seesTenant } from "../../access/scope.ts";
import { seenCdr } from "../../access/sell-side.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { FormatResult } from "../../formats/format.ts";
import { mediate } from "../../mediation/mediate.ts";
import { type RateBatchParts, rateBatch } from "../pricing/rate-batch.ts";
import type { AnswerOutcome } from "./answers.ts";
import type { Arrival } from "./arrival.ts";

export interface Trial {
  outcome: AnswerOutcome;
  reason?: string;
  detail?: string;
  /** As it would be stored, as far as the scope sees it. */
  cdr?: StoredCdr;
  /** Its id is stored already: the post would be a duplicate, or a conflict. */
  isStored?: boolean;
}

export interface Trials {
  /** `scope` of the arrival: for other tenants it is `suspended`, `forbidden`. */
  one(arrival: Arrival, read: FormatResult): Promise<Trial>;
}

export function createTrials(parts: RateBatchParts): Trials {
  return {
    async one({ source, scope }, read) {
      if (!read.ok) return suspended(read);
      const mediated = mediate(read.raw, source, parts.clock(), parts.snapshots.semanticsAt);
      if (!mediated.ok) return suspended(mediated);
      const { cdr } = mediated;
      if (!seesTenant(scope, cdr.tenant)) return FORBIDDEN;
      const [rated] = await rateBatch(parts, [cdr]);
      if (rated === undefined) throw new Error("one CDR has one rating");
      const stored = await parts.store.cdrs.get(cdr);
      return shown({ ...rated, history: [] }, scope, stored !== null);
    },
  };
}

const FORBIDDEN: Trial = {
  outcome: "suspended",
  reason: "forbidden",
  detail: "These credentials may not write for that tenant.",
};

function suspended({ reason, detail }: { reason: string; detail: string }): Trial {
  return { outcome: "suspended", reason, detail };
}

function shown(whole: StoredCdr, scope: Scope, isStored: boolean): Trial {
  const cdr = seenCdr(whole, scope);
  const { outcome, reason } = cdr.rating;
  if (outcome === "voided") throw new Error("what was just rated is never voided");
  return { outcome, ...(reason === undefined ? {} : { reason }), cdr, isStored };
}
