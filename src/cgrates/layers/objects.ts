// The objects of one table as the layers of a plan leave them, by name: for reading one, and for writing it
// anew with a change.
import { forEachRow } from "../folder/csv-rows.ts";
import { createFaultList } from "../folder/fault-list.ts";
import { profileKey } from "../plan.ts";
import type { Removable } from "./merge.ts";
import { REMOVED_FILE } from "./read.ts";

export interface ObjectTable {
  /** Of its file, without `.csv`. */
  file: string;
  kind: Removable;
  keyOf(fields: readonly string[]): string;
}

export const DESTINATIONS: ObjectTable = {
  file: "Destinations",
  kind: "Destination",
  keyOf: ([tag = ""]) => tag,
};

export const RATING_PLANS: ObjectTable = {
  file: "RatingPlans",
  kind: "RatingPlan",
  keyOf: ([tag = ""]) => tag,
};

/** Of the layout of 0.10. */
export const RATING_PROFILES: ObjectTable = {
  file: "RatingProfiles",
  kind: "RatingProfile",
  keyOf: ([tenant = "", category = "", subject = ""]) => profileKey(tenant, category, subject),
};

export const TIMINGS: ObjectTable = {
  file: "Timings",
  kind: "Timing",
  keyOf: ([tag = ""]) => tag,
};

export const CHARGERS: ObjectTable = {
  file: "Chargers",
  kind: "Charger",
  keyOf: ([tenant = "", id = ""]) => `${tenant}:${id}`,
};

export const ROUTES: ObjectTable = {
  file: "Routes",
  kind: "Route",
  keyOf: ([tenant = "", id = ""]) => `${tenant}:${id}`,
};

/** The objects of a table as layers leave them. */
export interface LayeredObjects {
  has(name: string): boolean;
  get(name: string): string[][] | undefined;
  keys(): Iterable<string>;
  [Symbol.iterator](): Iterator<[name: string, rows: string[][]]>;
}

/** A layer whose tables are read once, when they are asked for. */
export interface LayerTables {
  readonly files: Readonly<Record<string, string>>;
  /** The rows of each object that it has. */
  rows(table: ObjectTable): ReadonlyMap<string, string[][]>;
  /** Whether it takes that object away from the layers below. */
  removes(table: ObjectTable, name: string): boolean;
}

export function layerTables(files: Readonly<Record<string, string>>): LayerTables {
  const tables = new Map<string, ReadonlyMap<string, string[][]>>();
  let removed: Set<string> | null = null;
  return {
    files,
    rows(table) {
      const known = tables.get(table.file) ?? rowsByKey(files, table);
      tables.set(table.file, known);
      return known;
    },
    removes({ kind }, name) {
      removed ??= new Set(rowsOf(files, REMOVED_FILE).map((row) => removedKey(row)));
      return removed.has(removedKey([kind, name]));
    },
  };
}

function removedKey([kind = "", name = ""]: readonly string[]): string {
  return JSON.stringify([kind, name]);
}

function rowsByKey(files: Readonly<Record<string, string>>, { file, keyOf }: ObjectTable) {
  const own = new Map<string, string[][]>();
  for (const fields of rowsOf(files, `${file}.csv`)) {
    const key = keyOf(fields);
    const rows = own.get(key);
    if (rows === undefined) own.set(key, [fields]);
    else rows.push(fields);
  }
  return own;
}

/** One object is looked for from the last layer down; all of them are put together when they are asked for. */
export function layeredObjects(layers: readonly LayerTables[], table: ObjectTable): LayeredObjects {
  const find = (name: string): string[][] | undefined => {
    for (let at = layers.length - 1; at >= 0; at -= 1) {
      const layer = layers[at] as LayerTables;
      const rows = layer.rows(table).get(name);
      if (rows !== undefined) return rows;
      if (layer.removes(table, name)) return undefined;
    }
    return undefined;
  };
  let all: Map<string, string[][]> | null = null;
  const every = () => {
    all ??= together(layers, table);
    return all;
  };
  return {
    has: (name) => find(name) !== undefined,
    get: find,
    keys: () => every().keys(),
    [Symbol.iterator]: () => every()[Symbol.iterator](),
  };
}

function together(layers: readonly LayerTables[], table: ObjectTable): Map<string, string[][]> {
  const objects = new Map<string, string[][]>();
  for (const layer of layers) {
    for (const [kind, name = ""] of rowsOf(layer.files, REMOVED_FILE)) {
      if (kind === table.kind) objects.delete(name);
    }
    for (const [key, rows] of layer.rows(table)) objects.set(key, rows);
  }
  return objects;
}

function rowsOf(files: Readonly<Record<string, string>>, name: string): string[][] {
  const rows: string[][] = [];
  for (const [file, text] of Object.entries(files)) {
    if (!file.endsWith(`/${name}`)) continue;
    forEachRow({ file, text, faults: createFaultList() }, ({ fields }) => rows.push([...fields]));
  }
  return rows;
}
