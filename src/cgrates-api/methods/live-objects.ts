// How the methods of single objects in force read them and change them.
import {
  type LayeredObjects,
  layeredObjects,
  type ObjectTable,
} from "../../cgrates/layers/objects.ts";
import type { LiveChange } from "../../engine/live/plans.ts";
import { type ApiContext, ApiError, type ApiMethod } from "../method.ts";
import { pageOf } from "../stored/objects.ts";
import { loadFault } from "../values/load-faults.ts";

/** The rows of each object of a table, by name. */
export async function objects(
  table: ObjectTable,
  { engine, caller }: ApiContext,
): Promise<LayeredObjects> {
  return layeredObjects(await engine.livePlans.layers(caller.scope), table);
}

/** @throws ApiError with the engine's word for what is wrong with the change */
export async function changed(
  change: LiveChange,
  { act, subject }: { act: string; subject: string },
  { engine, caller }: ApiContext,
): Promise<"OK"> {
  const by = { by: caller, act, subject, scope: caller.scope };
  const outcome = await engine.livePlans.change(change, by);
  if (!outcome.ok) throw loadFault(outcome.faults, change.files);
  return "OK";
}

export function read(params: ApiMethod["params"], run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.read", writes: false, run };
}

export function write(params: ApiMethod["params"], run: ApiMethod["run"]): ApiMethod {
  return { params, permission: "tariff.activate", writes: true, run };
}

/** A page of names. @throws ApiError where there is none */
export function page(names: string[], params: Parameters<typeof pageOf>[1]): string[] {
  if (names.length === 0) throw new ApiError("NOT_FOUND");
  return pageOf(names, params);
}
