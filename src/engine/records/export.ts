// Everything that a filter selects, as text in a stream: memory stays flat whatever its size.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { CdrFilter, SummaryRow } from "../../queries/cdr-query.ts";
import { createRunningSums } from "../../queries/running-sums.ts";
import type { Store } from "../../stores/store.ts";

/** How records are written. */
export interface ExportFormat {
  header: string;
  line(cdr: StoredCdr): string;
  /** What stands at the end: only an export that has it is whole. */
  footer(sums: SummaryRow[], calls: number): string;
}

export interface ExportQuery {
  /** `none` selects nothing. */
  filter: CdrFilter | "none";
  /** The last CDR of an export that broke off: this one goes on after it, without a header. */
  after?: StoredCdr | undefined;
  /** Ends the export, also while no line is found. */
  signal?: AbortSignal | undefined;
}

/** Lines of one chunk: small enough that writing them does not hold the event loop. */
const CHUNK_CDRS = 250;

/** By call time, then id. The sums are those of the lines of this export, as they were written. */
export async function* exportCdrs(
  store: Store,
  { filter, after, signal }: ExportQuery,
  format: ExportFormat,
): AsyncGenerator<string, void> {
  const sums = createRunningSums();
  let calls = 0;
  if (after === undefined && format.header !== "") yield format.header;
  if (filter !== "none") {
    const options = { ...(after && { after }), ...(signal && { signal }) };
    for await (const cdrs of store.cdrs.scan(filter, CHUNK_CDRS, options)) {
      for (const cdr of cdrs) sums.add(cdr);
      calls += cdrs.length;
      yield cdrs.map(format.line).join("");
    }
  }
  yield format.footer(sums.rows(), calls);
}
