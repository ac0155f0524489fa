// One more layer on a plan that is compiled: what the layer names is compiled, everything else stays the
// very objects that it was. The result prices as a compile of all layers does.
import type { Fault } from "../../tariffs/tariff.ts";
import { compilePrices, compileProfiles } from "../compile.ts";
import { readCgratesFolder } from "../folder/read.ts";
import { type Numbers, numbersOf, tagNumber } from "../numbers.ts";
import { type CgratesPlan, type Charger, profileKey } from "../plan.ts";
import type { CgratesSnapshot, CompiledProfile, DestinationChanges } from "../snapshot.ts";
import { chargersByKey, prefixesByTag, type Removable } from "./merge.ts";

/** A compiled plan with what is needed to go on from it. */
export interface GrownPlan {
  snapshot: CgratesSnapshot;
  counts: Readonly<Record<string, number>>;
  readonly numbers: Numbers;
  /** Prefixes of each tag in the trie, by number. */
  readonly inTrie: Int32Array;
  /** Prefixes of the destinations that later layers set, by tag. */
  readonly own: ReadonlyMap<number, readonly string[]>;
  /** Of the next destination that is new. */
  readonly nextPlace: number;
  readonly chargers: ReadonlyMap<string, readonly Charger[]>;
}

export interface Layer {
  removed: readonly (readonly [kind: string, name: string])[];
  files: Record<string, string>;
}

export type Growth =
  | { ok: true; plan: GrownPlan; tenants: string[]; warnings: Fault[] }
  | { ok: false; faults: Fault[] };

/** @param snapshot of layers, compiled whole */
export function grownPlan(
  snapshot: CgratesSnapshot,
  counts: Readonly<Record<string, number>>,
): GrownPlan {
  const numbers = numbersOf(snapshot);
  const inTrie = new Int32Array(numbers.tags.length);
  for (const tag of snapshot.prefixTags) inTrie[tag] = (inTrie[tag] as number) + 1;
  return {
    ...{ snapshot, counts, numbers, inTrie, own: new Map(), nextPlace: numbers.tags.length },
    chargers: chargersByKey(snapshot),
  };
}

/** @param version of the plan with the layer */
export function grow(base: GrownPlan, { removed, files }: Layer, version: string): Growth {
  const draft = createDraft(base);
  for (const [kind, name] of removed) draft.remove(kind as Removable, name);
  const read = readCgratesFolder(files, {
    destinations: { has: draft.hasDestination },
    ratingPlans: { has: (id) => draft.plans.has(id) },
  });
  if (!read.ok) return read;
  draft.add(read.plan);
  const tenants = [...new Set(read.plan.profiles.map(({ tenant }) => tenant))];
  return { ok: true, plan: draft.plan(version), tenants, warnings: read.warnings };
}

function createDraft(base: GrownPlan) {
  const { snapshot, numbers } = base;
  const counts: Record<string, number> = { ...base.counts };
  const count = (table: string, rows: number) => {
    counts[table] = (counts[table] ?? 0) + rows;
  };
  const destinations = createDestinations(base, (rows) => count("Destinations", rows));
  const plans = new Map(snapshot.plans);
  const profiles = createProfiles(snapshot.profiles, (rows) => count("RatingProfiles", rows));
  const chargers = new Map(base.chargers);
  let { hasChargers } = snapshot;

  const removePlan = (id: string) => {
    count("RatingPlans", -(plans.get(id)?.rows.length ?? 0));
    return plans.get(id);
  };
  const removeCharger = (key: string) => count("Chargers", -(chargers.get(key)?.length ?? 0));
  const removers: Record<Removable, (name: string) => void> = {
    // Plans keep what they were made with.
    Timing: () => undefined,
    // They decide no price.
    Route: () => undefined,
    Destination: destinations.remove,
    RatingPlan(id) {
      removePlan(id);
      plans.delete(id);
    },
    RatingProfile: profiles.remove,
    Charger(key) {
      removeCharger(key);
      chargers.delete(key);
    },
  };

  return {
    plans,
    hasDestination: destinations.has,
    remove: (kind: Removable, name: string) => removers[kind]?.(name),
    add(plan: CgratesPlan) {
      for (const [tag, prefixes] of prefixesByTag(plan)) destinations.set(tag, prefixes);
      const compiled = compilePrices(plan, numbers);
      count("DestinationRates", compiled.table.line.length);
      for (const [id, own] of compiled.plans) {
        removePlan(id);
        plans.set(id, own);
        count("RatingPlans", own.rows.length);
      }
      profiles.add(plan);
      for (const [key, own] of chargersByKey(plan)) {
        removeCharger(key);
        chargers.set(key, own);
        count("Chargers", own.length);
      }
      hasChargers ||= plan.hasChargers;
    },
    plan(version: string): GrownPlan {
      const { own, nextPlace, changes } = destinations.result();
      const anyTag = numbers.tagNumbers.get("*any") ?? -1;
      return {
        ...{ ...base, counts, own, nextPlace, chargers },
        snapshot: {
          ...{ ...snapshot, version, changes, anyTag, plans, profiles: profiles.result() },
          ...{ destinationTags: numbers.tags, rates: numbers.rates, terms: numbers.terms },
          ...{ chargers: [...chargers.values()].flat(), hasChargers },
        },
      };
    },
  };
}

function createDestinations(base: GrownPlan, count: (rows: number) => void) {
  const { numbers, inTrie, snapshot } = base;
  const own = new Map(base.own);
  const replaced = new Set(snapshot.changes?.replaced);
  const places = new Map(snapshot.changes?.places);
  let { nextPlace } = base;
  let isChanged = false;

  const trieRows = (tag: number) => inTrie[tag] ?? 0;
  const rowsOf = (tag: number): number =>
    own.get(tag)?.length ?? (replaced.has(tag) ? 0 : trieRows(tag));
  const has = (name: string): boolean => {
    const tag = numbers.tagNumbers.get(name);
    return tag !== undefined && rowsOf(tag) > 0;
  };
  const forget = (tag: number) => {
    count(-rowsOf(tag));
    if (trieRows(tag) > 0) replaced.add(tag);
    isChanged = true;
  };

  return {
    has,
    remove(name: string) {
      const tag = numbers.tagNumbers.get(name);
      if (tag === undefined || !has(name)) return;
      forget(tag);
      own.delete(tag);
    },
    set(name: string, prefixes: readonly string[]) {
      // One that is there keeps its place, a new one comes last.
      const isThere = has(name);
      const tag = tagNumber(numbers, name);
      if (!isThere) {
        places.set(tag, nextPlace);
        nextPlace += 1;
      }
      forget(tag);
      own.set(tag, prefixes);
      count(prefixes.length);
    },
    result() {
      if (!isChanged) return { own: base.own, nextPlace, changes: snapshot.changes };
      return { own, nextPlace, changes: changesOf({ own, replaced, places }) };
    },
  };
}

function changesOf({
  own,
  replaced,
  places,
}: Pick<DestinationChanges, "replaced" | "places"> & Pick<GrownPlan, "own">): DestinationChanges {
  const placeOf = (tag: number) => places.get(tag) ?? tag;
  const added = new Map<string, number[]>();
  let longest = 0;
  for (const [tag, prefixes] of [...own].sort(([a], [b]) => placeOf(a) - placeOf(b))) {
    for (const prefix of prefixes) {
      const tags = added.get(prefix);
      if (tags === undefined) added.set(prefix, [tag]);
      else tags.push(tag);
      longest = Math.max(longest, prefix.length);
    }
  }
  return { replaced, added, longest, places };
}

type Profiles = CgratesSnapshot["profiles"];

/** Only the maps on the way to what changes are copied. */
function createProfiles(base: Profiles, count: (rows: number) => void) {
  const profiles: Profiles = new Map(base);

  const subjectsOf = (tenant: string, category: string): Map<string, CompiledProfile> => {
    const categories = new Map(profiles.get(tenant));
    const subjects = new Map(categories.get(category));
    categories.set(category, subjects);
    profiles.set(tenant, categories);
    return subjects;
  };
  const drop = (subjects: Map<string, CompiledProfile>, subject: string) => {
    count(-(subjects.get(subject)?.activations.length ?? 0));
    subjects.delete(subject);
  };

  return {
    remove(identity: string) {
      for (const [tenant, categories] of base) {
        for (const category of categories.keys()) {
          const start = profileKey(tenant, category, "");
          if (!identity.startsWith(start)) continue;
          const subject = identity.slice(start.length);
          if (!profiles.get(tenant)?.get(category)?.has(subject)) continue;
          drop(subjectsOf(tenant, category), subject);
        }
      }
    },
    add(plan: CgratesPlan) {
      for (const [tenant, categories] of compileProfiles(plan.profiles)) {
        for (const [category, own] of categories) {
          const subjects = subjectsOf(tenant, category);
          for (const [subject, profile] of own) {
            drop(subjects, subject);
            subjects.set(subject, profile);
            count(profile.activations.length);
          }
        }
      }
    },
    result: () => profiles,
  };
}
