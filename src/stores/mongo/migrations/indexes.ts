// Makes the indexes of a step; one that is there with another definition is told with both.
import type { Collection, Document } from "mongodb";
import { EngineError, engineError } from "../../../errors.ts";
import { codeOf } from "../faults.ts";

export interface WantedIndex {
  name: string;
  key: Record<string, 1> | Map<string, 1>;
}

/** Codes of a server that has the name with another definition, or the definition by another name. */
const DIFFERS: ReadonlySet<number | undefined> = new Set([85, 86]);

/** @throws `store-unavailable` for an index that differs */
export async function makeIndexes<T extends Document>(
  collection: Collection<T>,
  wanted: WantedIndex[],
): Promise<void> {
  if (wanted.length === 0) return;
  try {
    await collection.createIndexes(wanted);
  } catch (cause) {
    if (!DIFFERS.has(codeOf(cause))) throw cause;
    const pair = differing(await collection.indexes(), wanted);
    throw pair === undefined ? cause : indexDiffers(collection.collectionName, pair, cause);
  }
}

interface Pair {
  there: Document;
  wanted: WantedIndex;
}

/** Members that say nothing of what an index is. */
const UNIMPORTANT = new Set(["v", "ns", "background"]);

function definition(index: Document): string {
  const { name: _name, ...rest } = index;
  const entries = Object.entries(rest).filter(([member]) => !UNIMPORTANT.has(member));
  const plain = entries.map(([member, value]) => [
    member,
    value instanceof Map ? Object.fromEntries(value) : value,
  ]);
  return JSON.stringify(Object.fromEntries(plain));
}

function differing(there: Document[], all: WantedIndex[]): Pair | undefined {
  const pairs = all.flatMap((wanted) => there.map((one) => ({ there: one, wanted })));
  return pairs.find(({ there: one, wanted }) => {
    const isNamed = one["name"] === wanted.name;
    const hasKey = keyText(one["key"]) === keyText(wanted.key);
    return isNamed ? definition(one) !== definition(wanted) : hasKey;
  });
}

function keyText(key: unknown): string {
  return JSON.stringify(key instanceof Map ? Object.fromEntries(key) : key);
}

function indexDiffers(collection: string, { there, wanted }: Pair, cause: unknown): EngineError {
  const is = `${String(there["name"])} ${definition(there)}`;
  const should = `${wanted.name} ${definition(wanted as unknown as Document)}`;
  const message = `An index of the collection ${collection} differs: it is ${is}, cdrate needs ${should}.`;
  return engineError("store-unavailable", message, {
    cause,
    hint: "Stop the services, then run `cdrate store mend-indexes`: it drops that index and builds the right one.",
    data: { collection, index: String(there["name"]) },
  });
}

/** The index that such an error is about; null: it is another error. */
export function differingIndex(error: unknown): { collection: string; index: string } | null {
  if (!(error instanceof EngineError)) return null;
  const { collection, index } = error.detail.data ?? {};
  return typeof collection === "string" && typeof index === "string" ? { collection, index } : null;
}
