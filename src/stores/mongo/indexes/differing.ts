// Indexes as they are, held against those that are wanted: which lack, which differ.
import type { Document } from "mongodb";
import { type EngineError, engineError } from "../../../errors.ts";
import type { WantedIndex } from "./wanted.ts";

export interface DifferingIndex {
  there: Document;
  wanted: WantedIndex;
}

/** Members that say nothing of what an index is. */
const UNIMPORTANT = new Set(["v", "ns", "background"]);

function definition({ name: _name, ...rest }: Document): string {
  const entries = Object.entries(rest).filter(
    ([member, value]) => !UNIMPORTANT.has(member) && value !== false,
  );
  return JSON.stringify(Object.fromEntries(entries));
}

function wantedDefinition({ key }: WantedIndex): string {
  return definition({ key: Object.fromEntries(key) });
}

/** The same fields under another name differ too: the server makes no second one of them. */
export function compareIndexes(
  there: readonly Document[],
  all: readonly WantedIndex[],
): { missing: WantedIndex[]; differing: DifferingIndex[] } {
  const missing: WantedIndex[] = [];
  const differing: DifferingIndex[] = [];
  for (const wanted of all) {
    const named = there.find((one) => one["name"] === wanted.name);
    const text = wantedDefinition(wanted);
    const other = named ?? there.find((one) => definition(one) === text);
    if (other === undefined) missing.push(wanted);
    else if (named === undefined || definition(named) !== text) {
      differing.push({ there: other, wanted });
    }
  }
  return { missing, differing };
}

/** @returns `store-unavailable` with both definitions and the command that mends it */
export function indexDiffers(collection: string, { there, wanted }: DifferingIndex): EngineError {
  const is = `${String(there["name"])} ${definition(there)}`;
  const should = `${wanted.name} ${wantedDefinition(wanted)}`;
  const message = `An index of the collection ${collection} differs: it is ${is}, cdrate needs ${should}.`;
  return engineError("store-unavailable", message, {
    hint: "Stop the services, then run `cdrate store mend-indexes`: it drops that index and builds the right one.",
  });
}
