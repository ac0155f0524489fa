// Which indexes are there, which lack, and which differ from those that are wanted.
import { type Document, MongoServerError } from "mongodb";
import type { StoreCollections } from "../schema.ts";
import { compareIndexes, type DifferingIndex } from "./differing.ts";
import type { CollectionIndexes, WantedIndex } from "./wanted.ts";

export interface MissingIndexes {
  collection: keyof StoreCollections;
  wanted: WantedIndex[];
}

export interface Survey {
  missing: MissingIndexes[];
  differing: (DifferingIndex & { collection: keyof StoreCollections })[];
  /** Keys of those that are as they should be, by `collection.name`. */
  usable: Map<string, Document>;
}

export function emptySurvey(): Survey {
  // The one that every collection has.
  return { missing: [], differing: [], usable: new Map([["cdrs._id_", { _id: 1 }]]) };
}

const NO_COLLECTION = 26;

async function indexesOf(
  collections: StoreCollections,
  name: keyof StoreCollections,
): Promise<Document[]> {
  try {
    return await collections[name].indexes();
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NO_COLLECTION) return [];
    throw error;
  }
}

export async function survey(
  collections: StoreCollections,
  all: readonly CollectionIndexes[],
): Promise<Survey> {
  const found = emptySurvey();
  await Promise.all(
    all.map(async ({ collection, wanted }) => {
      const there = await indexesOf(collections, collection);
      const { missing, differing } = compareIndexes(there, wanted);
      if (missing.length > 0) found.missing.push({ collection, wanted: missing });
      found.differing.push(...differing.map((one) => ({ ...one, collection })));
      const unusable = new Set([...missing, ...differing.map((one) => one.wanted)]);
      for (const one of wanted) {
        if (unusable.has(one)) continue;
        found.usable.set(`${collection}.${one.name}`, Object.fromEntries(one.key));
      }
    }),
  );
  return found;
}
