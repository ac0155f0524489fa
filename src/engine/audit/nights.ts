// Which process makes the audit of a night, and what it found, as facts of the store: a fact is
// written once, so claims are numbered, and the result has a name of its own.
import type { JsonObject } from "../../cdr/json.ts";
import type { Store } from "../../stores/store.ts";
import { AUDIT_CHECKS } from "./findings.ts";
import type { AuditResult } from "./standing-checks.ts";

/** A claim without a result after this long is one of a process that died. */
const CLAIM_MS = 6 * 3_600_000;

export interface AuditNights {
  /** What the audit of that night found, whichever process made it; null: not made (yet). */
  result(nightMs: number): Promise<AuditResult | null>;
  keep(nightMs: number, result: AuditResult): Promise<void>;
  /**
   * True where this process is to make the audit of that night. Where `isDue` is false only a claim
   * whose process died is taken over, none is begun.
   */
  claim(nightMs: number, at: { nowMs: number; isDue: boolean }): Promise<boolean>;
}

export function createAuditNights(store: Store, process: string): AuditNights {
  return {
    async result(nightMs) {
      const kept = await store.facts.get(resultName(nightMs));
      return kept === null ? null : readResult(kept);
    },
    async keep(nightMs, result) {
      await store.facts.keepFirst(resultName(nightMs), result as unknown as JsonObject);
    },
    async claim(nightMs, { nowMs, isDue }) {
      for (let number = 1; ; number += 1) {
        const name = `${nightName(nightMs)}:claim:${number}`;
        let claim = await store.facts.get(name);
        if (claim === null) {
          if (number === 1 && !isDue) return false;
          claim = await store.facts.keepFirst(name, { process, atMs: nowMs });
        }
        if (claim["process"] === process) return true;
        if (nowMs - Number(claim["atMs"]) < CLAIM_MS) return false;
      }
    },
  };
}

function nightName(nightMs: number): string {
  return `audit:${new Date(nightMs).toISOString().slice(0, 10)}`;
}

function resultName(nightMs: number): string {
  return `${nightName(nightMs)}:result`;
}

/** Another build may have other checks: those of this one are shown. */
function readResult(kept: JsonObject): AuditResult {
  const { checks, ...result } = kept as unknown as AuditResult;
  return { ...result, checks: checks.filter(({ name }) => AUDIT_CHECKS.includes(name)) };
}
