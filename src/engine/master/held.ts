// An entry of master data with where it is from: the settings, the store, or what is built in.

import type { Scope } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { folded } from "../../master/folded.ts";
import type { MasterEntry, MasterKey } from "../../stores/ports/master/entries.ts";
import type { Doer } from "../acts.ts";

/** Who asks for a change. */
export interface By extends Doer {
  scope: Scope;
}

export interface Held extends MasterKey {
  from: "settings" | "store" | "built-in";
  /** Of the store: raised by each change; else 0. */
  revision: number;
  /** What is said of it; a member that is not there is not said. */
  members: JsonObject;
  /** When and by whom it was set; null: in no store. */
  setAtMs: number | null;
  by: string | null;
}

/** What the settings say of one. */
export type Fixed = MasterKey & { members: JsonObject };

export function fixedHeld(fixed: Fixed): Held {
  return { ...fixed, from: "settings", revision: 0, setAtMs: null, by: null };
}

export function storedHeld({ kind, tenant, id, version, body }: MasterEntry): Held {
  const { members, setAtMs, by } = body as { members: JsonObject; setAtMs: number; by: string };
  return { kind, tenant, id, from: "store", revision: version, members, setAtMs, by };
}

export function labelOf(members: JsonObject): string {
  const { name } = members;
  return typeof name === "string" ? folded(name) : "";
}

/** @param set who set it, and when */
export function entryOf(
  { kind, tenant, id, members }: Fixed,
  version: number,
  set: { setAtMs: number; by: string },
): MasterEntry {
  return { kind, tenant, id, version, label: labelOf(members), body: { members, ...set } };
}

/** Members that the change does not name stay; null takes one away. */
export function changed(
  members: JsonObject,
  change: Readonly<Record<string, unknown>>,
): JsonObject {
  const next = { ...members, ...(JSON.parse(JSON.stringify(change)) as JsonObject) };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null));
}
