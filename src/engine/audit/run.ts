// audit.run: what must always hold, checked on what is stored, in constant memory.
import { setImmediate as nextTurn } from "node:timers/promises";
import { OUTCOMES } from "../../cdr/rating.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { checkPeriods } from "../periods/check.ts";
import { pagesInOrder } from "../stretches/in-order.ts";
import type { WorkParts, WorkThreads } from "../stretches/work.ts";
import { refuseEmptySpan } from "../time-span.ts";
import { checkBatches } from "./batch-check.ts";
import { checkLog, type LogEnd } from "./checks/log-chain.ts";
import { checkSeals } from "./checks/seals.ts";
import { compareKeptSums, compareSums, type ReadSums } from "./compare-sums.ts";
import { type ExportSums, togetherOf } from "./export-sums.ts";
import {
  AUDIT_CHECKS,
  type AuditCheck,
  type AuditCheckName,
  BrokenRecord,
  createFindings,
  type Findings,
} from "./findings.ts";
import { readsUntil } from "./reads-until.ts";
import { createBatchLineCheck, type LineCheck } from "./record-checks.ts";
import { AUDIT, type AuditedPage, auditedStretches } from "./stretches.ts";
import { createSumCheck } from "./sum-check.ts";
import { createUsageCount, type UsageCount } from "./usage-count.ts";

/** `sources` as they are configured now: how far a usage may go. */
export interface AuditParts extends WorkParts {
  /** Absent: all is done in this one. */
  threads?: WorkThreads | undefined;
}

export interface AuditRequest {
  /** Of the call time, half-open; everything when it is not said. */
  period?: { fromMs?: number; toMs?: number };
  tenants?: string[];
  /** Prices every CDR again, or about a thousand of them (default). */
  explain?: "sample" | "all";
  /** Ends the audit without an answer: its reason is thrown. */
  signal?: AbortSignal;
  /** The last entry of the log that an audit before this one saw. */
  logEnd?: LogEnd | null;
  /** Told after each page of records how many of how many were read. */
  progress?: (progress: AuditProgress) => void;
}

export interface AuditProgress {
  done: number;
  total: number;
}

const SAMPLE = 1000;
/** What a check looks at, where it is no CDR. */
const THINGS: Partial<Record<AuditCheckName, string>> = {
  "batches-accounted": "batches",
  "periods-reproduce": "statements",
  "log-unbroken": "entries of the log",
  "sealed-sums-whole": "quarter hours with erased CDRs",
};

type AllFindings = Record<AuditCheckName, Findings>;

/**
 * A fault that is found is an answer, not an error.
 * @throws `store-unavailable`; `invalid-params` for a period that holds nothing
 */
export async function runAudit(
  given: AuditParts,
  { period = {}, tenants, explain = "sample", signal, progress, logEnd = null }: AuditRequest = {},
): Promise<{ checks: AuditCheck[]; explainsAll: boolean; logEnd: LogEnd | null }> {
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
  const receivedToMs = parts.clock() + 1;
  const pages = pagesInOrder(parts, {
    name: AUDIT,
    work: auditedStretches,
    request: { filter, bounds, every, receivedToMs },
    filter,
    total,
  });
  const read = () => readPages(pages, { findings, batches, usages, signal, seen });
  const [sums, kept, end] = await Promise.all([
    compareSums(store, { ...filter, receivedAt: { toMs: receivedToMs } }, read),
    compareKeptSums(store, bounds, total),
    // The log is nobody's: who audits some tenants is told nothing of it.
    tenants === undefined
      ? checkLog(store, { findings: findings["log-unbroken"], seenBefore: logEnd, signal })
      : null,
    checkSeals(store, period, { findings: findings["sealed-sums-whole"], signal }),
    checkBatches(store, bounds, { findings: findings["batches-accounted"], signal }),
    checkPeriods(store, bounds, { see: seeIn(findings["periods-reproduce"]), signal }),
  ]);
  const checks = AUDIT_CHECKS.map((name) => {
    const answer = findings[name].answer(name);
    if (name === "kept-sums-agree") return kept;
    if (name === "sums-agree") return findings[name].faulty() === 0 ? sums : answer;
    const left = leftOut(name, { findings, batches, usages });
    return left === null ? answer : { ...answer, detail: `${answer.detail}; ${left}` };
  });
  return { checks, explainsAll: every === 1, logEnd: end };
}

function seeIn(findings: Findings): (name: string, faults: string[]) => void {
  return (name, faults) => {
    findings.count(1);
    findings.add(name, faults);
  };
}

/** What a check says nothing of, or counts beside its faults, in words. */
function leftOut(
  name: AuditCheckName,
  found: { findings: AllFindings; batches: { notCompared(): number }; usages: UsageCount },
): string | null {
  const { findings, batches, usages } = found;
  if (name === "usage-within-times") return usages.text();
  const masked = findings[name].countedApart();
  if (masked > 0) return `${masked} of them with masked numbers`;
  const lines = name === "batch-lines-once" ? batches.notCompared() : 0;
  if (lines > 0) return `${lines} lines not compared: too many`;
  const cdrs = findings[name].notChecked();
  if (name === "log-unbroken" && cdrs > 0) return `${cdrs} masked: what they say is not checked`;
  return cdrs === 0 ? null : `${cdrs} not checked: their basis does not hold every amount`;
}

/** What the pages found, put together in their order. */
async function readPages(
  pages: AsyncGenerator<AuditedPage, void>,
  all: {
    findings: AllFindings;
    batches: { check: LineCheck };
    usages: UsageCount;
    signal: AbortSignal | undefined;
    seen(done: number): void;
  },
): Promise<ReadSums> {
  const { findings, batches, usages, signal, seen } = all;
  const sums = createSumCheck();
  const parts: ExportSums[] = [];
  let broken: BrokenRecord | null = null;
  let done = 0;
  for await (const page of pages) {
    signal?.throwIfAborted();
    for (const [name, found] of page.found) findings[name].merge(found);
    for (const line of page.lines) {
      await findings["batch-lines-once"].see(line.id, () => batches.check(line));
    }
    usages.merge(page.usages);
    sums.merge(page.sums.rows, page.sums.seen);
    if (typeof page.exported === "string") broken ??= new BrokenRecord(page.exported);
    else if (page.exported !== null) parts.push(page.exported);
    done += page.cdrs;
    seen(done);
    await nextTurn();
  }
  return { sums, exported: broken ?? togetherOf(parts) };
}
