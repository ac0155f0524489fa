// Finds prefixes that several destination tags of one plan hold with equal weight.
import type { CgratesPlan } from "../plan.ts";
import type { TableContext } from "./read-prices.ts";

interface SharedPrefix {
  prefix: string;
  tags: Set<string>;
  /** Number of the first row that gives the prefix to a second tag. */
  row: number;
}

/** One warning for each plan and set of tags, which names the first prefix they share. */
export function checkTies({ plan, faults, placeIn, destinationRows }: TableContext): void {
  const shared = sharedPrefixes(plan);
  if (shared.length === 0) return;
  const tags = new Set<string>();
  for (const prefix of shared) for (const tag of prefix.tags) tags.add(tag);
  for (const planTag of plan.ratingPlans.keys()) {
    const weights = maxWeights(plan, planTag, tags);
    const ties = new Map<string, { first: SharedPrefix; count: number }>();
    for (const prefix of shared) {
      const tied = tiedTags(prefix.tags, weights);
      if (tied.length === 0) continue;
      const key = tied.join(", ");
      const tie = ties.get(key);
      if (tie === undefined) ties.set(key, { first: prefix, count: 1 });
      else tie.count++;
    }
    for (const [tied, { first, count }] of ties) {
      const row = destinationRows[first.row] ?? { file: "Destinations.csv", line: 1 };
      const others = count > 1 ? ` and ${count - 1} more` : "";
      const detail = `Prefix ${first.prefix}${others}, tags ${tied}, plan ${planTag}.`;
      faults.add(placeIn(row, 1), "tied-tags", detail);
    }
  }
}

function sharedPrefixes(plan: CgratesPlan): SharedPrefix[] {
  const { destinationTags, destinationPrefixes } = plan;
  const firstRows = new Map<string, number>();
  const shared = new Map<string, SharedPrefix>();
  for (let row = 0; row < destinationPrefixes.length; row++) {
    const prefix = destinationPrefixes[row] as string;
    const first = firstRows.get(prefix);
    if (first === undefined) {
      firstRows.set(prefix, row);
      continue;
    }
    const tag = destinationTags[row] as string;
    const known = shared.get(prefix);
    const tags = known?.tags ?? new Set([destinationTags[first] as string]);
    if (tags.has(tag)) continue;
    tags.add(tag);
    if (known === undefined) shared.set(prefix, { prefix, tags, row });
  }
  return [...shared.values()];
}

function maxWeights(plan: CgratesPlan, planTag: string, tags: Set<string>): Map<string, number> {
  const weights = new Map<string, number>();
  for (const row of plan.ratingPlans.get(planTag) ?? []) {
    for (const { destination } of plan.destinationRates.get(row.destinationRates) ?? []) {
      if (!tags.has(destination)) continue;
      weights.set(destination, Math.max(weights.get(destination) ?? 0, row.weight));
    }
  }
  return weights;
}

/** The tags of which another has the same weight. */
function tiedTags(tags: ReadonlySet<string>, weights: Map<string, number>): string[] {
  const present = [...tags].filter((tag) => weights.has(tag));
  if (present.length < 2) return [];
  const counts = new Map<number | undefined, number>();
  for (const tag of present) {
    const weight = weights.get(tag);
    counts.set(weight, (counts.get(weight) ?? 0) + 1);
  }
  return present.filter((tag) => (counts.get(weights.get(tag)) ?? 0) > 1);
}
