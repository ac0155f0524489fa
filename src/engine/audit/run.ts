// audit.run: what must always hold, checked on what is stored, in constant memory.
import { setImmediate as nextTurn } from "node:timers/promises";
import { OUTCOMES } from "../../cdr/rating.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { refuseEmptySpan } from "../time-span.ts";
import { checkBatches } from "./batch-check.ts";
import { compareSums } from "./compare-sums.ts";
import { createVersionCheck, explainFaults } from "./explain-faults.ts";
import {
  AUDIT_CHECKS,
  type AuditCheck,
  type AuditCheckName,
  BrokenRecord,
  createFindings,
  type Findings,
  orFault,
} from "./findings.ts";
import { readsUntil } from "./reads-until.ts";
import {
  amountFaults,
  createBatchLineCheck,
  identityFaults,
  type RecordCheck,
  revisionFaults,
} from "./record-checks.ts";
import type { SumCheck } from "./sum-check.ts";
import { createUsageCount, type UsageCount } from "./usage-count.ts";

export interface AuditParts {
  store: Store;
  snapshots: Snapshots;
  clock: Clock;
  /** As they are configured now: how far a usage may go. */
  sources: readonly SourceSettings[];
}

export interface AuditRequest {
  /** Of the call time, half-open; everything when it is not said. */
  period?: { fromMs?: number; toMs?: number };
  tenants?: string[];
  /** Prices every CDR again, or about a thousand of them (default). */
  explain?: "sample" | "all";
  /** Ends the audit without an answer: its reason is thrown. */
  signal?: AbortSignal;
  /** Told after each page of records how many of how many were read. */
  progress?: (progress: AuditProgress) => void;
}

export interface AuditProgress {
  done: number;
  total: number;
}

const SAMPLE = 1000;
/** What a check looks at, where it is no CDR. */
const THINGS: Partial<Record<AuditCheckName, string>> = { "batches-accounted": "batches" };

type AllFindings = Record<AuditCheckName, Findings>;

/**
 * A fault that is found is an answer, not an error.
 * @throws `store-unavailable`; `invalid-params` for a period that holds nothing
 */
export async function runAudit(
  given: AuditParts,
  { period = {}, tenants, explain = "sample", signal, progress }: AuditRequest = {},
): Promise<{ checks: AuditCheck[]; explainsAll: boolean }> {
  refuseEmptySpan(period, { what: "period", path: "period" });
  const store = signal === undefined ? given.store : readsUntil(given.store, signal);
  const parts = { ...given, store };
  const bounds = { callTime: period, ...(tenants === undefined ? {} : { tenants }) };
  const filter: CdrFilter = { ...bounds, outcomes: [...OUTCOMES] };
  const findings = Object.fromEntries(
    AUDIT_CHECKS.map((name) => [name, createFindings(THINGS[name])]),
  ) as AllFindings;
  const batches = createBatchLineCheck();
  const usages = createUsageCount(parts.sources);
  const total = await store.cdrs.count(filter);
  const every = explain === "all" ? 1 : Math.max(1, Math.ceil(total / SAMPLE));
  const seen = (done: number): void => progress?.({ done, total });
  // What arrives from now on is in none of the sums.
  const receivedAt = { toMs: parts.clock() + 1 };
  // Side by side: the keys are reckoned where the store reads them.
  const [sums] = await Promise.all([
    compareSums(store, { ...filter, receivedAt }, (read) =>
      checkRecords(parts, {
        ...{ filter, findings, every, batches, usages, seen },
        sums: read,
        ...receivedAt,
      }),
    ),
    checkKeys(store, bounds, findings["keys-are-their-record"]),
    checkBatches(store, bounds, { findings: findings["batches-accounted"], signal }),
  ]);
  const checks = AUDIT_CHECKS.map((name) => {
    const answer = findings[name].answer(name);
    if (name === "sums-agree") return findings[name].faulty() === 0 ? sums : answer;
    const left = leftOut(name, { findings, batches, usages });
    return left === null ? answer : { ...answer, detail: `${answer.detail}; ${left}` };
  });
  return { checks, explainsAll: every === 1 };
}

/** What a check says nothing of, or counts beside its faults, in words. */
function leftOut(
  name: AuditCheckName,
  found: { findings: AllFindings; batches: { notCompared(): number }; usages: UsageCount },
): string | null {
  const { findings, batches, usages } = found;
  if (name === "usage-within-times") return usages.text();
  const lines = name === "batch-lines-once" ? batches.notCompared() : 0;
  if (lines > 0) return `${lines} lines not compared: too many`;
  const cdrs = findings[name].notChecked();
  return cdrs === 0 ? null : `${cdrs} not checked: their basis does not hold every amount`;
}

/** One pass over the records; those that cannot be read are found by their keys. */
async function checkRecords(
  parts: AuditParts,
  pass: {
    filter: CdrFilter;
    findings: AllFindings;
    every: number;
    batches: { check: RecordCheck };
    usages: UsageCount;
    sums: SumCheck;
    toMs: number;
    seen(done: number): void;
  },
): Promise<void> {
  const { filter, findings, every, batches, usages, sums, toMs } = pass;
  const versionFaults = createVersionCheck(parts.store);
  let position = 0;
  for await (const page of parts.store.cdrs.scan(filter, undefined, { skipUnreadable: true })) {
    for (const cdr of page) {
      await findings["one-current-revision"].see(cdr.id, () => revisionFaults(cdr));
      await findings["amounts-are-their-basis"].see(cdr.id, () => amountFaults(cdr));
      await findings["batch-lines-once"].see(cdr.id, () => batches.check(cdr));
      await findings["usage-within-times"].see(cdr.id, () => {
        usages.see(cdr);
        return [];
      });
      findings["keys-are-their-record"].add(cdr.id, identityFaults(cdr));
      await findings["sums-agree"].see(cdr.id, () => {
        if (cdr.receivedAtMs < toMs) sums.see(cdr);
        return [];
      });
      const versions = await orFault(() => versionFaults(cdr));
      // A version that cannot be read is found where it is priced by.
      const foreign = versions instanceof BrokenRecord ? [] : versions;
      const isSampled = position % every === 0;
      if (isSampled || foreign.length > 0) {
        await findings.explained.see(cdr.id, async () =>
          isSampled ? [...foreign, ...(await explainFaults(parts, cdr))] : foreign,
        );
      }
      position += 1;
    }
    pass.seen(position);
    await nextTurn();
  }
}

async function checkKeys(
  store: Store,
  bounds: Pick<CdrFilter, "tenants" | "callTime">,
  findings: Findings,
): Promise<void> {
  for await (const { read, found } of store.cdrs.keyFaults(bounds)) {
    findings.count(read);
    for (const { id, faults } of found) findings.add(id, faults);
  }
}
