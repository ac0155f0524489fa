// What may be changed of a source while the service runs, over its settings.
import { z } from "zod";
import type { JsonObject } from "../cdr/json.ts";
import type { AddressSet } from "./address-range.ts";
import { addressRanges, type SourceSettings } from "./source-settings.ts";

/** By which door records of a source come in. */
export const DOORS = ["HTTPS", "TCP"] as const;
export type Door = (typeof DOORS)[number];

/** Members that are left out stay as they are. */
export const sourceChange = z.strictObject({
  mode: z
    .string()
    .transform((mode) => mode.toUpperCase())
    .pipe(z.enum([...DOORS, "BOTH"]))
    .optional()
    .describe("The door that is open, or both."),
  isActive: z.boolean().optional().describe("false: it takes no records."),
  allowedIPs: addressRanges
    .min(1, "An empty list lets nobody in: isActive false says that; null is as in the settings.")
    .nullable()
    .optional()
    .describe("The only addresses that may send; null: as in the settings."),
});
export type SourceChange = z.output<typeof sourceChange>;

/** A source as it takes records now. */
export interface SourceState {
  mode: Door | "BOTH";
  isActive: boolean;
  /** Null: every address. */
  allowedIPs: readonly string[] | null;
}

export type SourceRefusal = "inactive" | "other-mode" | "address";

/** As the settings say it, with what was changed since; members of another shape count for nothing. */
export function stateOfSource(
  { allow }: Pick<SourceSettings, "allow">,
  changed: JsonObject | null,
): SourceState {
  const read = sourceChange.safeParse(changed ?? {});
  const { mode = "BOTH", isActive = true, allowedIPs } = read.success ? read.data : {};
  return { mode, isActive, allowedIPs: allowedIPs ?? allow ?? null };
}

/** Why a record is not taken now; null: it is. `address` null: this machine's own command line. */
export function refusalOf(
  {
    mode,
    isActive,
    allowed,
  }: Pick<SourceState, "mode" | "isActive"> & { allowed: AddressSet | null },
  { door, address }: { door: Door; address: string | null },
): SourceRefusal | null {
  if (allowed !== null && address !== null && !allowed.has(address)) return "address";
  if (!isActive) return "inactive";
  return mode === "BOTH" || mode === door ? null : "other-mode";
}
