// What an index of the store is to be. Each step of the schema says its own; one more for each extra
// field that the settings name.
import { encodeName } from "../names.ts";
import type { StoreCollections } from "../schema.ts";

export interface WantedIndex {
  name: string;
  key: ReadonlyMap<string, 1>;
}

export interface CollectionIndexes {
  collection: keyof StoreCollections;
  wanted: readonly WantedIndex[];
}

export function index(name: string, ...fields: string[]): WantedIndex {
  return { name, key: new Map(fields.map((field) => [field, 1])) };
}

/** The fields named, then call time and id: every page by call time is in the order of such an index. */
export function indexByCallTime(name: string, ...fields: string[]): WantedIndex {
  return index(name, ...fields, "keys.callTime", "_id");
}

export function extraIndexName(name: string): string {
  return `extra ${encodeName(name)}`;
}

export function extraIndexes(names: readonly string[]): CollectionIndexes {
  const wanted = names.map((name) =>
    indexByCallTime(extraIndexName(name), "tenant", `extra.${encodeName(name)}`),
  );
  return { collection: "cdrs", wanted };
}
