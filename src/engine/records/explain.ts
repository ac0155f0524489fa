// cdr.explain: price a stored CDR again from its stored version and compare member by member.

import { EVERYTHING, type Scope } from "../../access/scope.ts";
import { seenRating, sellTrace } from "../../access/sell-side.ts";
import { toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { type Edition, editionOf, TODAYS_EDITION } from "../../cdr/edition.ts";
import { factsAt } from "../../cdr/facts.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Call, Rating } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { Store } from "../../stores/store.ts";
import type { Snapshot } from "../ports.ts";
import { pricedWithoutTariff, priceWith } from "../pricing/price-by-snapshot.ts";
import { dayOf, dayOfFigures, frozenFigures } from "../pricing/quality-figures.ts";
import { assign, assignAccounts, semanticsOf, toRating } from "../pricing/rate-batch.ts";
import type { Snapshots } from "../tariffs/snapshots.ts";
import { seeAssignment } from "./certain-assignment.ts";
import {
  explainedByBasis,
  explainedFromPrefix,
  pricedToday,
  type Today,
} from "./other-editions.ts";
import { type Difference, ratingDifferences } from "./rating-differences.ts";

export interface Explanation {
  id: string;
  revision: number;
  /** Type of record of this revision's facts: the figures of voice are seconds, of others units. */
  tor: string;
  /** The edition of the rules of pricing that made it: it is priced again by the same. */
  rules: string;
  /** True when pricing it again gives every stored member, to the last digit. */
  matches: boolean;
  /** Dotted paths that differ, with both values. */
  differences: Difference[];
  rating: Rating;
  trace: JsonObject;
  /** Its numbers are masked: it is explained from the prefix that it was priced by, and from its basis. */
  masked?: true;
  /** Where the rating is of an older edition: what today's rules give by the same tariff version. */
  today?: Today;
}

interface ExplainParts {
  store: Store;
  snapshots: Snapshots;
}

interface Asked {
  cdr: StoredCdr;
  revision?: number | undefined;
  /** False leaves `today` out: it is priced once more for it. */
  today?: boolean;
  /** Who asks: what it does not see is neither shown nor compared. */
  scope?: Scope;
  /** Those that may be asked for; every one when not said. */
  revisions?: readonly number[];
}

/**
 * Prices a stored CDR again from what else is stored: its facts, the tariff version, the edition of
 * the rules, the figures frozen for the day. A rating of an edition that this build does not know is
 * explained from its basis. @throws `not-found` when there is no such revision.
 */
export async function explainCdr(
  parts: ExplainParts,
  { cdr, revision, today = true, scope = EVERYTHING, revisions }: Asked,
): Promise<Explanation> {
  if (isTurnOver()) await ownTurn();
  const { rating, facts } = ratingOf(cdr, { revision, revisions });
  const { tor } = facts.primary;
  const edition = editionOf(rating);
  const rules = edition?.name ?? String(rating.rules);
  const shown = seenRating(rating, scope);
  const base = { id: cdr.id, revision: rating.revision, tor, rules, rating: shown };
  if (rating.outcome === "voided") {
    const withdrawn = [rating.sell, rating.buy, rating.margin].every((one) => one === null);
    return { ...base, matches: withdrawn, differences: [], trace: {} };
  }
  const version = rating.tariffVersion;
  if (version !== null && (await parts.store.tariffs.get(version)) === null) {
    const differences = [{ path: "tariffVersion", stored: version, again: null }];
    return { ...base, matches: false, differences, trace: {} };
  }
  if (cdr.maskedAtMs !== undefined) return { ...base, ...explainedFromPrefix(shown), masked: true };
  const snapshot = version === null ? null : await parts.snapshots.get(version);
  const day = dayRoutedBy(cdr, rating);
  const figures =
    day === null ? undefined : await frozenFigures(parts.store, { tenant: cdr.tenant, day });
  const rated = { rating, edition: edition ?? TODAYS_EDITION, snapshot, figures, scope };
  const { call, ...found } = await priceAsAssigned(parts.store, facts, rated);
  const isOld = today && snapshot !== null && edition !== TODAYS_EDITION;
  const now = isOld ? { today: pricedToday(call, { rating, snapshot, figures, scope }) } : {};
  if (edition === null) return { ...base, ...explainedByBasis(shown), ...now };
  return { ...base, matches: found.differences.length === 0, ...found, ...now };
}

interface Again {
  call: Call;
  differences: Difference[];
  trace: JsonObject;
}

interface Rated {
  rating: Rating;
  edition: Edition;
  /** Null where no version was active. */
  snapshot: Snapshot | null;
  figures: QualityFigures | undefined;
  scope: Scope;
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
    assign(call, seen.instead);
    return priceAgain(call, rated);
  }
  const named = priceAgain(asRated, rated);
  if (seen.wasSet && named.differences.length === 0) return named;
  await assignAccounts(store, [call]);
  const known = priceAgain(call, rated);
  return seen.wasSet && named.differences.length <= known.differences.length ? named : known;
}

function priceAgain(call: Call, { rating, edition, snapshot, figures, scope }: Rated): Again {
  const rules = edition.name;
  const differ = (again: Rating) =>
    ratingDifferences(seenRating(rating, scope), seenRating(again, scope));
  if (snapshot === null) {
    const priced = pricedWithoutTariff(call);
    const again = toRating({ priced, tariffVersion: null, semantics: "native", rules }, rating);
    return { call, differences: differ(again), trace: {} };
  }
  const { trace = {}, ...priced } = priceWith(call, snapshot, {
    trace: true,
    edition,
    ...(figures === undefined ? {} : { quality: figures }),
  });
  const semantics = semanticsOf(snapshot);
  const again = toRating({ priced, tariffVersion: snapshot.version, semantics, rules }, rating);
  const shown = scope.seesBuy ? trace : sellTrace(trace, semantics);
  return { call, differences: differ(again), trace: shown };
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
  { revision, revisions }: { revision: number | undefined; revisions: Asked["revisions"] },
): { rating: Rating; facts: StoredCdr } {
  if (revision === undefined || revision === cdr.rating.revision) {
    return { rating: cdr.rating, facts: cdr };
  }
  const index = cdr.history.findIndex((entry) => entry.rating.revision === revision);
  const entry = cdr.history[index];
  if (entry === undefined || revisions?.includes(entry.rating.revision) === false) {
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
