// What a back-test is asked for, and what it then does: looked at before it begins.
import { requireWhole, type Scope, scopedFilter } from "../../access/scope.ts";
import { callTimeOf } from "../../cdr/call.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { zoneOffsets } from "../../rating/snapshot/zone-offsets.ts";
import type { Store } from "../../stores/store.ts";
import { requireRanges } from "../rerate/request.ts";
import { tariffFaults } from "../tariffs/faults.ts";
import type { BacktestBody, BacktestWay } from "./job.ts";
import { leastWeeks } from "./moved.ts";
import {
  filesOf,
  liveVersions,
  type Tried,
  type TriedParts,
  type TriedTariff,
  triedTariff,
  versionBefore,
} from "./tried.ts";

export interface AskedBacktest {
  tried: TriedTariff;
  /** The version to hold it against; absent: the one in force. */
  from?: string | undefined;
  /** Whose, where a deck does not say it. */
  tenant?: string | undefined;
  filter: CdrFilter;
  /** Calls of the last so many days, unless the filter says a time of calls. */
  days: number;
  /** Absent: `shifted` where a changed row begins behind the last of the calls, or `atMs` is given. */
  as?: BacktestWay | undefined;
  /** Where calls are moved to; absent: the latest day from which a changed row holds. */
  atMs?: number | undefined;
}

/** What a job has besides its state of work. */
export type PlannedBacktest = Pick<
  BacktestBody,
  "filter" | "as" | "atMs" | "weeks" | "timeZone" | "proposed" | "live" | "changed"
> & { total: number; files: Tried["files"] | null };

const DAY_MS = 86_400_000;

/** @throws as `Backtests.begin` */
export async function plannedBacktest(
  parts: TriedParts,
  asked: AskedBacktest,
  scope: Scope,
): Promise<PlannedBacktest> {
  requireWhole(scope);
  requireRanges(asked.filter);
  if (asked.as === "dated" && asked.atMs !== undefined) {
    throw engineError("invalid-params", "at: calls that keep their time are moved to none.", {
      path: "at",
      hint: "Leave it out, or say as: shifted.",
    });
  }
  const tried = await triedTariff(parts, asked, scope);
  const filter = filterOf(asked, { tenants: tried.facts.tenants, scope, nowMs: parts.clock() });
  const span = await spanOf(parts.store, filter);
  const against = await heldAgainst(parts, { tried, asked, lastMs: span?.lastMs ?? null }, scope);
  const { changed, timeZone, live } = against;
  const as = asked.as ?? wayOf(asked, { changed, lastMs: span?.lastMs ?? null });
  const atMs = as === "dated" ? null : (asked.atMs ?? changed?.latestFromMs ?? null);
  const zone = timeZone === null ? null : zoneOffsets(timeZone);
  const weeks = atMs === null || span === null ? 0 : leastWeeks(span.firstMs, atMs, zone);
  const proposed = { ...tried.facts, warnings: [] };
  return {
    ...{ filter, as, atMs, weeks, timeZone, proposed, live, changed },
    total: await parts.store.cdrs.count(filter),
    files: tried.isCandidate ? tried.files : null,
  };
}

function wayOf(
  { atMs }: AskedBacktest,
  { changed, lastMs }: { changed: BacktestBody["changed"]; lastMs: number | null },
): BacktestWay {
  return atMs !== undefined || isToCome(changed, lastMs) ? "shifted" : "dated";
}

/** A changed row begins behind the last of the calls. */
function isToCome(changed: BacktestBody["changed"], lastMs: number | null): boolean {
  const from = changed?.latestFromMs ?? null;
  return from !== null && lastMs !== null && from > lastMs;
}

/** Calls of the tenants of the tariff that the scope has, without those that were voided. */
function filterOf(
  { filter: asked, days }: AskedBacktest,
  { tenants, scope, nowMs }: { tenants: readonly string[]; scope: Scope; nowMs: number },
): CdrFilter {
  const seen = scopedFilter(asked, scope);
  if (seen === "none") {
    throw engineError("forbidden", "These credentials are for none of the filter's tenants.", {
      path: "filter.tenants",
    });
  }
  const own = tenants.filter((tenant) => seen.tenants?.includes(tenant) ?? true);
  if (own.length === 0) {
    throw engineError("invalid-params", "The tariff is of none of the tenants asked for.", {
      path: "filter.tenants",
    });
  }
  const outcomes = (seen.outcomes ?? OUTCOMES).filter((outcome) => outcome !== "voided");
  if (outcomes.length === 0) {
    throw engineError("invalid-params", "Calls that were voided have no price.", {
      path: "filter.outcomes",
    });
  }
  const isDated = seen.callTime !== undefined || seen.answerTime !== undefined;
  const time = isDated ? {} : { callTime: { fromMs: nowMs - days * DAY_MS } };
  return { ...seen, ...time, tenants: own, outcomes };
}

/** Call times of the first and the last call; null: there is none. */
async function spanOf(
  { cdrs }: Store,
  filter: CdrFilter,
): Promise<{ firstMs: number; lastMs: number } | null> {
  const end = async (descending: boolean) => {
    const page = await cdrs.find({ filter, sort: { by: "callTime", descending }, limit: 1 });
    const [cdr] = page.cdrs;
    return cdr === undefined ? null : (callTimeOf(cdr.primary)?.atMs ?? cdr.receivedAtMs);
  };
  const [firstMs, lastMs] = [await end(false), await end(true)];
  return firstMs === null || lastMs === null ? null : { firstMs, lastMs };
}

type Against = Pick<PlannedBacktest, "live" | "changed" | "timeZone">;

/**
 * The live version; where that is the tried one itself and its changes are still to come, the one
 * before it: whether a version is active plays no part.
 */
async function heldAgainst(
  parts: TriedParts,
  { tried, asked, lastMs }: { tried: Tried; asked: AskedBacktest; lastMs: number | null },
  scope: Scope,
): Promise<Against> {
  const { facts } = tried;
  const live = await liveVersions(parts, { facts, from: asked.from }, scope);
  const [tenant = ""] = facts.tenants;
  const found = await changesFrom(parts, tried, live);
  if (asked.from !== undefined || live[tenant] !== facts.version) return found;
  const before = await versionBefore(parts, { tenant, version: facts.version });
  if (before === null) return found;
  const earlier = await changesFrom(parts, tried, { [tenant]: before });
  return isToCome(earlier.changed, lastMs) ? earlier : found;
}

/** Of a native tariff, which has one tenant; null where either is none. */
async function changesFrom(
  { store, compiler }: TriedParts,
  { facts, files }: Tried,
  live: Record<string, string | null>,
): Promise<Against> {
  if (facts.kind !== "native") return { live, changed: null, timeZone: null };
  const [tenant = ""] = facts.tenants;
  const version = live[tenant] ?? null;
  const before = version === null ? null : await store.tariffs.get(version);
  const from = before?.kind === "native" ? await filesOf(store, before.version) : null;
  const found = await compiler.changes({ from, to: files }, facts.tenants.join("\n"));
  if (!found.ok) throw tariffFaults(found.faults);
  return { live, changed: found.rows, timeZone: found.timeZone };
}
