// cdr.explain: price a stored CDR again from its stored version and compare member by member.

import { toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { factsAt } from "../../cdr/facts.ts";
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { Call, Rating } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { Store } from "../../stores/store.ts";
import type { Snapshot } from "../ports.ts";
import { pricedWithoutTariff, priceWith } from "../pricing/price-by-snapshot.ts";
import { dayOf, dayOfFigures, frozenFigures } from "../pricing/quality-figures.ts";
import { assignAccounts, semanticsOf, toRating } from "../pricing/rate-batch.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { seeAssignment } from "./certain-assignment.ts";

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
  const day = dayRoutedBy(cdr, rating);
  const figures =
    day === null ? undefined : await frozenFigures(parts.store, { tenant: cdr.tenant, day });
  const found = await priceAsAssigned(parts.store, facts, { rating, snapshot, figures });
  return { ...base, matches: found.differences.length === 0, ...found };
}

interface Again {
  differences: Explanation["differences"];
  trace: JsonObject;
}

interface Rated {
  rating: Rating;
  /** Null where no version was active. */
  snapshot: Snapshot | null;
  figures: QualityFigures | undefined;
}

/**
 * Under the assignment that the rating names, or the one that it must have used instead. Where that
 * was never set, or gives another result, also under the one that account.set knows: what it
 * explains better is what was changed.
 */
async function priceAsAssigned(store: Store, facts: StoredCdr, rated: Rated): Promise<Again> {
  const asRated = callAsRated(facts, rated.rating);
  const { assignment: used, ...call } = asRated;
  const seen =
    used === undefined
      ? { wasSet: true, instead: null }
      : await seeAssignment(store, { used, call, receivedAtMs: facts.receivedAtMs });
  if (seen.instead !== null) {
    return priceAgain({ ...call, assignment: seen.instead }, rated);
  }
  const named = priceAgain(asRated, rated);
  if (seen.wasSet && named.differences.length === 0) return named;
  await assignAccounts(store, [call]);
  const known = priceAgain(call, rated);
  return seen.wasSet && named.differences.length <= known.differences.length ? named : known;
}

function priceAgain(call: Call, { rating, snapshot, figures }: Rated): Again {
  if (snapshot === null) {
    const priced = pricedWithoutTariff(call);
    const again = toRating({ priced, tariffVersion: null, semantics: "native" }, rating);
    return { differences: compare(rating, again), trace: {} };
  }
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

/**
 * The day whose frozen figures a rating was routed by; its own day where it names one that it cannot
 * have been. A rerate keeps to the figures of a revision before it; where those had none, and in a
 * correction, it is the day of the plan or of the rating, which is after the revision before it.
 */
function dayRoutedBy({ history }: StoredCdr, rating: Rating): string | null {
  const day = dayOfFigures(rating.basis);
  if (day === null) return null;
  const earlier = history
    .map((entry) => entry.rating)
    .filter(({ revision }) => revision < rating.revision);
  if (earlier.some(({ basis }) => dayOfFigures(basis) === day)) return day;
  const sinceMs = earlier.at(-1)?.ratedAtMs ?? rating.ratedAtMs;
  const ownDay = dayOf(rating.ratedAtMs);
  return day >= dayOf(sinceMs - BATCH_MS) && day <= ownDay ? day : ownDay;
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
  return { rating: entry.rating, facts: factsAt(cdr, index) };
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
