// Which plans price a call: profile, activations, destination and fallback subjects (notes
// 2.1 to 2.4), with `cgrates` semantics.

import type {
  CgratesSnapshot,
  CompiledActivation,
  CompiledProfile,
  DestinationIntervals,
  RateInterval,
} from "../snapshot.ts";
import { type LocalTime, localTime } from "./day-rule.ts";
import { type FoundDestination, findDestination } from "./find-destination.ts";

/** One activation that takes part in a call; without intervals it is an empty entry. */
export interface RatingEntry {
  /** Nanoseconds after the midnight before the call; −Infinity: always in the past. */
  atNs: number;
  /** Null: no activation, but a call's beginning before the first one, or a plan asked for. */
  activation: CompiledActivation | null;
  plan: string;
  prefix: string;
  /** `*out:tenant:category:subject` of the profile. */
  subject: string;
  /** Null: an empty entry. */
  intervals: DestinationIntervals | null;
  /** How often CGRateS has sorted the intervals for this call, and what that left. */
  sorts: number;
  order: RateInterval[];
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
  const { destination, startNs, start } = wanted;
  const plan = snapshot.plans.get(planId);
  const found = plan && findDestination(snapshot, plan, { destination, at: start });
  if (!found) return null;
  return makeEntry(found, { atNs: startNs, activation: null, plan: planId, subject: "" });
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
    if (entry.intervals === null) fillEntry(query, window, { index, depth });
  }
  return true;
}

/** Asks the fallback subjects of an empty entry for its part of the window. */
function fillEntry(
  query: EntryQuery,
  window: EntryWindow,
  place: { index: number; depth: number },
): void {
  const { index, depth } = place;
  const entry = window.entries[index] as RatingEntry;
  const part: EntryWindow = {
    startNs: index === 0 ? window.startNs : entry.atNs,
    start: index === 0 ? window.start : utcTime(entry.activation),
    endNs: window.entries[index + 1]?.atNs ?? window.endNs,
    entries: [],
  };
  for (const subject of entry.fallbackSubjects) {
    const source = { profile: profileOf(query, subject), depth: depth + 1 };
    if (!addProfile(query, part, source)) continue;
    replaceEntry(window.entries, index, part.entries);
    if (covers(part)) return;
  }
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
    window.entries = found;
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
  const { snapshot, destination } = query;
  const { activations } = profile;
  const entries: RatingEntry[] = [];
  let first = 0;
  while (first + 1 < activations.length) {
    if (relativeNs(query, activations[first + 1] as CompiledActivation) > window.startNs) break;
    first++;
  }
  for (let i = first; i < activations.length; i++) {
    const activation = activations[i] as CompiledActivation;
    const atNs = relativeNs(query, activation);
    if (atNs > window.endNs) break;
    if (i === first && atNs > window.startNs) entries.push(openStart(window));
    const plan = snapshot.plans.get(activation.plan);
    const found = plan ? findDestination(snapshot, plan, { destination, at: window.start }) : null;
    if (found === null && activation.fallbackSubjects.length === 0) continue;
    const { identity: subject } = profile;
    entries.push(makeEntry(found, { atNs, activation, plan: activation.plan, subject }));
  }
  return entries;
}

const NO_SUBJECTS: string[] = [];
const NO_INTERVALS: RateInterval[] = [];

/** Written out member by member: copying objects here took a third of the time of a call. */
function makeEntry(
  found: FoundDestination | null,
  source: Pick<RatingEntry, "atNs" | "activation" | "plan" | "subject">,
): RatingEntry {
  const { atNs, activation, plan, subject } = source;
  return {
    atNs,
    activation,
    plan,
    prefix: found === null ? "" : found.prefix,
    subject,
    intervals: found === null ? null : found.intervals,
    sorts: 0,
    order: found === null ? NO_INTERVALS : found.intervals.intervals,
    fallbackSubjects: activation === null ? NO_SUBJECTS : activation.fallbackSubjects,
    tied: found?.tied ?? false,
  };
}

/** A call that begins before the first activation is left to `*any` until then. */
function openStart(window: EntryWindow): RatingEntry {
  return {
    atNs: window.startNs,
    activation: null,
    plan: "",
    prefix: "",
    subject: "",
    intervals: null,
    sorts: 0,
    order: NO_INTERVALS,
    fallbackSubjects: [ANY_SUBJECT],
    tied: false,
  };
}

export function relativeNs(
  query: Pick<EntryQuery, "midnightMs">,
  activation: CompiledActivation,
): number {
  if (activation.atMs === null) return Number.NEGATIVE_INFINITY;
  return (activation.atMs - query.midnightMs) * 1e6 + activation.atNs;
}

function utcTime(activation: CompiledActivation | null): LocalTime {
  if (activation === null || activation.atMs === null) return ALWAYS;
  return localTime(activation.atMs, activation.atNs, 0);
}
