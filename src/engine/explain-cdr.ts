// cdr.explain: price a stored CDR again from its stored version and compare member by member.

import { toCall } from "../cdr/call.ts";
import type { StoredCdr } from "../cdr/cdr.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { Call, Rating } from "../cdr/rating.ts";
import { engineError } from "../errors.ts";
import type { QualityFigures } from "../rating/strategies/quality.ts";
import type { Store } from "../stores/store.ts";
import type { Snapshot } from "./ports.ts";
import { pricedWithoutTariff, priceWith } from "./price-call.ts";
import { dayOf, dayOfFigures, frozenFigures } from "./quality-figures.ts";
import { assignAccounts, semanticsOf, toRating } from "./rate-batch.ts";
import type { Snapshots } from "./snapshots.ts";

export interface Explanation {
  id: string;
  revision: number;
  /** Type of record of this revision's facts: the figures of voice are seconds, of others units. */
  tor: string;
  /** True when pricing it again gives every stored member, to the last digit. */
  matches: boolean;
  /** Dotted paths that differ, with both values. */
  differences: { path: string; stored: Json; again: Json }[];
  rating: Rating;
  trace: JsonObject;
}

interface ExplainParts {
  store: Store;
  snapshots: Snapshots;
}

/**
 * Prices a stored CDR again from what else is stored: its facts, the tariff version, the figures
 * frozen for the day. @throws `not-found` when there is no such revision.
 */
export async function explainCdr(
  parts: ExplainParts,
  { cdr, revision }: { cdr: StoredCdr; revision?: number | undefined },
): Promise<Explanation> {
  const { rating, facts } = ratingOf(cdr, revision);
  const { tor } = facts.primary;
  const base = { id: cdr.id, revision: rating.revision, tor, rating };
  if (rating.outcome === "voided") {
    const withdrawn = [rating.sell, rating.buy, rating.margin].every((one) => one === null);
    return { ...base, matches: withdrawn, differences: [], trace: {} };
  }
  const version = rating.tariffVersion;
  if (version !== null && (await parts.store.getTariff(version)) === null) {
    const differences = [{ path: "tariffVersion", stored: version, again: null }];
    return { ...base, matches: false, differences, trace: {} };
  }
  const snapshot = version === null ? null : await parts.snapshots.get(version);
  const found = await priceAsAssigned(parts.store, { facts, rating, snapshot });
  return { ...base, matches: found.differences.length === 0, ...found };
}

interface Again {
  differences: Explanation["differences"];
  trace: JsonObject;
}

/**
 * Under the assignment that the rating names. Where that was never set, or gives another result,
 * also under the one that account.set knows: what it explains better is what was changed.
 */
async function priceAsAssigned(
  store: Store,
  { facts, rating, snapshot }: { facts: StoredCdr; rating: Rating; snapshot: Snapshot | null },
): Promise<Again> {
  const asRated = callAsRated(facts, rating);
  const named = await priceAgain(store, { call: asRated, rating, snapshot });
  const wasSet = await isKnown(store, asRated.assignment);
  if (wasSet && named.differences.length === 0) return named;
  const { assignment: _named, ...call } = asRated;
  await assignAccounts(store, [call]);
  const known = await priceAgain(store, { call, rating, snapshot });
  return wasSet && named.differences.length <= known.differences.length ? named : known;
}

/** Assignments are replaced under their date, never taken away. */
async function isKnown(store: Store, assignment: Call["assignment"]): Promise<boolean> {
  if (assignment === undefined) return true;
  const all = await store.getAssignments([assignment]);
  return all.some((entry) => entry.fromMs === assignment.fromMs);
}

/** `snapshot` is null where no version was active. */
async function priceAgain(
  store: Store,
  { call, rating, snapshot }: { call: Call; rating: Rating; snapshot: Snapshot | null },
): Promise<Again> {
  if (snapshot === null) {
    const priced = pricedWithoutTariff(call);
    const again = toRating({ priced, tariffVersion: null, semantics: "native" }, rating);
    return { differences: compare(rating, again), trace: {} };
  }
  const figures = await figuresOf(store, call.tenant, rating);
  const { trace = {}, ...priced } = priceWith(call, snapshot, {
    trace: true,
    ...(figures === undefined ? {} : { quality: figures }),
  });
  const again = toRating(
    { priced, tariffVersion: snapshot.version, semantics: semanticsOf(snapshot) },
    rating,
  );
  return { differences: compare(rating, again), trace };
}

/** A batch that began before midnight may have been routed by the figures of the day before. */
const BATCH_MS = 60_000;

/** The frozen figures that a rating was routed by; those of its own day where it names another. */
async function figuresOf(
  store: Store,
  tenant: string,
  rating: Rating,
): Promise<QualityFigures | undefined> {
  const day = dayOfFigures(rating.basis);
  if (day === null) return undefined;
  const days = [dayOf(rating.ratedAtMs), dayOf(rating.ratedAtMs - BATCH_MS)];
  // A rerate keeps to the figures of the revision before it, or of the day of its plan.
  const fits = rating.revision > 1 || days.includes(day);
  return frozenFigures(store, { tenant, day: fits ? day : (days[0] ?? day) });
}

function ratingOf(
  cdr: StoredCdr,
  revision: number | undefined,
): { rating: Rating; facts: StoredCdr } {
  if (revision === undefined || revision === cdr.rating.revision) {
    return { rating: cdr.rating, facts: cdr };
  }
  const index = cdr.history.findIndex((entry) => entry.rating.revision === revision);
  const entry = cdr.history[index];
  if (entry === undefined) {
    throw engineError("not-found", `CDR ${cdr.id} has no revision ${revision}.`, {
      path: "revision",
    });
  }
  // Content is kept where it was replaced: the first such entry from here on held these facts.
  const content = cdr.history.slice(index).find((later) => later.content !== undefined)?.content;
  return { rating: entry.rating, facts: content === undefined ? cdr : { ...cdr, ...content } };
}

/** The call with the assignment that this revision used, though account.set replaced it since. */
function callAsRated(cdr: StoredCdr, rating: Rating): Call {
  const { assignment: _current, ...call } = toCall(cdr);
  const used = rating.assignment;
  if (used === null || used.origin !== "account.set") return call;
  return {
    ...call,
    assignment: {
      tenant: cdr.tenant,
      account: cdr.primary.account,
      voipPlan: used.voipPlan,
      fromMs: used.fromMs ?? 0,
      ...(used.numbering === undefined ? {} : { numbering: used.numbering }),
    },
  };
}

/** Members of the stored rating and of the new one that are not the same JSON. */
function compare(stored: Rating, again: Rating): Explanation["differences"] {
  const differences: Explanation["differences"] = [];
  const written = new Set(["revision", "ratedAtMs", "job", "note"]);
  const names = new Set([...Object.keys(stored), ...Object.keys(again)]);
  for (const name of names) {
    if (written.has(name)) continue;
    walk(name, member(stored, name), member(again, name), differences);
  }
  return differences;
}

function member(rating: Rating, name: string): Json | undefined {
  return (rating as unknown as JsonObject)[name];
}

function walk(
  path: string,
  stored: Json | undefined,
  again: Json | undefined,
  differences: Explanation["differences"],
): void {
  if (isContainer(stored) && isContainer(again)) {
    const names = new Set([...Object.keys(stored), ...Object.keys(again)]);
    for (const name of names) walk(`${path}.${name}`, stored[name], again[name], differences);
    return;
  }
  if (stored === again) return;
  differences.push({ path, stored: stored ?? null, again: again ?? null });
}

function isContainer(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null;
}
