// The sums of an export, read back from its lines: money as whoever took the file would add it up.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Json } from "../../cdr/json.ts";
import type { CdrFilter, SummaryRow } from "../../queries/cdr-query.ts";
import { columnReader } from "../../queries/export-columns.ts";
import type { Store } from "../../stores/store.ts";
import { type ExportFormat, exportCdrs } from "../records/export.ts";
import { createSumCheck, type SummedCdr, type SumRows, summaryRows } from "./sum-check.ts";

const COLUMNS = [
  "tenant",
  "outcome",
  "sellAmount",
  "sellCurrency",
  "buyAmount",
  "buyCurrency",
  "marginAmount",
] as const;
type Line = Record<(typeof COLUMNS)[number], string | null>;

export interface ExportSums {
  /** Of its lines, by tenant and outcome. */
  lines: SumRows;
  /** Of its lines, over all tenants and outcomes. */
  whole: SumRows;
  /** As the export itself states them at its end. */
  stated: SumRows;
}

/** The sums of several parts together. */
export function togetherOf(parts: readonly ExportSums[]): ExportSums {
  const all = { lines: createSumCheck(), whole: createSumCheck(), stated: createSumCheck() };
  for (const part of parts) {
    for (const name of ["lines", "whole", "stated"] as const) all[name].merge(part[name], 0);
  }
  return { lines: all.lines.rows(), whole: all.whole.rows(), stated: all.stated.rows() };
}

/** Exports what the filter selects, line by line, and keeps nothing but the sums. */
export async function sumExport(store: Store, filter: CdrFilter): Promise<ExportSums> {
  const [lines, whole] = [createSumCheck(), createSumCheck()];
  let stated: SummaryRow[] = [];
  for await (const chunk of exportCdrs(store, { filter }, createMoneyFormat())) {
    for (const text of chunk.split("\n")) {
      if (text === "") continue;
      const line = JSON.parse(text) as Line | { sums: SummaryRow[] };
      if ("sums" in line) {
        stated = line.sums;
        continue;
      }
      const cdr = summedCdr(line);
      lines.see(cdr);
      whole.see({ tenant: "", rating: { ...cdr.rating, outcome: "" } });
    }
    await nextTurn();
  }
  return { lines: lines.rows(), whole: whole.rows(), stated: summaryRows(stated) };
}

/** JSON lines of the columns that money is added up by. */
function createMoneyFormat(): ExportFormat {
  const readers = COLUMNS.map((name) => [name, columnReader(name)] as const);
  const view = (cdr: StoredCdr): Record<string, Json> =>
    Object.fromEntries(readers.map(([name, read]) => [name, read(cdr) ?? null]));
  return {
    header: "",
    line: (cdr) => `${JSON.stringify(view(cdr))}\n`,
    footer: (sums) => `${JSON.stringify({ sums })}\n`,
  };
}

function summedCdr({ tenant, outcome, marginAmount, ...sides }: Line): SummedCdr {
  const { sellAmount, sellCurrency, buyAmount, buyCurrency } = sides;
  return {
    tenant: tenant ?? "",
    rating: {
      outcome: outcome ?? "",
      sell: sellCurrency === null ? null : { amount: sellAmount, currency: sellCurrency },
      buy: buyCurrency === null ? null : { amount: buyAmount, currency: buyCurrency },
      margin: { amount: marginAmount },
    },
  };
}
