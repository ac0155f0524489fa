// Entries of master data as methods show them, with where each is from.
import { z } from "zod";
import type { JsonObject } from "../../../cdr/json.ts";
import type { Held } from "../../../engine/master/held.ts";
import { accountFields, shownOf } from "../../../master/fields.ts";
import { name } from "../../shapes.ts";

export const ifRevision = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .optional()
  .describe(
    "The revision that was seen, 0: it was not in the store; else `conflict`. Absent: any.",
  );
export const search = name
  .optional()
  .describe("The beginning of the id, or of the name without case and accents.");

/** Where an entry is from, beside what it says. */
export const heldFields = {
  from: z
    .enum(["settings", "store", "built-in"])
    .describe("which says it; what the settings file says is changed there alone"),
  revision: z.number().describe("raised by each change in the store; else 0"),
  setAt: z.string().nullable(),
  by: z.string().nullable().describe("who set it"),
};

export function heldView({ from, revision, setAtMs, by }: Held) {
  const setAt = setAtMs === null ? null : new Date(setAtMs).toISOString();
  return { from, revision, setAt, by };
}

/** Every member, null where it is not said. */
export function membersView<Fields extends Record<string, z.ZodType>>(
  fields: Fields,
  members: JsonObject,
) {
  const entries = Object.keys(fields).map((key) => [key, members[key] ?? null]);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: z.output<Fields[Key]> | null };
}

export const accountEntry = z
  .object({
    ...{ tenant: z.string(), account: z.string() },
    ...shownOf(accountFields),
    ...heldFields,
  })
  .meta({ id: "AccountEntry" });

export function viewAccount(held: Held): z.input<typeof accountEntry> {
  const { tenant, id: account, members } = held;
  return { tenant, account, ...membersView(accountFields, members), ...heldView(held) };
}

/** Whether any of the members is given, null too. */
export function saysSomething(members: Readonly<Record<string, unknown>>): boolean {
  return Object.values(members).some((value) => value !== undefined);
}
