// tariff.compare: calls by two tariffs, within the scope of whoever asks; nothing is stored.
import {
  EVERYTHING,
  requireTenant,
  requireTenants,
  requireWhole,
  type Scope,
  scopedFilter,
} from "../../access/scope.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { Compat, TariffCompiler } from "../ports.ts";
import { type CallParameters, callOf } from "../pricing/call-parameters.ts";
import { assignAccounts, type RateBatchParts, semanticsOf } from "../pricing/rate-batch.ts";
import { oneCdr } from "../records/one-cdr.ts";
import type { TariffFolders } from "../tariffs/folders/folders.ts";
import { sourceInScope, type TariffSource, tariffInScope } from "../tariffs/visible.ts";
import { compareCall } from "./call.ts";
import { compareCdrs } from "./cdrs.ts";
import { type ComparedVersions, comparedVersions, type TariffChoice } from "./compared-versions.ts";
import {
  type ComparisonReport,
  createRunningComparison,
  type RunningComparison,
} from "./comparison-report.ts";

const DAY_MS = 86_400_000;

/** A loaded version, or a folder; `compat` chooses the semantics of a CGRateS one. */
export type AskedTariff = ({ version: string } | TariffSource) & {
  compat?: Compat | undefined;
  /** Edition of the rules of pricing; today's when not said. */
  rules?: string | undefined;
};

/** A call that is not stored; its id names it in the list of differences, as it was given. */
export type AskedCall = Omit<CallParameters, "id"> & { id?: string | number | undefined };

/** Stored CDRs, by call time. */
export interface AskedCdrs {
  filter: CdrFilter;
  /** Of the last so many days, unless the filter says a time. */
  days: number;
  /** Goes on after this CDR. */
  after?: { id: string; tenant?: string | undefined } | undefined;
  /** Ends after so many, to the next whole page. */
  most: number;
}

export interface AskedComparison {
  before: AskedTariff;
  after?: AskedTariff | undefined;
  /** These calls, or stored CDRs. */
  of: { calls: readonly AskedCall[] } | AskedCdrs;
  /** Differences listed; all are counted. */
  limit: number;
}

interface NamedTariff {
  version: string;
  semantics: string;
  rules: string;
}

export interface Comparison extends ComparisonReport {
  before: NamedTariff;
  after: NamedTariff;
  /** More CDRs may follow this one. */
  last: CdrKey | null;
}

export interface Comparisons {
  /**
   * @throws `forbidden` for tenants that the scope does not have, and for a scope of a part of a
   * tenant; `not-found`, also for what the scope does not have; `ambiguous`, `tariff-faults`,
   * `semantics-not-available`, `invalid-params`
   */
  run(
    asked: AskedComparison,
    reading: { scope: Scope; signal?: AbortSignal | undefined },
  ): Promise<Comparison>;
  /**
   * Two tariffs compiled side by side, loaded or not, for who may see everything; without `after`
   * the same CGRateS folder under the other semantics.
   * @throws `not-found`, `tariff-faults`, `semantics-not-available`
   */
  versions(choices: {
    before: TariffChoice;
    after?: TariffChoice | undefined;
  }): Promise<ComparedVersions>;
  /** Adds every CDR of the last days to a comparison, for who may see everything. */
  lastDays(days: number, found: Found): Promise<void>;
}

export interface ComparisonParts extends RateBatchParts {
  compiler: TariffCompiler;
  folders: TariffFolders;
  sources: readonly SourceSettings[];
}

interface Found {
  versions: ComparedVersions;
  comparison: RunningComparison;
}

export function createComparisons(parts: ComparisonParts): Comparisons {
  async function choiceOf(
    { compat, rules, ...asked }: AskedTariff,
    { scope, path }: { scope: Scope; path: string },
  ): Promise<TariffChoice> {
    if (!("version" in asked)) {
      const { files } = await sourceInScope(parts.folders, asked, scope);
      return { files, compat, rules };
    }
    await tariffInScope(parts.store, asked.version, { scope, path: `${path}.version` });
    return { version: asked.version, compat, rules };
  }

  const versions: Comparisons["versions"] = (choices) => comparedVersions(parts, choices);

  return {
    versions,
    async run({ before, after, of, limit }, { scope, signal }) {
      requireWhole(scope);
      const compared = await versions({
        before: await choiceOf(before, { scope, path: "before" }),
        after: after && (await choiceOf(after, { scope, path: "after" })),
      });
      requireTenants(scope, compared.tenants);
      const comparison = createRunningComparison(limit);
      const found = { versions: compared, comparison };
      let last: CdrKey | null = null;
      if ("calls" in of) await addCalls(parts, of.calls, { ...found, scope });
      else last = await addCdrs(parts, of, { ...found, scope, signal });
      return { ...namesOf(compared), ...comparison.report(), last };
    },
    async lastDays(days, found) {
      const of = { filter: {}, days, most: Number.POSITIVE_INFINITY };
      await addCdrs(parts, of, { ...found, scope: EVERYTHING });
    },
  };
}

function namesOf({ before, after, editions }: ComparedVersions) {
  return {
    before: {
      version: before.version,
      semantics: semanticsOf(before),
      rules: editions.before.name,
    },
    after: { version: after.version, semantics: semanticsOf(after), rules: editions.after.name },
  };
}

async function addCalls(
  parts: ComparisonParts,
  calls: readonly AskedCall[],
  { versions, comparison, scope }: Found & { scope: Scope },
): Promise<void> {
  const nowMs = parts.clock();
  const priced = calls.map(({ id, ...parameters }) =>
    callOf({ ...parameters, ...(id === undefined ? {} : { id: String(id) }) }, nowMs),
  );
  for (const { tenant } of priced) requireTenant(scope, tenant);
  await assignAccounts(parts, priced);
  for (const [index, call] of priced.entries()) {
    const asked = calls[index];
    if (asked === undefined) throw new Error("each call is of its parameters");
    const { id, account = "", destination = "", answerTime = null, usage } = asked;
    const named = { account, destination, answerTime, usage };
    comparison.add(id === undefined ? named : { id, ...named }, compareCall(call, versions));
  }
}

async function addCdrs(
  parts: ComparisonParts,
  { filter, days, after, most }: AskedCdrs,
  {
    versions,
    comparison,
    scope,
    signal,
  }: Found & { scope: Scope; signal?: AbortSignal | undefined },
): Promise<CdrKey | null> {
  const wanted = scopedFilter(filter, scope);
  if (wanted === "none") return null;
  const last = after && (await oneCdr(parts.store, { ...after, scope, path: "afterCdr" }));
  const callTime = { fromMs: parts.clock() - days * DAY_MS };
  const isDated = wanted.callTime !== undefined || wanted.answerTime !== undefined;
  const dated = isDated ? wanted : { ...wanted, callTime };
  const { sources } = parts;
  const until = signal === undefined ? {} : { signal };
  return compareCdrs(
    parts,
    { filter: dated, versions, sources, after: last, most, ...until },
    comparison,
  );
}
