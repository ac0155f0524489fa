// audit.run: the invariants of design 7, checked on what is stored, in constant memory.
import { isDeepStrictEqual } from "node:util";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Outcome } from "../../cdr/rating.ts";
import type { CdrFilter } from "../../reports/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import { explainCdr } from "../explain-cdr.ts";
import type { Snapshots } from "../snapshots.ts";
import { type ExportSums, sumExport } from "./export-sums.ts";
import {
  amountFaults,
  createBatchLineCheck,
  type RecordCheck,
  revisionFaults,
} from "./record-checks.ts";
import { createSumCheck, type SumRows, sumDifferences, summaryRows } from "./sum-check.ts";

export const AUDIT_CHECKS = [
  "one-current-revision",
  "amounts-are-their-basis",
  "explained",
  "sums-agree",
  "batch-lines-once",
] as const;
export type AuditCheckName = (typeof AUDIT_CHECKS)[number];

export interface AuditCheck {
  name: AuditCheckName;
  ok: boolean;
  detail: string;
}

export interface AuditRequest {
  /** Of the call time, half-open; everything when it is not said. */
  period?: { fromMs?: number; toMs?: number };
  tenants?: string[];
  /** Prices every CDR again, or about a thousand of them (default). */
  explain?: "sample" | "all";
}

const EVERY_OUTCOME: Outcome[] = ["rated", "partial", "unrated", "voided"];
const SAMPLE = 1000;
const MOST_EXAMPLES = 5;

interface Findings {
  seen: number;
  faulty: number;
  examples: string[];
}

/** @throws `store-unavailable`; a fault that is found is an answer, not an error */
export async function runAudit(
  { store, snapshots }: { store: Store; snapshots: Snapshots },
  { period, tenants, explain = "sample" }: AuditRequest = {},
): Promise<AuditCheck[]> {
  const filter: CdrFilter = {
    outcomes: EVERY_OUTCOME,
    ...(period === undefined ? {} : { callTime: period }),
    ...(tenants === undefined ? {} : { tenants }),
  };
  const batches = createBatchLineCheck();
  const records: [AuditCheckName, RecordCheck][] = [
    ["one-current-revision", revisionFaults],
    ["amounts-are-their-basis", amountFaults],
    ["batch-lines-once", batches.check],
  ];
  const findings = new Map(AUDIT_CHECKS.map((name) => [name, newFindings()]));
  const sums = createSumCheck();
  const sumQuery = {
    filter,
    groupBy: ["tenant" as const, "outcome" as const],
    timeZone: "UTC",
    time: "answer" as const,
  };
  const count = await store.count(filter);
  const every = explain === "all" ? 1 : Math.max(1, Math.ceil(count / SAMPLE));
  const before = summaryRows(await store.summarize(sumQuery));
  let position = 0;
  for await (const page of store.scan(filter)) {
    for (const cdr of page) {
      sums.see(cdr);
      for (const [name, check] of records) note(findings.get(name), cdr, check(cdr));
      if (position % every === 0) {
        note(findings.get("explained"), cdr, await explainFaults({ store, snapshots }, cdr));
      }
      position += 1;
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const exported = await sumExport(store, filter);
  const after = summaryRows(await store.summarize(sumQuery));
  return AUDIT_CHECKS.map((name) => {
    if (name === "sums-agree") {
      return sumAnswer({ before, after, scanned: sums.rows(), exported }, position);
    }
    const answer = answerOf(name, findings.get(name) ?? newFindings());
    const skipped = name === "batch-lines-once" ? batches.notCompared() : 0;
    if (skipped === 0) return answer;
    return { ...answer, detail: `${answer.detail}; ${skipped} lines not compared: too many` };
  });
}

function newFindings(): Findings {
  return { seen: 0, faulty: 0, examples: [] };
}

function note(findings: Findings | undefined, cdr: StoredCdr, faults: string[]): void {
  if (findings === undefined) return;
  findings.seen += 1;
  if (faults.length === 0) return;
  findings.faulty += 1;
  if (findings.examples.length < MOST_EXAMPLES) {
    findings.examples.push(`${cdr.id}: ${faults.join(", ")}`);
  }
}

async function explainFaults(
  parts: { store: Store; snapshots: Snapshots },
  cdr: StoredCdr,
): Promise<string[]> {
  const { matches, differences } = await explainCdr(parts, { cdr });
  if (matches) return [];
  const paths = differences.slice(0, MOST_EXAMPLES).map(({ path }) => path);
  return [`priced again, it differs in ${paths.join(", ") || "its amounts"}`];
}

function answerOf(name: AuditCheckName, { seen, faulty, examples }: Findings): AuditCheck {
  if (faulty === 0) return { name, ok: true, detail: `${seen} CDRs` };
  return { name, ok: false, detail: `${faulty} of ${seen} CDRs: ${examples.join("; ")}` };
}

/** Sums that moved while the CDRs were read cannot be held against them. */
function sumAnswer(
  sums: Record<"before" | "after" | "scanned", SumRows> & { exported: ExportSums },
  seen: number,
): AuditCheck {
  const name = "sums-agree";
  const scanned = { name: "the CDRs give", rows: sums.scanned };
  const { lines, whole, stated } = sums.exported;
  const differences = [
    ...sumDifferences(scanned, { name: "cdr.summarize", rows: sums.after }),
    ...sumDifferences(scanned, { name: "the lines of cdr.export", rows: lines }),
    ...sumDifferences(
      { name: "the lines of cdr.export give", rows: whole },
      { name: "its own sums", rows: stated },
    ),
  ];
  if (differences.length === 0) return { name, ok: true, detail: `${seen} CDRs` };
  if (!isDeepStrictEqual(sums.before, sums.after)) {
    return { name, ok: true, detail: `not compared: CDRs changed while they were read` };
  }
  return { name, ok: false, detail: differences.slice(0, MOST_EXAMPLES).join("; ") };
}
