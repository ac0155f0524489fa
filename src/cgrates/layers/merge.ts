// Puts the plans of layers together. A rating plan keeps the prices and timings of its own layer, as in
// the engine; destinations, plans, profiles and chargers are known by their names to every layer.
import type { KnownElsewhere } from "../folder/read.ts";
import { predefinedTimings } from "../folder/read-plans.ts";
import {
  type CgratesPlan,
  type Charger,
  profileKey,
  type RatingProfile,
  type Timing,
} from "../plan.ts";

/** What a layer may take away. */
export type Removable =
  | "Timing"
  | "Destination"
  | "RatingPlan"
  | "RatingProfile"
  | "Charger"
  | "Route";

export interface Merge {
  /** What the layers so far have, for one that names it. */
  known(): KnownElsewhere;
  remove(kind: Removable, name: string): void;
  /** @param layer its name: what is of this layer alone is kept under it where a name is taken */
  add(plan: CgratesPlan, layer: string): void;
  plan(): CgratesPlan;
}

function chargerKey({ tenant, id }: Pick<Charger, "tenant" | "id">): string {
  return `${tenant}:${id}`;
}

export function createMerge(): Merge {
  const timings = predefinedTimings();
  const destinations = new Map<string, string[]>();
  const rates: CgratesPlan["rates"] = new Map();
  const destinationRates: CgratesPlan["destinationRates"] = new Map();
  const ratingPlans: CgratesPlan["ratingPlans"] = new Map();
  const profiles = new Map<string, RatingProfile>();
  const chargers = new Map<string, Charger[]>();
  let hasChargers = false;

  const removers: Record<Removable, (name: string) => void> = {
    // Plans keep what they were made with.
    Timing: () => undefined,
    Destination: (name) => destinations.delete(name),
    RatingPlan: (name) => ratingPlans.delete(name),
    RatingProfile: (name) => profiles.delete(name),
    Charger: (name) => chargers.delete(name),
    // They decide no price: whoever reads them looks at the rows.
    Route: () => undefined,
  };

  return {
    known: () => ({ destinations, ratingPlans }),

    remove: (kind, name) => removers[kind]?.(name),

    add(plan, layer) {
      const timingNames = added(plan.timings, { to: timings, layer, isSame: areAlike });
      const rateNames = added(plan.rates, { to: rates, layer });
      for (const row of [...plan.destinationRates.values()].flat()) {
        row.rate = rateNames.get(row.rate) ?? row.rate;
      }
      const rowNames = added(plan.destinationRates, { to: destinationRates, layer });
      for (const row of [...plan.ratingPlans.values()].flat()) {
        row.destinationRates = rowNames.get(row.destinationRates) ?? row.destinationRates;
        row.timing = timingNames.get(row.timing) ?? row.timing;
      }
      for (const [name, rows] of plan.ratingPlans) ratingPlans.set(name, rows);
      for (const [name, prefixes] of prefixesByTag(plan)) destinations.set(name, prefixes);
      for (const profile of plan.profiles) {
        const { tenant, category, subject } = profile;
        profiles.set(profileKey(tenant, category, subject), profile);
      }
      for (const [key, rows] of chargersByKey(plan)) chargers.set(key, rows);
      hasChargers ||= plan.hasChargers;
    },

    plan() {
      const destinationTags: string[] = [];
      const destinationPrefixes: string[] = [];
      for (const [tag, prefixes] of destinations) {
        for (const prefix of prefixes) {
          destinationTags.push(tag);
          destinationPrefixes.push(prefix);
        }
      }
      return {
        layout: "0.10",
        ...{ timings, destinationTags, destinationPrefixes, rates, destinationRates, ratingPlans },
        profiles: [...profiles.values()],
        chargers: [...chargers.values()].flat(),
        hasChargers,
      };
    },
  };
}

/**
 * Adds what is of one layer alone, under its own names, or with that of the layer where a name is taken by
 * something else. Answers what each is called now.
 */
function added<Value>(
  own: ReadonlyMap<string, Value>,
  { to, layer, isSame }: AddedTo<Value>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [name, value] of own) {
    const other = to.get(name);
    const isFree = other === undefined || isSame?.(other, value) === true;
    const called = isFree ? name : `${name} (${layer})`;
    names.set(name, called);
    to.set(called, value);
  }
  return names;
}

interface AddedTo<Value> {
  to: Map<string, Value>;
  layer: string;
  isSame?: (a: Value, b: Value) => boolean;
}

function areAlike(a: Timing, b: Timing): boolean {
  const textOf = ({ years, months, monthDays, weekDays, startText }: Timing) =>
    JSON.stringify([years, months, monthDays, weekDays, startText]);
  return textOf(a) === textOf(b);
}

export function prefixesByTag({ destinationTags, destinationPrefixes }: CgratesPlan) {
  const byTag = new Map<string, string[]>();
  for (const [row, tag] of destinationTags.entries()) {
    const prefix = destinationPrefixes[row] as string;
    const own = byTag.get(tag);
    if (own === undefined) byTag.set(tag, [prefix]);
    else own.push(prefix);
  }
  return byTag;
}

export function chargersByKey({ chargers }: Pick<CgratesPlan, "chargers">): Map<string, Charger[]> {
  const byKey = new Map<string, Charger[]>();
  for (const charger of chargers) {
    const key = chargerKey(charger);
    byKey.set(key, [...(byKey.get(key) ?? []), charger]);
  }
  return byKey;
}
