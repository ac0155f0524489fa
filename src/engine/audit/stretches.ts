// What an audit does to a stretch of CDRs, in whichever thread: each record by itself, the keys beside them,
// and the sums of both the records and their export.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { Store } from "../../stores/store.ts";
import { within } from "../stretches/cut.ts";
import type { Work, WorkParts } from "../stretches/work.ts";
import { createVersionCheck, explainFaults } from "./explain-faults.ts";
import { type ExportSums, sumExport } from "./export-sums.ts";
import {
  type AuditCheckName,
  BrokenRecord,
  createFindings,
  type Findings,
  type FindingsState,
  orFault,
} from "./findings.ts";
import { amountFaults, type BatchLine, identityFaults, revisionFaults } from "./record-checks.ts";
import { createSumCheck, type SumRows } from "./sum-check.ts";
import { createUsageCount, type UsageCount } from "./usage-count.ts";

/** What the work is called. */
export const AUDIT = "audit";

export interface AuditedRequest {
  filter: CdrFilter;
  /** The same without its outcomes. */
  bounds: Pick<CdrFilter, "tenants" | "callTime">;
  /** One of so many is priced again. */
  every: number;
  /** What came later is in none of the sums. */
  receivedToMs: number;
}

export interface AuditedPage {
  cdrs: number;
  found: [AuditCheckName, FindingsState][];
  /** Those that came in a batch: whether a line is there twice is known of all together. */
  lines: BatchLine[];
  usages: ReturnType<UsageCount["state"]>;
  sums: { rows: SumRows; seen: number };
  /** At the end of a stretch: of its export; a text: why there is none. */
  exported: ExportSums | string | null;
}

const OF_RECORDS = [
  "one-current-revision",
  "amounts-are-their-basis",
  "batch-lines-once",
  "usage-within-times",
  "keys-are-their-record",
  "sums-agree",
  "explained",
] as const;
type RecordFindings = Record<(typeof OF_RECORDS)[number], Findings>;

export const auditedStretches: Work<AuditedRequest, AuditedPage> = async (parts, request) => {
  const versionFaults = createVersionCheck(parts.store);
  return async function* (stretch) {
    const filter = within(request.filter, stretch);
    // Side by side: the keys are reckoned where the store reads them.
    const keys = checkKeys(parts.store, within(request.bounds, stretch));
    // Told when the records are done.
    keys.catch(() => undefined);
    for await (const page of parts.store.cdrs.scan(filter, undefined, { skipUnreadable: true })) {
      yield await checkPage(parts, page, { ...request, versionFaults });
      await nextTurn();
    }
    const receivedAt = { toMs: request.receivedToMs };
    const exported = await orFault(() => sumExport(parts.store, { ...filter, receivedAt }));
    yield {
      ...{ cdrs: 0, lines: [], usages: [], sums: { rows: new Map(), seen: 0 } },
      found: [["keys-are-their-record", await keys]],
      exported: exported instanceof BrokenRecord ? exported.message : exported,
    };
  };
};

interface PageChecks extends AuditedRequest {
  versionFaults: ReturnType<typeof createVersionCheck>;
}

async function checkPage(
  parts: WorkParts,
  cdrs: StoredCdr[],
  { every, receivedToMs, versionFaults }: PageChecks,
): Promise<AuditedPage> {
  const findings = Object.fromEntries(
    OF_RECORDS.map((name) => [name, createFindings()]),
  ) as RecordFindings;
  const usages = createUsageCount(parts.sources);
  const sums = createSumCheck();
  const lines: AuditedPage["lines"] = [];
  for (const cdr of cdrs) {
    await findings["one-current-revision"].see(cdr.id, () => revisionFaults(cdr));
    await findings["amounts-are-their-basis"].see(cdr.id, () => amountFaults(cdr));
    const { id, tenant, batchId, batchLine } = cdr;
    if (batchId === undefined) findings["batch-lines-once"].count(1);
    else lines.push({ id, tenant, batchId, ...(batchLine !== undefined && { batchLine }) });
    await findings["usage-within-times"].see(cdr.id, () => {
      usages.see(cdr);
      return [];
    });
    if (cdr.maskedAtMs !== undefined) findings["keys-are-their-record"].apart();
    findings["keys-are-their-record"].add(cdr.id, identityFaults(cdr));
    await findings["sums-agree"].see(cdr.id, () => {
      if (cdr.receivedAtMs < receivedToMs) sums.see(cdr);
      return [];
    });
    const versions = await orFault(() => versionFaults(cdr));
    // A version that cannot be read is found where it is priced by.
    const foreign = versions instanceof BrokenRecord ? [] : versions;
    const isSampled = isOneOf(every, cdr.id);
    if (isSampled || foreign.length > 0) {
      if (cdr.maskedAtMs !== undefined) findings.explained.apart();
      await findings.explained.see(cdr.id, async () =>
        isSampled ? [...foreign, ...(await explainFaults(parts, cdr))] : foreign,
      );
    }
  }
  return {
    cdrs: cdrs.length,
    found: OF_RECORDS.map((name) => [name, findings[name].state()]),
    lines,
    usages: usages.state(),
    sums: { rows: sums.rows(), seen: sums.seen() },
    exported: null,
  };
}

/** An id is a hash: whichever thread asks, the same are chosen, and about as many as are wanted. */
function isOneOf(every: number, id: string): boolean {
  return every === 1 || Number.parseInt(id.slice(0, 8), 16) % every === 0;
}

async function checkKeys(
  store: Store,
  bounds: Pick<CdrFilter, "tenants" | "callTime">,
): Promise<FindingsState> {
  const findings = createFindings();
  for await (const { read, found } of store.cdrs.keyFaults(bounds)) {
    findings.count(read);
    for (const { id, faults } of found) findings.add(id, faults);
  }
  return findings.state();
}
