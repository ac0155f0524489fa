// Which plans price a call: profile, activations, destination and fallback subjects (notes
// 2.1 to 2.4), with `cgrates` semantics.
import { type LocalTime, localTime } from "./day-rule.ts";
import { type FoundDestination, findDestination } from "./find-destination.ts";
import type {
  CgratesSnapshot,
  CompiledActivation,
  CompiledProfile,
  RateInterval,
} from "./snapshot.ts";

/** One activation that takes part in a call; without intervals it is an empty entry. */
export interface RatingEntry {
  /** Nanoseconds after the midnight before the call; −Infinity: always in the past. */
  atNs: number;
  /** The same instant in UTC, where a fallback looks for active intervals. */
  at: LocalTime;
  plan: string;
  prefix: string;
  /** `*out:tenant:category:subject` of the profile. */
  subject: string;
  destinationTag: string;
  /** A list of this call's own, since CGRateS sorts it in place. Null: an empty entry. */
  intervals: RateInterval[] | null;
  fallbackSubjects: string[];
  tied: boolean;
}

export interface EntryQuery {
  snapshot: CgratesSnapshot;
  tenant: string;
  category: string;
  destination: string;
  /** Epoch milliseconds of the midnight before the call, on the call's clock. */
  midnightMs: number;
  fallbackDepth: number;
}

/** A stretch of the call that activations are wanted for; the entries found are collected here. */
export interface EntryWindow {
  startNs: number;
  start: LocalTime;
  endNs: number;
  entries: RatingEntry[];
}

export type EntryError = "RATING_PLAN_NOT_FOUND" | "UNAUTHORIZED_DESTINATION";

const ANY_SUBJECT = "*any";
const ALWAYS: LocalTime = { day: -719_162, timeOfDayNs: 0 };

/** Fills the window with the entries of the subject's profile, else of the `*any` profile. */
export function selectEntries(
  query: EntryQuery,
  window: EntryWindow,
  subject: string,
): EntryError | null {
  const profile = profileOf(query, subject) ?? profileOf(query, ANY_SUBJECT);
  if (profile === undefined) return "RATING_PLAN_NOT_FOUND";
  addProfile(query, window, { profile, depth: 1 });
  return covers(window) ? null : "UNAUTHORIZED_DESTINATION";
}

/** The entry of a plan that is rated on directly, as if it were activated at the call's start. */
export function entryOfPlan(
  snapshot: CgratesSnapshot,
  planId: string,
  wanted: { destination: string; startNs: number; start: LocalTime },
): RatingEntry | null {
  const plan = snapshot.plans.get(planId);
  const found =
    plan && findDestination(snapshot, plan, { destination: wanted.destination, at: wanted.start });
  if (!found) return null;
  return {
    ...filled(snapshot, found),
    atNs: wanted.startNs,
    at: wanted.start,
    plan: planId,
    subject: "",
    fallbackSubjects: [],
  };
}

export function profileOf(
  query: Pick<EntryQuery, "snapshot" | "tenant" | "category">,
  subject: string,
): CompiledProfile | undefined {
  return query.snapshot.profiles.get(query.tenant)?.get(query.category)?.get(subject);
}

/** Adds what a profile and its fallbacks have; false: no such profile, or beyond the depth. */
function addProfile(
  query: EntryQuery,
  window: EntryWindow,
  source: { profile: CompiledProfile | undefined; depth: number },
): boolean {
  const { profile, depth } = source;
  if (profile === undefined || depth > query.fallbackDepth) return false;
  addEntries(window, entriesOf(query, window, profile));
  if (covers(window)) return true;
  for (let index = 0; index < window.entries.length; index++) {
    const entry = window.entries[index] as RatingEntry;
    if (entry.intervals !== null || entry.fallbackSubjects.length === 0) continue;
    const next = window.entries[index + 1];
    const part: EntryWindow = {
      startNs: index === 0 ? window.startNs : entry.atNs,
      start: index === 0 ? window.start : entry.at,
      endNs: next ? next.atNs : window.endNs,
      entries: [],
    };
    for (const subject of entry.fallbackSubjects) {
      const source = { profile: profileOf(query, subject), depth: depth + 1 };
      if (!addProfile(query, part, source)) continue;
      replaceEntry(window.entries, index, part.entries);
      if (covers(part)) break;
    }
  }
  return true;
}

/**
 * Result 0 replaces the empty entry, result n goes in n places after it; empty results are
 * dropped. Done anew after every subject, so that a result may stand there twice. Where the list is too short for that, CGRateS crashes; the call stays unauthorized.
 */
function replaceEntry(entries: RatingEntry[], index: number, results: RatingEntry[]): void {
  results.forEach((result, place) => {
    if (result.intervals === null || index + place > entries.length) return;
    if (place === 0) entries[index] = result;
    else entries.splice(index + place, 0, result);
  });
}

/** Once a subject yielded entries, a later one adds at most its first, at an open start. */
function addEntries(window: EntryWindow, found: RatingEntry[]): void {
  const first = found[0];
  if (first === undefined) return;
  if (window.entries.length === 0) {
    window.entries.push(...found);
    return;
  }
  window.entries.sort((a, b) => (a.atNs === b.atNs ? 0 : a.atNs < b.atNs ? -1 : 1));
  const earliest = window.entries[0] as RatingEntry;
  if (earliest.atNs > window.startNs && first.atNs < earliest.atNs) window.entries.unshift(first);
}

function covers(window: EntryWindow): boolean {
  const first = window.entries[0];
  if (first === undefined || first.atNs > window.startNs) return false;
  for (const entry of window.entries) if (entry.intervals === null) return false;
  return true;
}

/** The activations in force in the window, with what their plans have for the destination. */
function entriesOf(query: EntryQuery, window: EntryWindow, profile: CompiledProfile) {
  const entries: RatingEntry[] = [];
  const { activations } = profile;
  const times = activations.map((activation) => relativeNs(query, activation));
  let first = 0;
  while (first + 1 < times.length && (times[first + 1] as number) <= window.startNs) first++;
  for (let i = first; i < activations.length; i++) {
    const atNs = times[i] as number;
    if (atNs > window.endNs) break;
    const activation = activations[i] as CompiledActivation;
    if (i === first && atNs > window.startNs) entries.push(openStart(window));
    const plan = query.snapshot.plans.get(activation.plan);
    const found =
      plan &&
      findDestination(query.snapshot, plan, { destination: query.destination, at: window.start });
    if (!found && activation.fallbackSubjects.length === 0) continue;
    entries.push({
      ...(found ? filled(query.snapshot, found) : EMPTY),
      atNs,
      at: utcTime(activation),
      plan: activation.plan,
      subject: profile.identity,
      fallbackSubjects: activation.fallbackSubjects,
    });
  }
  return entries;
}

const EMPTY = { prefix: "", destinationTag: "", intervals: null, tied: false };

function filled(snapshot: CgratesSnapshot, found: FoundDestination) {
  return {
    prefix: found.prefix,
    destinationTag: snapshot.destinationTags[found.intervals.tag] as string,
    intervals: found.intervals.intervals.slice(),
    tied: found.tied,
  };
}

/** A call that begins before the first activation is left to `*any` until then. */
function openStart(window: EntryWindow): RatingEntry {
  return {
    ...EMPTY,
    atNs: window.startNs,
    at: window.start,
    plan: "",
    subject: "",
    fallbackSubjects: [ANY_SUBJECT],
  };
}

export function relativeNs(
  query: Pick<EntryQuery, "midnightMs">,
  activation: CompiledActivation,
): number {
  if (activation.atMs === null) return Number.NEGATIVE_INFINITY;
  return (activation.atMs - query.midnightMs) * 1e6 + activation.atNs;
}

function utcTime(activation: CompiledActivation): LocalTime {
  return activation.atMs === null ? ALWAYS : localTime(activation.atMs, activation.atNs, 0);
}
