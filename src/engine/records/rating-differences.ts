// Two ratings of one CDR, compared member by member.
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { Rating } from "../../cdr/rating.ts";

export interface Difference {
  /** Dotted, such as `basis.sell.exact`. */
  path: string;
  stored: Json;
  again: Json;
}

/** Written at the time of the rating: when, by whom and by which rules it was made. */
const WRITTEN = new Set(["revision", "ratedAtMs", "job", "note", "rules"]);

/** Members of the stored rating and of the new one that are not the same JSON. */
export function ratingDifferences(stored: Rating, again: Rating): Difference[] {
  const differences: Difference[] = [];
  const names = new Set([...Object.keys(stored), ...Object.keys(again)]);
  for (const name of names) {
    if (WRITTEN.has(name)) continue;
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
  differences: Difference[],
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
