// A batch of CDRs → their first ratings: assignments in one round trip, then pure pricing.

import { toCall } from "../../cdr/call.ts";
import type { Cdr } from "../../cdr/cdr.ts";
import { type Edition, TODAYS_EDITION } from "../../cdr/edition.ts";
import type { Assignment, Call, Priced, Rating, Semantics } from "../../cdr/rating.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { NewCdr } from "../../stores/ports/cdrs.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock, Snapshot } from "../ports.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import type { AssignmentLookup } from "./known-assignments.ts";
import { pricedWithoutTariff, priceWith } from "./price-by-snapshot.ts";
import type { QualitySource } from "./quality-figures.ts";

export interface RateBatchParts {
  store: Store;
  /** Where the assignments of accounts are looked up. */
  accounts: AssignmentLookup;
  snapshots: Snapshots;
  clock: Clock;
  quality: QualitySource;
}

export interface RatedCall {
  priced: Priced;
  tariffVersion: string | null;
  semantics: Semantics;
  /** Name of the edition of the rules that it was priced by. */
  rules: string;
}

/** Rates new CDRs, each by the version in force at its call time. */
export async function rateBatch(parts: RateBatchParts, cdrs: Cdr[]): Promise<NewCdr[]> {
  const calls = cdrs.map(toCall);
  const rated = await rateCalls(parts, calls);
  const ratedAtMs = parts.clock();
  return cdrs.map((cdr, index) => {
    const one = rated[index];
    if (one === undefined) throw new Error("rateCalls answers one result for each call");
    return { ...cdr, rating: toRating(one, { revision: 1, ratedAtMs }) };
  });
}

export interface RateCallsOptions {
  /** Which version prices a call, instead of the time line; null: none. */
  versionOf?: (call: Call, nowMs: number) => string | null;
  /** Figures of the strategy `quality` by position of the call, instead of those of the day. */
  figures?: readonly (QualityFigures | undefined)[];
  /** False leaves the basis empty, which takes a third of the time: for what is not stored. */
  basis?: boolean;
  /** Rules of pricing by position of the call, instead of today's. */
  editions?: readonly Edition[];
}

/**
 * Prices calls with the assignments and versions in force; nothing is stored. Answers in order.
 * @throws `not-found` for a version that is not in the store, `store-unavailable`
 */
export async function rateCalls(
  parts: RateBatchParts,
  calls: Call[],
  options: RateCallsOptions = {},
): Promise<RatedCall[]> {
  await assignAccounts(parts, calls);
  const { versionOf = inForce(parts.snapshots), figures = [], editions = [] } = options;
  const { basis = true } = options;
  const nowMs = parts.clock();
  const versions = calls.map((call) => versionOf(call, nowMs));
  const pricers = await pricersOf(parts, versions);
  return calls.map((call, index) => {
    const version = versions[index] ?? null;
    const pricer = version === null ? undefined : pricers.get(version);
    const edition = editions[index] ?? TODAYS_EDITION;
    const rules = edition.name;
    if (version === null || pricer === undefined) {
      return { priced: pricedWithoutTariff(call), tariffVersion: null, semantics: "native", rules };
    }
    const { snapshot, semantics } = pricer;
    const quality = figures[index] ?? pricer.quality;
    const priced = priceWith(
      call,
      snapshot,
      quality === undefined ? { basis, edition } : { basis, edition, quality },
    );
    return { priced, tariffVersion: version, semantics, rules };
  });
}

/** What prices the calls of one version: the same for all calls of a batch. */
interface VersionPricer {
  snapshot: Snapshot;
  semantics: Semantics;
  /** Figures of the day, where a VoIP plan routes by them. */
  quality: QualityFigures | undefined;
}

async function pricersOf(
  { snapshots, quality }: RateBatchParts,
  versions: (string | null)[],
): Promise<Map<string, VersionPricer>> {
  const pricers = new Map<string, VersionPricer>();
  for (const version of new Set(versions)) {
    if (version === null) continue;
    const snapshot = snapshots.peek(version) ?? (await snapshots.get(version));
    const figures = await quality.figuresFor(snapshot);
    pricers.set(version, { snapshot, semantics: semanticsOf(snapshot), quality: figures });
  }
  return pricers;
}

/** The version active at the call time, as the time line is known now. */
function inForce(snapshots: Snapshots): (call: Call, nowMs: number) => string | null {
  const timeline = snapshots.timeline();
  return (call, nowMs) => timeline.versionAt(call.tenant, call.callTime?.atMs ?? nowMs, nowMs);
}

export function semanticsOf(snapshot: Snapshot): Semantics {
  return snapshot.kind === "native" ? "native" : snapshot.cgrates.semantics;
}

/** Sets on each call the latest `account.set` with from ≤ call time, where one holds then. */
export async function assignAccounts(
  { accounts }: Pick<RateBatchParts, "accounts">,
  calls: Call[],
): Promise<void> {
  const keys = new Map<string, { tenant: string; account: string }>();
  for (const call of calls) {
    keys.set(keyOf(call), { tenant: call.tenant, account: call.account });
  }
  const wanted = [...keys.values()];
  const found = accounts.peek?.(wanted) ?? (await accounts.getFor(wanted));
  if (found.length === 0) return;
  const byAccount = new Map<string, Assignment[]>();
  for (const entry of found) {
    const own = byAccount.get(keyOf(entry));
    if (own === undefined) byAccount.set(keyOf(entry), [entry]);
    else own.push(entry);
  }
  for (const call of calls) assignLatest(call, byAccount.get(keyOf(call)) ?? []);
}

/** Sets on the call the one of its account's entries that holds then, if one does. */
export function assignLatest(call: Call, entries: Assignment[]): void {
  const assignment = latestAt(entries, call.callTime?.atMs);
  if (assignment !== undefined) assign(call, assignment);
}

/** One that ends what was before it leaves the call without an assignment. */
export function assign(call: Call, { voipPlan, ...entry }: Assignment): void {
  if (voipPlan !== null) call.assignment = { ...entry, voipPlan };
}

function keyOf({ tenant, account }: { tenant: string; account: string }): string {
  return `${tenant}\n${account}`;
}

function latestAt(entries: Assignment[], atMs: number | undefined): Assignment | undefined {
  let latest: Assignment | undefined;
  for (const entry of entries) {
    if (atMs !== undefined && entry.fromMs > atMs) continue;
    if (latest === undefined || entry.fromMs > latest.fromMs) latest = entry;
  }
  return latest;
}

/** What is stored of a pricing: `cgrates` members are answers of rating.price only. */
export function toRating(
  { priced, tariffVersion, semantics, rules }: RatedCall,
  { revision, ratedAtMs }: { revision: number; ratedAtMs: number },
): Rating {
  const { cgrates: _answersOnly, ...kept } = priced;
  return { ...kept, revision, ratedAtMs, tariffVersion, semantics, rules };
}
