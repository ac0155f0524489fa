// Everything that a filter selects, as text in a stream: memory stays flat whatever its size.
import type { StoredCdr } from "../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
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
  /** A CDR as whoever reads the lines sees it; the sums are those of what is seen. */
  seen?: (cdr: StoredCdr) => StoredCdr;
}

/** CDRs read at once. */
const PAGE_CDRS = 250;
/** Characters of one chunk; a line alone may have more. */
const CHUNK_LENGTH = 65_536;

/** By call time, then id. The sums are those of the lines of this export, as they were written. */
export async function* exportCdrs(
  store: Store,
  { filter, after, signal, seen = (cdr) => cdr }: ExportQuery,
  format: ExportFormat,
): AsyncGenerator<string, void> {
  const sums = createRunningSums();
  let calls = 0;
  if (after === undefined && format.header !== "") yield format.header;
  if (filter !== "none") {
    const options = { ...(after && { after }), ...(signal && { signal }) };
    for await (const page of store.cdrs.scan(filter, PAGE_CDRS, options)) {
      const cdrs = page.map(seen);
      for (const cdr of cdrs) sums.add(cdr);
      calls += cdrs.length;
      yield* chunksOf(cdrs, format);
    }
  }
  yield format.footer(sums.rows(), calls);
}

async function* chunksOf(cdrs: readonly StoredCdr[], { line }: ExportFormat) {
  let chunk = "";
  for (const cdr of cdrs) {
    if (isTurnOver()) await ownTurn();
    chunk += line(cdr);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
