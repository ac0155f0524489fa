// Params as there are for who sees a part only: what does not exist for them is not in the schema that
// their params are read by, so that it is answered like a name that nobody knows.
import { z } from "zod";
import type { Seen } from "../../access/views.ts";

/** The schema for who sees a part; null: the member does not exist for them. */
type Narrow = (seen: Seen) => z.core.$ZodType | null;

const narrowings = new WeakMap<z.core.$ZodType, Narrow>();

/** Declares what stands for a schema where a part is seen only; wherever it is used, also as optional. */
export function narrowing<Schema extends z.ZodType>(schema: Schema, narrow: Narrow): Schema {
  narrowings.set(schema, narrow);
  return schema;
}

/** A param that only the buy side has. */
export function ofBuySide<Schema extends z.ZodType>(schema: Schema): Schema {
  return narrowing(schema, () => null);
}

/** A param that a customer does not have. */
export function ofStaff<Schema extends z.ZodType>(schema: Schema): Schema {
  return narrowing(schema, ({ view }) => (view === "customer" ? null : schema));
}

/** The params for who sees a part; the same schema where nothing of it is hidden. */
export function seenParams(schema: z.ZodObject, seen: Seen): z.ZodObject {
  return (seen.view === "whole" ? schema : narrowed(schema, seen)) as z.ZodObject;
}

function narrowed(schema: z.core.$ZodType, seen: Seen): z.core.$ZodType | null {
  const own = narrowings.get(schema);
  if (own !== undefined) return own(seen);
  if (schema instanceof z.ZodOptional) {
    const { def } = schema._zod;
    const innerType = narrowed(def.innerType, seen);
    if (innerType === null) return null;
    return innerType === def.innerType ? schema : z.clone(schema, { ...def, innerType });
  }
  if (schema instanceof z.ZodDefault) {
    const { def } = schema._zod;
    const innerType = narrowed(def.innerType, seen);
    if (innerType === null) return null;
    return innerType === def.innerType ? schema : z.clone(schema, { ...def, innerType });
  }
  if (schema instanceof z.ZodArray) {
    const { def } = schema._zod;
    const element = narrowed(def.element, seen);
    if (element === null) return null;
    return element === def.element ? schema : z.clone(schema, { ...def, element });
  }
  return schema instanceof z.ZodObject ? narrowedObject(schema, seen) : schema;
}

/** Checks of the whole object hold on. */
function narrowedObject(schema: z.ZodObject, seen: Seen): z.ZodObject {
  const members = Object.entries(schema.shape);
  const left = members.flatMap(([name, member]) => {
    const own = narrowed(member, seen);
    return own === null ? [] : [[name, own] as const];
  });
  const isSame =
    left.length === members.length && left.every(([name, own]) => schema.shape[name] === own);
  if (isSame) return schema;
  return z.clone(schema, { ...schema._zod.def, shape: Object.fromEntries(left) }) as z.ZodObject;
}
