// What is read of stored CDRs, each within the scope of whoever asks.
import { requireSeenColumns, requireSeenKeys } from "../../access/buy-side.ts";
import { type Scope, scopedFilter, seenBy, seesAccount } from "../../access/scope.ts";
import { seenCdr } from "../../access/sell-side.ts";
import { seenColumns } from "../../access/views.ts";
import { cdrAsOf } from "../../cdr/as-of.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { ChargerChange } from "../../cgrates/plan.ts";
import { engineError } from "../../errors.ts";
import type { AttemptTerms } from "../../queries/attempts.ts";
import type { CdrFilter, CdrPageQuery, SummaryQuery, SummaryRow } from "../../queries/cdr-query.ts";
import { EXPORT_COLUMNS } from "../../queries/export-columns.ts";
import { CONGESTION_CAUSES, EFFECTIVE_CAUSES } from "../../reports/causes.ts";
import type { ChangePage, ChangesQuery } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { type BillingRun, billingRuns } from "./cgrates/billing-runs.ts";
import { runChanges } from "./cgrates/run-changes.ts";
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

interface AskedOfExport {
  filter: CdrFilter;
  columns?: readonly string[] | undefined;
}

/**
 * CDRs are answered as the scope sees them: without their buy side where it does not see that.
 * Each @throws `invalid-params` at what does not exist for it then, by the name that it has in params.
 */
export interface CdrReads {
  /**
   * `asOf`: as it was at that moment, epoch milliseconds.
   * @throws `not-found`, also for a CDR that the scope does not have, or did not have then;
   * `ambiguous`
   */
  one(question: CdrQuestion & { asOf?: number | undefined }): Promise<StoredCdr>;
  find(query: CdrPageQuery, reading: Reading): Promise<{ cdrs: StoredCdr[]; nextCursor?: string }>;
  count(filter: CdrFilter, reading: Reading): Promise<number>;
  changes(query: ChangesQuery, reading: Reading): Promise<ChangePage>;
  /** A CDR of these reads as the billing runs of its tariff version. @throws `not-found` */
  billingRuns(cdr: StoredCdr): Promise<BillingRun[]>;
  /** What runs of any CDR may have otherwise than the CDR itself. */
  runChanges(): Promise<ChargerChange[]>;
  summarize(query: SummaryQuery, reading: Reading): Promise<SummaryRow[]>;
  /** @throws `not-found` for the CDR or its revision; `ambiguous` */
  explain(question: CdrQuestion & { revision?: number | undefined }): Promise<Explanation>;
  /** The columns of an export of these: those that are asked for, else every one of the scope. */
  exportColumns(asked: AskedOfExport, scope: Scope): readonly string[];
  /** Text in pieces; what follows `after` is known before the first. @throws as `one`, at `after` */
  export(
    request: ExportRequest,
    format: ExportFormat,
    reading: Reading,
  ): Promise<AsyncGenerator<string, void>>;
}

export function createCdrReads(parts: { store: Store; snapshots: Snapshots }): CdrReads {
  const { store } = parts;
  const until = ({ signal }: Reading) => (signal === undefined ? {} : { signal });
  const shownTo =
    ({ scope }: Reading) =>
    (cdr: StoredCdr) =>
      seenCdr(cdr, scope);
  return {
    one: (question) => oneAsOf(store, question),
    async find(query, reading) {
      const filter = scopedFilter(query.filter, reading.scope);
      if (filter === "none") return { cdrs: [] };
      const { cdrs, ...next } = await store.cdrs.find({ ...query, filter }, until(reading));
      return { cdrs: cdrs.map(shownTo(reading)), ...next };
    },
    async count(wanted, reading) {
      const filter = scopedFilter(wanted, reading.scope);
      return filter === "none" ? 0 : store.cdrs.count(filter, until(reading));
    },
    async changes(query, reading) {
      const filter = scopedFilter(query.filter, reading.scope);
      // What selects nothing still has a place to continue from.
      const wanted = filter === "none" ? { tenants: [] } : filter;
      const page = await store.cdrs.changes({ ...query, filter: wanted }, until(reading));
      return { ...page, cdrs: page.cdrs.map(shownTo(reading)) };
    },
    runChanges: () => runChanges(store),
    billingRuns: (cdr) => billingRuns(parts.snapshots, cdr),
    async summarize(query, reading) {
      const { scope } = reading;
      const filter = scopedFilter(query.filter, scope);
      requireSeenKeys(seenBy(scope), query.groupBy);
      if (filter === "none") return [];
      const side = scope.seesBuy ? {} : { side: "sell" as const };
      const asked = { ...query, filter, ...side };
      // What was erased is kept with its attempts, which nobody asked for here.
      const { rows } = await store.erasures.summarize(
        { ...asked, attempts: query.attempts ?? KEPT_ATTEMPTS },
        async () => ({ rows: await store.cdrs.summarize(asked, until(reading)), from: "cdrs" }),
        until(reading),
      );
      return query.attempts === undefined ? rows.map(withoutAttempts) : rows;
    },
    async explain({ revision, ...question }) {
      const { scope } = question;
      const cdr = await oneCdr(store, question);
      const shown = seenCdr(cdr, scope);
      const revisions = [...shown.history, shown].map(({ rating }) => rating.revision);
      return explainCdr(parts, { cdr, revision, scope, revisions });
    },
    exportColumns({ filter, columns }, scope) {
      scopedFilter(filter, scope);
      if (scope.seesBuy) return columns ?? EXPORT_COLUMNS;
      requireSeenColumns(seenBy(scope), columns ?? []);
      return columns ?? seenColumns(seenBy(scope));
    },
    async export({ filter, after }, format, { scope, signal }) {
      const last = after && (await oneCdr(store, { ...after, scope, path: "after" }));
      return exportCdrs(
        store,
        {
          filter: scopedFilter(filter, scope),
          after: last,
          signal,
          seen: (cdr) => seenCdr(cdr, scope),
        },
        format,
      );
    },
  };
}

/** As reports count them. */
const KEPT_ATTEMPTS: AttemptTerms = {
  effectiveCauses: EFFECTIVE_CAUSES,
  congestionCauses: CONGESTION_CAUSES,
};

function withoutAttempts({ attempts: _none, ...row }: SummaryRow): SummaryRow {
  return row;
}

async function oneAsOf(
  store: Store,
  { asOf, ...question }: CdrQuestion & { asOf?: number | undefined },
): Promise<StoredCdr> {
  const { scope, id } = question;
  const cdr = await oneCdr(store, question);
  if (asOf === undefined) return seenCdr(cdr, scope);
  const then = cdrAsOf(cdr, asOf);
  if (then !== null && seesAccount(scope, { tenant: then.tenant, account: then.primary.account })) {
    return seenCdr(then, scope);
  }
  throw engineError("not-found", `The CDR ${id} was not stored yet.`, { path: "asOf" });
}
