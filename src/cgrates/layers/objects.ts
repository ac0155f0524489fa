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

/** The rows of each object, in the order of the layers. */
export function objectsOf(
  layers: readonly Readonly<Record<string, string>>[],
  { file, kind, keyOf }: ObjectTable,
): Map<string, string[][]> {
  const objects = new Map<string, string[][]>();
  for (const files of layers) {
    for (const [removedKind = "", name = ""] of rowsOf(files, REMOVED_FILE)) {
      if (removedKind === kind) objects.delete(name);
    }
    const own = new Map<string, string[][]>();
    for (const fields of rowsOf(files, `${file}.csv`)) {
      const key = keyOf(fields);
      own.set(key, [...(own.get(key) ?? []), fields]);
    }
    for (const [key, rows] of own) objects.set(key, rows);
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
