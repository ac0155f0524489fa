// A plan that was changed while it was in force: layers of files, each with whole objects, of which the
// last one of a name holds. What was not changed stays the text that it was.
import type { Fault } from "../../tariffs/tariff.ts";
import { forEachRow } from "../folder/csv-rows.ts";
import { createFaultList } from "../folder/fault-list.ts";
import { type CgratesRead, readCgratesFolder } from "../folder/read.ts";
import { createMerge, type Removable } from "./merge.ts";

/** Rows of kind and name: what a layer takes away of the layers below it, before it adds its own. */
export const REMOVED_FILE = "Removed.csv";

const LAYER = /^layer-(\d{6})\//;

export function isLayered(files: Readonly<Record<string, string>>): boolean {
  return Object.keys(files).some((name) => LAYER.test(name));
}

/** The folder of the layer of a number, from 0. */
export function layerName(number: number): string {
  return `layer-${String(number).padStart(6, "0")}`;
}

/** The files by the names of their layers, the lowest layer first. */
export function layersOf(
  files: Readonly<Record<string, string>>,
): [name: string, files: Record<string, string>][] {
  const layers = new Map<string, Record<string, string>>();
  for (const name of Object.keys(files).sort()) {
    if (!LAYER.test(name)) continue;
    const layer = name.slice(0, name.indexOf("/"));
    const own = layers.get(layer) ?? {};
    own[name] = files[name] as string;
    layers.set(layer, own);
  }
  return [...layers];
}

/** A folder, or the layers of one that was changed, as one plan. */
export function readCgratesFiles(files: Record<string, string>): CgratesRead {
  return isLayered(files) ? readLayers(files) : readCgratesFolder(files);
}

/** What a layer takes away, and the tables that it adds. */
export function splitLayer(layer: string, own: Record<string, string>) {
  const removedFile = `${layer}/${REMOVED_FILE}`;
  const { [removedFile]: text = "", ...files } = own;
  const removed: [kind: string, name: string][] = [];
  forEachRow({ file: removedFile, text, faults: createFaultList() }, ({ fields }) => {
    const [kind = "", name = ""] = fields;
    removed.push([kind, name]);
  });
  return { removed, files };
}

function readLayers(files: Record<string, string>): CgratesRead {
  const merge = createMerge();
  const warnings: Fault[] = [];
  const skipped: string[] = [];
  for (const [layer, own] of layersOf(files)) {
    const { removed, files: tables } = splitLayer(layer, own);
    for (const [kind, name] of removed) merge.remove(kind as Removable, name);
    const read = readCgratesFolder(tables, merge.known());
    if (!read.ok) return read;
    merge.add(read.plan, layer);
    warnings.push(...read.warnings);
    skipped.push(...read.skipped);
  }
  const plan = merge.plan();
  return { ok: true, plan, layout: "0.10", counts: countsOf(plan), warnings, skipped };
}

function countsOf(plan: ReturnType<ReturnType<typeof createMerge>["plan"]>) {
  const rowsOf = (lists: Iterable<readonly unknown[]>) => {
    let rows = 0;
    for (const list of lists) rows += list.length;
    return rows;
  };
  return {
    Destinations: plan.destinationTags.length,
    DestinationRates: rowsOf(plan.destinationRates.values()),
    RatingPlans: rowsOf(plan.ratingPlans.values()),
    RatingProfiles: rowsOf(plan.profiles.map(({ activations }) => activations)),
    Chargers: plan.chargers.length,
  };
}
