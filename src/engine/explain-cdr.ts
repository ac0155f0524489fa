// cdr.explain: price a stored CDR again from its stored version and compare member by member.

import { toCall } from "../cdr/call.ts";
import type { StoredCdr } from "../cdr/cdr.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { Call, Rating } from "../cdr/rating.ts";
import { engineError } from "../errors.ts";
import type { Store } from "../stores/store.ts";
import { pricedWithoutTariff, priceWith } from "./price-call.ts";
import { figuresUsed } from "./quality-figures.ts";
import { toRating } from "./rate-batch.ts";
import type { Snapshots } from "./snapshots.ts";

export interface Explanation {
  id: string;
  revision: number;
  /** True when pricing it again gives every stored member, to the last digit. */
  matches: boolean;
  /** Dotted paths that differ, with both values. */
  differences: { path: string; stored: Json; again: Json }[];
  rating: Rating;
  trace: JsonObject;
}

/** @throws `not-found` when there is no such CDR, revision or tariff version. */
export async function explainCdr(
  { store, snapshots }: { store: Store; snapshots: Snapshots },
  { cdr, revision }: { cdr: StoredCdr; revision?: number | undefined },
): Promise<Explanation> {
  const { rating, facts } = ratingOf(cdr, revision);
  const call = callAsRated(facts, rating);
  const base = { id: cdr.id, revision: rating.revision, rating };
  if (rating.outcome === "voided") {
    const withdrawn = [rating.sell, rating.buy, rating.margin].every((one) => one === null);
    return { ...base, matches: withdrawn, differences: [], trace: {} };
  }
  const version = rating.tariffVersion;
  if (version === null) {
    const again = toRating(
      { priced: pricedWithoutTariff(call), tariffVersion: null, semantics: rating.semantics },
      rating,
    );
    const differences = compare(rating, again);
    return { ...base, matches: differences.length === 0, differences, trace: {} };
  }
  if ((await store.getTariff(version)) === null) {
    throw engineError("not-found", `The tariff version ${version} is not in the store.`);
  }
  const snapshot = await snapshots.get(version);
  const quality = figuresUsed(rating.basis);
  const { trace, ...priced } = priceWith(call, snapshot, {
    trace: true,
    ...(quality === undefined ? {} : { quality }),
  });
  const again = toRating({ priced, tariffVersion: version, semantics: rating.semantics }, rating);
  const differences = compare(rating, again);
  return { ...base, matches: differences.length === 0, differences, trace: trace ?? {} };
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

/** The call with the assignment that this revision used, whatever account.set said since. */
function callAsRated(cdr: StoredCdr, rating: Rating): Call {
  const { assignment: _current, ...call } = toCall(cdr);
  const used = rating.assignment;
  if (used === null || used.origin !== "account.set") return call;
  return {
    ...call,
    assignment: {
      tenant: cdr.tenant,
      account: used.account,
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
