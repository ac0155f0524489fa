// Which process makes the audit of a night, and what it found: a job of the store whose id is the
// night, so that one process has it, and another takes over hours after that one died.
import type { JsonObject } from "../../cdr/json.ts";
import type { Store } from "../../stores/store.ts";
import { createJobShelf, type JobBody, type LongJob } from "../jobs/job.ts";
import { leaveJob, takeJob, type Worker } from "../jobs/lease.ts";
import type { Clock } from "../ports.ts";
import { AUDIT_CHECKS } from "./findings.ts";
import type { AuditResult } from "./standing-checks.ts";

const NIGHTLY = { kind: "audit", title: "nightly audit" };
/** A nightly audit without a result after this long is that of a process that died. */
const LEASE_MS = 6 * 3_600_000;

interface NightBody extends JobBody {
  result?: AuditResult;
}
type NightJob = LongJob<"running" | "done", NightBody>;

export interface AuditNights {
  /** What the audit of that night found, whichever process made it; null: not made (yet). */
  result(nightMs: number): Promise<AuditResult | null>;
  keep(nightMs: number, result: AuditResult): Promise<void>;
  /**
   * True where this process is to make the audit of that night. Where `isDue` is false only one
   * whose process died is taken over, none is begun.
   */
  claim(nightMs: number, at: { isDue: boolean }): Promise<boolean>;
}

export function createAuditNights(
  store: Store,
  { owner, clock }: { owner: string; clock: Clock },
): AuditNights {
  const shelf = createJobShelf<NightJob>(store, NIGHTLY);
  const worker: Worker = { owner, clock, leaseMs: LEASE_MS };

  async function load(nightMs: number): Promise<NightJob | null> {
    const job = await store.jobs.get(nightId(nightMs));
    return job === null ? null : shelf.fromStored(job);
  }

  return {
    async result(nightMs) {
      const result = (await load(nightMs))?.body.result;
      return result === undefined ? olderResult(store, nightMs) : readResult(result);
    },
    async keep(nightMs, result) {
      const job = await load(nightMs);
      // Whoever was first keeps it: one that was slow found the same.
      if (job === null || job.state === "done") return;
      job.body.result = result;
      await leaveJob(shelf, worker, { job, state: "done" });
    },
    async claim(nightMs, { isDue }) {
      const job = await load(nightMs);
      if (job !== null) {
        return job.state !== "done" && takeJob(shelf, worker, { job, state: "running" });
      }
      if (!isDue) return false;
      const nowMs = clock();
      const body = { owner, leaseUntilMs: nowMs + LEASE_MS, updatedAtMs: nowMs };
      const id = nightId(nightMs);
      return shelf.put({ id, state: "running", version: 1, createdAtMs: nowMs, body });
    },
  };
}

function nightId(nightMs: number): string {
  return `audit:${new Date(nightMs).toISOString().slice(0, 10)}`;
}

/** Up to 0.1.0 the result of a night was a fact of the store. */
async function olderResult(store: Store, nightMs: number): Promise<AuditResult | null> {
  const kept: JsonObject | null = await store.facts.get(`${nightId(nightMs)}:result`);
  return kept === null ? null : readResult(kept as unknown as AuditResult);
}

/** Another build may have other checks: those of this one are shown. */
function readResult({ checks, ...result }: AuditResult): AuditResult {
  return { ...result, checks: checks.filter(({ name }) => AUDIT_CHECKS.includes(name)) };
}
