// Which column is which field, by its name; what no name tells is asked.
import { columnsOfFields } from "../columns.ts";
import type { Doubt } from "./doubt.ts";
import { fieldsByName, NEEDED, type Target } from "./names.ts";

export interface Mapping {
  map: Record<string, string>;
  confidence: number;
  doubts: Doubt[];
}

/** Columns offered as an answer. */
const MOST_ANSWERS = 50;

export function mappingOf(
  columns: readonly string[],
  { known, target }: { known: Readonly<Record<string, string>>; target: Target },
): Mapping {
  const map: Record<string, string> = { ...known };
  const doubts: Doubt[] = [];
  const taken = new Set(
    [...columnsOfFields(columns, known).fields.keys()].map((index) => columns[index]),
  );
  for (const [field, candidates] of fieldsByName(columns, target)) {
    if (map[field] !== undefined) continue;
    const [best, ...rivals] = candidates.filter((name) => !taken.has(name));
    if (best === undefined) continue;
    map[field] = best;
    taken.add(best);
    if (rivals.length > 0) {
      doubts.push({
        code: `map.${field}`,
        question: `Several columns may be the field ${field}: which one is it?`,
        answers: [best, ...rivals],
      });
    }
  }
  for (const field of NEEDED[target]) {
    if (map[field] !== undefined) continue;
    const free = columns.filter((name) => !taken.has(name)).slice(0, MOST_ANSWERS);
    doubts.push({
      code: `map.${field}`,
      question: `No column has a name that says ${field}: which one is it?`,
      answers: free,
    });
  }
  const asked = doubts.length;
  return { map, doubts, confidence: asked === 0 ? 1 : Math.max(0.2, 0.9 - asked * 0.15) };
}
