// What is read of stored CDRs, each within the scope of whoever asks.
import { type Scope, scopedFilter } from "../../access/scope.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { CdrFilter, CdrPageQuery, SummaryQuery, SummaryRow } from "../../queries/cdr-query.ts";
import type { ChangePage, ChangesQuery } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { type Explanation, explainCdr } from "./explain.ts";
import { type ExportFormat, exportCdrs } from "./export.ts";
import { type CdrQuestion, oneCdr } from "./one-cdr.ts";

/** Whose CDRs, and what ends a long read between two pieces of it. */
interface Reading {
  scope: Scope;
  signal?: AbortSignal | undefined;
}

interface ExportRequest {
  filter: CdrFilter;
  /** The last CDR that arrived: the export continues after it, without a header. */
  after?: { id: string; tenant?: string | undefined } | undefined;
}

export interface CdrReads {
  /** @throws `not-found`, also for a CDR that the scope does not have; `ambiguous` */
  one(question: CdrQuestion): Promise<StoredCdr>;
  find(query: CdrPageQuery, reading: Reading): Promise<{ cdrs: StoredCdr[]; nextCursor?: string }>;
  count(filter: CdrFilter, reading: Reading): Promise<number>;
  changes(query: ChangesQuery, reading: Reading): Promise<ChangePage>;
  summarize(query: SummaryQuery, reading: Reading): Promise<SummaryRow[]>;
  /** @throws `not-found` for the CDR or its revision; `ambiguous` */
  explain(question: CdrQuestion & { revision?: number | undefined }): Promise<Explanation>;
  /** Text in pieces; what follows `after` is known before the first. @throws as `one`, at `after` */
  export(
    request: ExportRequest,
    format: ExportFormat,
    reading: Reading,
  ): Promise<AsyncGenerator<string, void>>;
}

export function createCdrReads(parts: { store: Store; snapshots: Snapshots }): CdrReads {
  const { store } = parts;
  const one = (question: CdrQuestion) => oneCdr(store, question);
  const until = ({ signal }: Reading) => (signal === undefined ? {} : { signal });
  return {
    one,
    async find(query, reading) {
      const filter = scopedFilter(query.filter, reading.scope);
      if (filter === "none") return { cdrs: [] };
      return store.cdrs.find({ ...query, filter }, until(reading));
    },
    async count(wanted, reading) {
      const filter = scopedFilter(wanted, reading.scope);
      return filter === "none" ? 0 : store.cdrs.count(filter, until(reading));
    },
    async changes(query, reading) {
      const filter = scopedFilter(query.filter, reading.scope);
      // What selects nothing still has a place to continue from.
      const wanted = filter === "none" ? { tenants: [] } : filter;
      return store.cdrs.changes({ ...query, filter: wanted }, until(reading));
    },
    async summarize(query, reading) {
      const filter = scopedFilter(query.filter, reading.scope);
      return filter === "none" ? [] : store.cdrs.summarize({ ...query, filter }, until(reading));
    },
    async explain({ revision, ...question }) {
      return explainCdr(parts, { cdr: await one(question), revision });
    },
    async export({ filter, after }, format, { scope, signal }) {
      const last = after && (await one({ ...after, scope, path: "after" }));
      return exportCdrs(
        store,
        { filter: scopedFilter(filter, scope), after: last, signal },
        format,
      );
    },
  };
}
