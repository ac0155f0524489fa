// Params that are plainly right, told from their schema once and for all: an object of a few texts,
// numbers and switches is looked at in a tenth of the time that the schema itself takes. Whatever is
// not plain, or not right, is the schema's to read.
import { z } from "zod";

/** Whether a value that is there is one that the schema takes as it is. */
type Takes = (value: unknown) => boolean;

interface Member {
  name: string;
  takes: Takes;
  /** A call may leave it out. */
  isOptional: boolean;
  /** What it is then; undefined: absent. */
  fallback: unknown;
}

/** Answers what the schema would, or undefined where the schema has to be asked. */
type PlainReader = (value: unknown) => Record<string, unknown> | undefined;

const NEVER_PLAIN: PlainReader = () => undefined;

export function createPlainReader(schema: z.ZodObject): PlainReader {
  const { catchall, checks = [] } = schema._zod.def;
  // A strict object alone: others keep or drop members that they do not name.
  if (!(catchall instanceof z.ZodNever) || checks.length > 0) return NEVER_PLAIN;
  const members: Member[] = [];
  for (const [name, member] of Object.entries(schema.shape)) {
    const read = name in Object.prototype ? null : memberOf(name, member);
    if (read === null) return NEVER_PLAIN;
    members.push(read);
  }
  return (value) => (isObject(value) ? readMembers(members, value) : undefined);
}

function readMembers(
  members: readonly Member[],
  value: Record<string, unknown>,
): Record<string, unknown> | undefined {
  const read: Record<string, unknown> = {};
  let unread = 0;
  for (const _name in value) unread += 1;
  for (const { name, takes, isOptional, fallback } of members) {
    const member = value[name];
    if (member === undefined) {
      if (!isOptional) return undefined;
      if (fallback !== undefined) read[name] = fallback;
    } else {
      if (!takes(member)) return undefined;
      read[name] = member;
      unread -= 1;
    }
  }
  // A name that the schema does not have, or a member that is undefined.
  return unread === 0 ? read : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Null: not plain. */
function memberOf(name: string, schema: z.core.$ZodType): Member | null {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    const { innerType } = schema._zod.def;
    const takes = takerOf(innerType);
    const fallback = schema instanceof z.ZodDefault ? schema._zod.def.defaultValue : undefined;
    if (takes === null || typeof fallback === "object") return null;
    return { name, takes, isOptional: true, fallback };
  }
  const takes = takerOf(schema);
  return takes === null ? null : { name, takes, isOptional: false, fallback: undefined };
}

/** Null: not plain. */
function takerOf(schema: z.core.$ZodType): Takes | null {
  if (schema instanceof z.ZodUnion) {
    const takers = schema._zod.def.options.map(takerOf);
    const known = takers.filter((takes) => takes !== null);
    return known.length === takers.length ? (value) => known.some((takes) => takes(value)) : null;
  }
  const { checks = [] } = schema._zod.def;
  const isOwnKind = !("format" in schema._zod.def || "coerce" in schema._zod.def);
  if (!isOwnKind) return null;
  if (schema instanceof z.ZodBoolean && checks.length === 0) {
    return (value) => typeof value === "boolean";
  }
  const range = rangeOf(checks);
  if (range === null) return null;
  const [least, most] = range;
  if (schema instanceof z.ZodString) {
    return (value) => typeof value === "string" && value.length >= least && value.length <= most;
  }
  if (!(schema instanceof z.ZodNumber)) return null;
  return (value) =>
    typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;
}

/** The least and the most that the checks allow, of a length or a number; null: they ask for more. */
function rangeOf(checks: readonly z.core.$ZodCheck[]): [number, number] | null {
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { _zod } of checks) {
    const def = _zod.def as { check: string; [name: string]: unknown };
    if (def.check === "min_length") least = Math.max(least, Number(def["minimum"]));
    else if (def.check === "max_length") most = Math.min(most, Number(def["maximum"]));
    else if (def["inclusive"] !== true) return null;
    else if (def.check === "greater_than") least = Math.max(least, Number(def["value"]));
    else if (def.check === "less_than") most = Math.min(most, Number(def["value"]));
    else return null;
  }
  return [least, most];
}
