// Params read through their schema, and bounded before it: a schema looks at every value of the
// longest list before it says that the list is too long.
import type { z } from "zod";
import type { Seen } from "../../access/views.ts";
import { type EngineError, engineError } from "../../errors.ts";
import { createPlainReader } from "./plain-params.ts";
import { seenParams } from "./seen-params.ts";

/** Bounds of everything that is sent as params, the records of CDR methods apart. */
const MOST = {
  /** Arrays and objects in each other. */
  nesting: 64,
  /** Elements of a list, members of an object. */
  members: 10_000,
  /** Values in all. */
  values: 200_000,
  /** Faults that an answer lists. */
  faults: 100,
} as const;

interface Fault {
  path: string;
  message: string;
}

/**
 * The reader of a method's params. `records` are params whose values are not looked into here, beyond
 * the length of a list. `seen`: what there is for who asks; everything when not said. It @throws `invalid-params` that lists the faults.
 */
export function createParamsReader<Schema extends z.ZodObject>(
  schema: Schema,
  records: readonly string[] = [],
): (value: unknown, seen?: Seen) => z.output<Schema> {
  const whole = createReader(schema, records);
  const others = new Map<string, typeof whole>();
  return (value, seen = EVERYTHING_SEEN) => {
    if (seen.view === "whole") return whole(value);
    const name = JSON.stringify([seen.view, seen.fields]);
    let read = others.get(name);
    if (read === undefined) {
      read = createReader(seenParams(schema, seen) as Schema, records);
      others.set(name, read);
    }
    return read(value);
  };
}

const EVERYTHING_SEEN: Seen = { view: "whole", fields: [] };

function createReader<Schema extends z.ZodObject>(
  schema: Schema,
  records: readonly string[],
): (value: unknown) => z.output<Schema> {
  const readPlain = createPlainReader(schema);
  return (value) => {
    const plain = readPlain(value);
    if (plain !== undefined) return plain as z.output<Schema>;
    const beyond = boundFault(value, records);
    if (beyond !== null) throw invalid([beyond], 1);
    const read = schema.safeParse(value);
    if (read.success) return read.data;
    const { issues } = read.error;
    throw invalid(issues.slice(0, MOST.faults).flatMap(faultsOf), issues.length);
  };
}

function invalid(faults: Fault[], count: number): EngineError {
  const listed = faults.slice(0, MOST.faults);
  const [first] = listed;
  const more = Math.max(count, faults.length) - listed.length;
  const texts = listed.map((one) => `${one.path || "params"}: ${one.message}`);
  if (more > 0) texts.push(`and ${more} more`);
  return engineError("invalid-params", texts.join("; "), {
    ...(first === undefined || first.path === "" ? {} : { path: first.path }),
    data: { faults: listed },
  });
}

/** The fault of a key that is not known is at the key, one for each. */
function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message }];
  return issue.keys.map((key) => ({
    path: [...path, key.slice(0, 256)].join("."),
    message: `Unrecognized key: "${key.slice(0, 256)}"`,
  }));
}

interface Place {
  value: object;
  depth: number;
  name: string;
  above: Place | null;
}

/** The first bound that the value is over; whatever its shape, without recursion. */
function boundFault(value: unknown, records: readonly string[]): Fault | null {
  const pending: Place[] = isNested(value) ? [{ value, depth: 1, name: "", above: null }] : [];
  let values = 0;
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (place.depth > MOST.nesting) return faultAt(place, `nested deeper than ${MOST.nesting}`);
    const isRecords = place.depth === 2 && records.includes(place.name);
    if (isRecords && !Array.isArray(place.value)) continue;
    const names = Object.keys(place.value);
    if (names.length > MOST.members) {
      return faultAt(place, `${names.length} values; the limit is ${MOST.members}`);
    }
    if (isRecords) continue;
    values += names.length;
    if (values > MOST.values) return { path: "", message: `over ${MOST.values} values in all` };
    for (const name of names) {
      const member = (place.value as Record<string, unknown>)[name];
      if (!isNested(member)) continue;
      pending.push({ value: member, depth: place.depth + 1, name, above: place });
    }
  }
  return null;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Names of a path that a fault says: the rest of a deep one helps nobody. */
const PATH_NAMES = 6;

function faultAt(place: Place, message: string): Fault {
  const names: string[] = [];
  for (let one: Place | null = place; one?.above != null; one = one.above) {
    names.unshift(one.name.slice(0, 64));
  }
  return { path: names.slice(0, PATH_NAMES).join("."), message };
}
