// The same sums by three ways: the CDRs read one by one, cdr.summarize, and cdr.export; and those that
// are kept for reports against those over the CDRs.
import { setImmediate as nextTurn } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { CdrFilter, SummaryQuery } from "../../queries/cdr-query.ts";
import type { GroupKey } from "../../queries/group-keys.ts";
import { GROUP_REPORTS } from "../../reports/groups.ts";
import type { Store } from "../../stores/store.ts";
import { ATTEMPTS } from "../reports/sums.ts";
import { type ExportSums, sumExport } from "./export-sums.ts";
import { type AuditCheck, BrokenRecord, MOST_EXAMPLES, orFault } from "./findings.ts";
import { createSumCheck, type SumCheck, sumDifferences, summaryRows } from "./sum-check.ts";

const NAME = "sums-agree";
const KEPT = "kept-sums-agree";

/** What was read of the CDRs of a filter: their sums, and those of their export, or why there are none. */
export interface ReadSums {
  sums: SumCheck;
  exported: ExportSums | BrokenRecord;
}

/**
 * Compares over what the filter selects, which is to leave out CDRs that arrive meanwhile. `read`
 * reads each CDR of the filter, and exports it. Where corrections and rerates moved the sums
 * while they were compared, they are compared once more; then nothing is said of them.
 */
export async function compareSums(
  store: Store,
  filter: CdrFilter,
  read: () => Promise<ReadSums>,
): Promise<AuditCheck> {
  const first = await compareOnce(store, filter, read);
  if (first !== "moved") return first;
  const second = await orFault(() =>
    compareOnce(store, filter, async () => {
      const sums = createSumCheck();
      for await (const page of store.cdrs.scan(filter)) {
        for (const cdr of page) sums.see(cdr);
        await nextTurn();
      }
      return { sums, exported: await orFault(() => sumExport(store, filter)) };
    }),
  );
  if (second instanceof BrokenRecord) return unknown(second.message);
  if (second !== "moved") return second;
  return unknown("CDRs were corrected or rerated while they were read, twice");
}

async function compareOnce(
  store: Store,
  filter: CdrFilter,
  read: () => Promise<ReadSums>,
): Promise<AuditCheck | "moved"> {
  const summary = async () =>
    summaryRows(
      await store.cdrs.summarize({
        filter,
        groupBy: ["tenant", "outcome"],
        timeZone: "UTC",
        time: "answer",
      }),
    );
  const before = await orFault(summary);
  const { sums, exported } = await read();
  const after = await orFault(summary);
  if (before instanceof BrokenRecord) return unknown(before.message);
  if (exported instanceof BrokenRecord) return unknown(exported.message);
  if (after instanceof BrokenRecord) return unknown(after.message);
  const scanned = { name: "the CDRs give", rows: sums.rows() };
  const { lines, whole, stated } = exported;
  const differences = [
    ...sumDifferences(scanned, { name: "cdr.summarize", rows: after }),
    ...sumDifferences(scanned, { name: "the lines of cdr.export", rows: lines }),
    ...sumDifferences(
      { name: "the lines of cdr.export give", rows: whole },
      { name: "its own sums", rows: stated },
    ),
  ];
  if (differences.length === 0) return { name: NAME, ok: true, detail: `${sums.seen()} CDRs` };
  if (!isDeepStrictEqual(before, after)) return "moved";
  return { name: NAME, ok: false, detail: differences.slice(0, MOST_EXAMPLES).join("; ") };
}

function unknown(why: string): AuditCheck {
  return { name: NAME, ok: null, detail: `not compared: ${why}` };
}

/** CDRs may be written between the two readings: then they are read once more. */
const ATTEMPTS_TO_COMPARE = 3;

/** By the keys of every report; `total`: the CDRs that the audit reads. */
export async function compareKeptSums(
  store: Pick<Store, "cdrs" | "rollups">,
  filter: CdrFilter,
  total: number,
): Promise<AuditCheck> {
  const differing: string[] = [];
  for (const { name, keys } of GROUP_REPORTS) {
    const found = await orFault(() => compareKeys(store, filter, keys));
    if (found instanceof BrokenRecord) {
      return { name: KEPT, ok: null, detail: `not compared: ${found.message}` };
    }
    if (!found.isEqual) differing.push(`report.${name}: read ${found.from}`);
  }
  if (differing.length === 0) return { name: KEPT, ok: true, detail: `${total} CDRs` };
  const detail = `other sums than over the CDRs: ${differing.slice(0, MOST_EXAMPLES).join("; ")}`;
  return { name: KEPT, ok: false, detail };
}

async function compareKeys(
  store: Pick<Store, "cdrs" | "rollups">,
  filter: CdrFilter,
  keys: readonly GroupKey[],
): Promise<{ isEqual: boolean; from: string }> {
  const query: SummaryQuery = {
    ...{ filter, groupBy: [...new Set<GroupKey>(["tenant", ...keys])] },
    ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
  };
  for (let attempt = 1; ; attempt += 1) {
    const kept = await store.rollups.summarize(query);
    if (kept.from === "cdrs") return { isEqual: true, from: kept.from };
    const isEqual = isDeepStrictEqual(kept.rows, await store.cdrs.summarize(query));
    if (isEqual || attempt === ATTEMPTS_TO_COMPARE) return { isEqual, from: kept.from };
  }
}
