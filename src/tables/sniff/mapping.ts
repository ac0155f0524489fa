// Which column is which field, by its name; what no name tells is asked.
import type { Doubt } from "./doubt.ts";
import { fieldsByName, NEEDED } from "./names.ts";

export interface Mapping {
  map: Record<string, string>;
  confidence: number;
  doubts: Doubt[];
}

/** One of them is enough. */
const TIMES = ["setupTime", "answerTime", "endTime"];

/** Columns offered as an answer. */
const MOST_ANSWERS = 50;

/** Of a table of calls. */
export function mappingOf(
  columns: readonly string[],
  known: Readonly<Record<string, string>>,
): Mapping {
  // Whoever maps columns says all that they are.
  if (Object.keys(known).length > 0) return { map: { ...known }, confidence: 1, doubts: [] };
  const map: Record<string, string> = {};
  const doubts: Doubt[] = [];
  const taken = new Set<string>();
  for (const [field, candidates] of fieldsByName(columns)) {
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
  for (const field of NEEDED) {
    const isTime = field === "setupTime";
    if (map[field] !== undefined || (isTime && TIMES.some((one) => map[one]))) continue;
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
