// Stored CDRs priced again, a page after the other: what a rerate plans, and a back-test shows.
import { setImmediate as nextTurn } from "node:timers/promises";
import { callTimeOf, toCall } from "../../cdr/call.ts";
import type { CdrOrigin, StoredCdr } from "../../cdr/cdr.ts";
import { type Edition, editionOf, TODAYS_EDITION } from "../../cdr/edition.ts";
import { withOrigin } from "../../cdr/facts.ts";
import type { Call, Priced, Rating } from "../../cdr/rating.ts";
import { type OriginSettings, originNow } from "../../mediation/origin-now.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import { dayOfFigures, frozenFigures } from "../pricing/quality-figures.ts";
import { type RateBatchParts, type RatedCall, rateCalls } from "../pricing/rate-batch.ts";
import { type ChangeCause, changeOf } from "./rating-change.ts";
import type { PricedPart } from "./totals.ts";

/** CDRs priced in one turn of the event loop: some milliseconds. */
const SLICE = 50;

/** In turns of the event loop, a slice in each. */
export async function inSlices<Found>(
  cdrs: StoredCdr[],
  work: (slice: StoredCdr[]) => Promise<Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < cdrs.length; start += SLICE) {
    found.push(...(await work(cdrs.slice(start, start + SLICE))));
    await nextTurn();
  }
  return found;
}

/** By what CDRs are priced again. */
export interface RepriceRule {
  versionOf(call: Call): string | null;
  sources: readonly OriginSettings[];
  /** Figures of a day and tenant that were read for this page. */
  figures: Map<string, Promise<QualityFigures | undefined>>;
  /** With the basis, which what is stored must have; it takes a third more time. */
  basis: boolean;
}

/** A CDR as the settings of its source handle it now; `origin` where that is another way. */
export interface Handled {
  cdr: StoredCdr;
  origin?: CdrOrigin;
}

export interface Repriced extends Handled {
  /** Null: it comes out as it is. */
  cause: ChangeCause | null;
  again: RatedCall;
}

export type Changed = Repriced & { cause: ChangeCause };

/**
 * Without those that were voided: they stay so, even where a filter names them; and without those whose
 * numbers are masked, by which nothing can be priced.
 */
export function handledNow(
  cdrs: readonly StoredCdr[],
  sources: readonly OriginSettings[],
): Handled[] {
  return cdrs
    .filter(({ rating, maskedAtMs }) => rating.outcome !== "voided" && maskedAtMs === undefined)
    .map((cdr) => {
      const origin = originNow(cdr, sources);
      return origin === null ? { cdr } : { cdr: withOrigin(cdr, origin), origin };
    });
}

/** Each priced again, with what caused another result. */
export async function repriced(
  parts: RateBatchParts,
  cdrs: readonly StoredCdr[],
  rule: RepriceRule,
): Promise<Repriced[]> {
  const handled = handledNow(cdrs, rule.sources);
  const rated = await rateAgain(
    parts,
    handled.map(({ cdr }) => cdr),
    rule,
  );
  const all = handled.map((one, index): Repriced => {
    const again = rated[index];
    if (again === undefined) throw new Error("rateCalls answers one result for each call");
    const cause = changeOf(one.cdr.rating, again);
    const isOfSource = cause === "pricing" && one.origin !== undefined;
    return { ...one, cause: isOfSource ? "source" : cause, again };
  });
  await nameRules(parts, all.filter(isChanged), rule);
  return all;
}

export function isChanged(one: Repriced): one is Changed {
  return one.cause !== null;
}

/**
 * Where a rating comes out as it was by its own edition, nothing changed but the rules; where it
 * does not, what changed besides them stays the cause.
 */
async function nameRules(
  parts: RateBatchParts,
  changed: Changed[],
  rule: RepriceRule,
): Promise<void> {
  const older = changed.filter(({ cdr: { rating } }) => rating.rules !== TODAYS_EDITION.name);
  if (older.length === 0) return;
  const own = older.map(({ cdr }) => editionOf(cdr.rating) ?? TODAYS_EDITION);
  const again = await rateAgain(
    parts,
    older.map(({ cdr }) => cdr),
    { ...rule, basis: false, editions: own },
  );
  for (const [index, change] of older.entries()) {
    const byOwn = again[index];
    if (byOwn === undefined) throw new Error("rateCalls answers one result for each call");
    if (changeOf(change.cdr.rating, byOwn) === null) change.cause = "rules";
  }
}

export async function rateAgain(
  parts: RateBatchParts,
  cdrs: StoredCdr[],
  { versionOf, basis, figures: read, editions = [] }: RepriceRule & { editions?: Edition[] },
): Promise<RatedCall[]> {
  const figures = await figuresOf(parts, cdrs, read);
  return rateCalls(parts, cdrs.map(toCall), { versionOf, figures, basis, editions });
}

/** The routing of a call was decided by the figures of its day; each day is read once a page. */
function figuresOf(
  { store }: RateBatchParts,
  cdrs: StoredCdr[],
  read: RepriceRule["figures"],
): Promise<(QualityFigures | undefined)[]> {
  return Promise.all(
    cdrs.map(({ tenant, rating }) => {
      const day = dayOfFigures(rating.basis);
      if (day === null) return undefined;
      const key = `${day} ${tenant}`;
      const figures = read.get(key) ?? frozenFigures(store, { tenant, day });
      read.set(key, figures);
      return figures;
    }),
  );
}

/** What of a rating tells of money. */
export function pricedPart({ outcome, reason, sell, buy, margin }: Priced | Rating): PricedPart {
  return { outcome, ...(reason === undefined ? {} : { reason }), sell, buy, margin };
}

/** Epoch milliseconds. */
export function callMsOf(cdr: StoredCdr): number {
  return callTimeOf(cdr.primary)?.atMs ?? cdr.receivedAtMs;
}

/** UTC day of a call. */
export function dayOfCall(cdr: StoredCdr): string {
  return new Date(callMsOf(cdr)).toISOString().slice(0, 10);
}
