// Which plan prices which part of a call under `exact` semantics: a price switches when the
// activation does, and a fallback holds only while it is needed.

import type { CompiledActivation, CompiledProfile, RateInterval } from "../snapshot.ts";
import { DAY_NS, type LocalTime } from "./day-rule.ts";
import { findMergedDestination } from "./find-destination.ts";
import { type EntryQuery, profileOf, relativeNs } from "./select-entries.ts";

export interface ExactEntry {
  /** What it comes from: the same activation gives the same entry. */
  activation: CompiledActivation | null;
  plan: string;
  prefix: string;
  subject: string;
  destinationTag: string;
  intervals: RateInterval[];
}

/** A part of the call, from a time (nanoseconds after the midnight before the call) on. */
export interface ExactWindow {
  fromNs: number;
  entry: ExactEntry;
}

export interface ExactQuery extends EntryQuery {
  /** Day of the midnight that times count from. */
  day: number;
  startNs: number;
  endNs: number;
}

const ANY_SUBJECT = "*any";

/**
 * The windows of a call; empty: the destination has no price at its start. A later activation
 * without the destination changes nothing, as in CGRateS.
 */
export function exactWindows(query: ExactQuery, profile: CompiledProfile): ExactWindow[] {
  const first = entryAt(query, { profile, ns: query.startNs, depth: 1 });
  if (first === null) return [];
  const windows = [{ fromNs: query.startNs, entry: first }];
  let current = first;
  for (const ns of switchTimes(query, profile)) {
    const entry = entryAt(query, { profile, ns, depth: 1 });
    if (entry === null || entry.activation === current.activation) continue;
    windows.push({ fromNs: ns, entry });
    current = entry;
  }
  return windows;
}

/** The entry of one plan at the start of the call, whatever the profiles say. */
export function exactEntryOfPlan(query: ExactQuery, plan: string): ExactEntry | null {
  const found = searchPlan(query, plan, query.startNs);
  return found && { ...found, activation: null, plan, subject: "" };
}

interface Place {
  profile: CompiledProfile;
  ns: number;
  depth: number;
}

/** The activation in force, else its fallback subjects in order; before the first one `*any`. */
function entryAt(query: ExactQuery, { profile, ns, depth }: Place): ExactEntry | null {
  const activation = profile.activations.findLast((candidate) => {
    return relativeNs(query, candidate) <= ns;
  });
  if (activation !== undefined) {
    const found = searchPlan(query, activation.plan, ns);
    if (found) {
      return { ...found, activation, plan: activation.plan, subject: profile.identity };
    }
  }
  if (depth >= query.fallbackDepth) return null;
  for (const subject of activation?.fallbackSubjects ?? [ANY_SUBJECT]) {
    const fallback = profileOf(query, subject);
    const entry = fallback && entryAt(query, { profile: fallback, ns, depth: depth + 1 });
    if (entry) return entry;
  }
  return null;
}

function searchPlan(query: ExactQuery, planId: string, ns: number) {
  const { snapshot, destination } = query;
  const plan = snapshot.plans.get(planId);
  const at = localTimeAt(query.day, ns);
  const found = plan && findMergedDestination(snapshot, plan, { destination, at });
  if (!found) return null;
  const { prefix, intervals, tag } = found;
  return { prefix, intervals, destinationTag: snapshot.destinationTags[tag] as string };
}

export function localTimeAt(day: number, ns: number): LocalTime {
  const days = Math.floor(ns / DAY_NS);
  return { day: day + days, timeOfDayNs: ns - days * DAY_NS };
}

/** Times inside the call at which an activation of the profile or of a fallback begins. */
function switchTimes(query: ExactQuery, profile: CompiledProfile): number[] {
  const times = new Set<number>();
  let level = new Set([profile]);
  for (let depth = 1; depth <= query.fallbackDepth; depth++) {
    const activations = [...level].flatMap((each) => each.activations);
    for (const activation of activations) {
      const ns = relativeNs(query, activation);
      if (ns > query.startNs && ns < query.endNs) times.add(ns);
    }
    // Every profile may leave its beginning to `*any`; a time too many changes nothing.
    const subjects = activations.flatMap(({ fallbackSubjects }) => fallbackSubjects);
    const next = [ANY_SUBJECT, ...subjects].flatMap((subject) => profileOf(query, subject) ?? []);
    level = new Set(next);
  }
  return [...times].sort((a, b) => a - b);
}
