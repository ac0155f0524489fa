// rating.price and rating.routes: what a call would cost now; nothing is stored.

import type { Call, Semantics } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import { type Routes, routesForCall } from "../../rating/routing/routes-for-call.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { Snapshot } from "../ports.ts";
import { assignTogether } from "./assign-together.ts";
import { type PricedWithTrace, pricedWithoutTariff, priceWith } from "./price-by-snapshot.ts";
import { assignLatest, type RateBatchParts, semanticsOf } from "./rate-batch.ts";

export interface PriceQuery {
  call: Call;
  /** A named version instead of the one in force at the call time. */
  tariffVersion?: string | undefined;
  trace?: boolean | undefined;
}

export interface PriceAnswer {
  tariffVersion: string | null;
  semantics: Semantics;
  priced: PricedWithTrace;
}

/** Prices one call by the version in force at its call time, or a named one. */
export async function priceQuery(parts: RateBatchParts, query: PriceQuery): Promise<PriceAnswer> {
  const snapshot = await snapshotFor(parts, query);
  if (snapshot === null) {
    const priced = pricedWithoutTariff(query.call);
    return { tariffVersion: null, semantics: "native", priced };
  }
  return pricedBy(snapshot, query, await parts.quality.figuresFor(snapshot));
}

/** The same where nothing has to be waited for, as for nearly every call; undefined: something has. */
export function priceQueryNow(parts: RateBatchParts, query: PriceQuery): PriceAnswer | undefined {
  const snapshot = snapshotNow(parts, query.call);
  if (snapshot === undefined || parts.quality.figuresFor(snapshot) !== undefined) return undefined;
  return pricedBy(snapshot, query, undefined);
}

function pricedBy(
  snapshot: Snapshot,
  { call, trace = false }: PriceQuery,
  quality: QualityFigures | undefined,
): PriceAnswer {
  const options = { trace, basis: trace };
  const priced = priceWith(
    call,
    snapshot,
    quality === undefined ? options : { ...options, quality },
  );
  return { tariffVersion: snapshot.version, semantics: semanticsOf(snapshot), priced };
}

/** @throws `no-active-tariff`, `not-supported` (CGRateS tariffs have no route answers yet). */
export async function routesQuery(
  parts: RateBatchParts,
  query: PriceQuery,
): Promise<Routes & { tariffVersion: string }> {
  const snapshot = await snapshotFor(parts, query);
  if (snapshot === null) throw noActiveTariff(query.call.tenant);
  if (snapshot.kind === "cgrates") {
    throw engineError("not-supported", "Route answers of CGRateS tariffs are not built yet.", {
      data: { reason: "routes-not-available" },
    });
  }
  const quality = await parts.quality.figuresFor(snapshot);
  const answer = routesForCall(
    query.call,
    snapshot.native,
    quality === undefined ? {} : { quality },
  );
  return { ...answer, tariffVersion: snapshot.version };
}

export function noActiveTariff(tenant: string): Error {
  return engineError("no-active-tariff", `No tariff is active for ${tenant}.`, {
    path: "tenant",
    hint: "Load and activate one: tariff.load, tariff.activate.",
  });
}

/** Assigns the call as well. Undefined: something of it has to be waited for. */
function snapshotNow(parts: RateBatchParts, call: Call): Snapshot | undefined {
  const known = parts.accounts.peek?.([call]);
  const version = known === undefined ? null : inForce(parts, call);
  const snapshot = version === null ? undefined : parts.snapshots.peek(version);
  if (known !== undefined && snapshot !== undefined) assignLatest(call, known);
  return snapshot;
}

/** Of the version in force at the call time, or of a named one. Assigns the call as well. */
export async function snapshotFor(
  parts: RateBatchParts,
  query: PriceQuery,
): Promise<Snapshot | null> {
  const { call } = query;
  await assignTogether(parts, call);
  const version = query.tariffVersion ?? inForce(parts, call);
  return version === null ? null : parts.snapshots.get(version);
}

function inForce({ snapshots, clock }: RateBatchParts, { tenant, callTime }: Call): string | null {
  const nowMs = clock();
  return snapshots.timeline().versionAt(tenant, callTime?.atMs ?? nowMs, nowMs);
}
