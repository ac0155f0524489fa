// Sums of an SQLite file, read and made where the file is open.
import type { Database } from "better-sqlite3";
import type { AttemptTerms } from "../../../queries/attempts.ts";
import type { SummaryQuery, TimeRange } from "../../../queries/cdr-query.ts";
import type { JoinedPiece } from "../../ports/cdrs.ts";
import { editionOf } from "../../rollups/edition.ts";
import { joinSums } from "../../rollups/join.ts";
import { type RollupSource, rollupSums } from "../../rollups/sums.ts";
import { callsOf, summarizeCdrs } from "../cdrs/summary.ts";
import { quarterScan } from "./scan.ts";
import { rollupReader } from "./tables.ts";

export function rollupSource(database: Database, indexedExtraFields: string[]): RollupSource {
  const tables = rollupReader(database);
  return {
    marksFirst: false,
    look: async (wanted) => tables.look(wanted),
    bytes: async (of, pieces) => pieces.map((piece) => tables.bytes(of, piece)),
    siblings: async (quarter, exceptCalls) => tables.siblings(quarter, exceptCalls),
    sums: (query, { signal }, parts) =>
      summarizeCdrs(database, indexedExtraFields, { ...query, ...(signal && { signal }) }, parts),
    calls: async (query, _options, callIds) => callsOf(database, query, callIds),
  };
}

export function rollupReads(database: Database, indexedExtraFields: string[]) {
  const tables = rollupReader(database);
  const scan = quarterScan(database);
  const source = rollupSource(database, indexedExtraFields);
  return {
    rollupSums: (query: SummaryQuery, signal?: AbortSignal) =>
      rollupSums(source, query, signal && { signal }),
    countQuarter: (quarter: number, terms: AttemptTerms, signal?: AbortSignal) =>
      scan(quarter, terms, signal ? { signal } : {}),
    joinPiece: (piece: JoinedPiece, terms: AttemptTerms, signal?: AbortSignal) =>
      joinSums(source, { piece, edition: editionOf(terms) }, signal ? { signal } : {}),
    dirtyQuarters: (terms: AttemptTerms, limit: number, range?: Required<TimeRange>) =>
      tables.dirty(editionOf(terms), limit, range),
    unjoinedPieces: (terms: AttemptTerms, before?: number) =>
      tables.unjoined(editionOf(terms), before),
    rollupState: (terms: AttemptTerms, range?: Required<TimeRange>) =>
      tables.state(editionOf(terms), range),
  };
}
