// A JSON value as a declared Go type, with the errors of Go's decoder word for word.
import type { GoField, GoType } from "./go-type.ts";
import { JsonMembers, JsonNumber, type JsonTree } from "./json-tree.ts";

// biome-ignore lint/suspicious/noExplicitAny: what is declared decides the shape.
export type Decoded = any;

/** What Go's decoder answers instead of a value. */
export class DecodeError extends Error {}

interface Place {
  /** The innermost struct, without its package. */
  struct: string;
  /** Names from the outermost struct down to the field. */
  path: string[];
}

interface Decoding {
  /** Go reads on after a wrong type and answers the first one. */
  fault: DecodeError | null;
}

/**
 * The value, with zero values where nothing is said; members match without regard to case, unknown ones
 * are passed over, `null` says nothing. @throws DecodeError
 */
export function decode(value: JsonTree | undefined, type: GoType): Decoded {
  const decoding: Decoding = { fault: null };
  const decoded = decodeAt(value ?? null, type, { decoding, place: null });
  if (decoding.fault !== null) throw decoding.fault;
  return decoded;
}

interface At {
  decoding: Decoding;
  place: Place | null;
}

function decodeAt(value: JsonTree, type: GoType, at: At): Decoded {
  if (value === null) return zeroOf(type);
  switch (type.kind) {
    case "any":
      return plain(value);
    case "string":
      return typeof value === "string" ? value : wrong(value, type, at);
    case "bool":
      return typeof value === "boolean" ? value : wrong(value, type, at);
    case "int":
      return value instanceof JsonNumber ? whole(value, type, at) : wrong(value, type, at);
    case "float":
      return value instanceof JsonNumber ? Number(value.text) : wrong(value, type, at);
    case "time":
      return timeOf(value);
    case "slice":
      if (!Array.isArray(value)) return wrong(value, type, at);
      return value.map((one) => decodeAt(one, type.of as GoType, at));
    case "map":
      return mapOf(value, type, at);
    case "struct":
      return structOf(value, type, at);
  }
}

/** Undefined where `null` and nothing mean that it is not given: pointers, lists, maps. */
function zeroOf(type: GoType): Decoded {
  switch (type.kind) {
    case "string":
      return "";
    case "bool":
      return false;
    case "struct":
      if (type.isPointer) return undefined;
      return structOf(new JsonMembers([]), type, { decoding: { fault: null }, place: null });
    default:
      return undefined;
  }
}

function structOf(value: JsonTree, type: GoType, at: At): Decoded {
  if (!(value instanceof JsonMembers)) return wrong(value, type, at);
  const struct = type.name.slice(type.name.lastIndexOf(".") + 1);
  const decoded: Record<string, Decoded> = {};
  const fields = type.fields as ReadonlyMap<string, GoField>;
  for (const { name, type: of } of fields.values()) decoded[name] = zeroOf(of);
  for (const { name, value: member } of value.members) {
    const field = fields.get(name.toLowerCase());
    if (field === undefined || member === null) continue;
    const path = [...(at.place?.path ?? []), field.path];
    decoded[field.name] = decodeAt(member, field.type, { ...at, place: { struct, path } });
  }
  return decoded;
}

function mapOf(value: JsonTree, type: GoType, at: At): Decoded {
  if (!(value instanceof JsonMembers)) return wrong(value, type, at);
  return Object.fromEntries(
    value.members.map((member) => [member.name, decodeAt(member.value, type.of as GoType, at)]),
  );
}

function whole({ text }: JsonNumber, type: GoType, at: At): Decoded {
  if (/^-?\d{1,19}$/.test(text)) return Number(text);
  return wrong(new JsonNumber(text), type, at, `number ${text}`);
}

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Times end the decoding where they are wrong. @throws DecodeError */
function timeOf(value: JsonTree): Decoded {
  if (typeof value !== "string") {
    throw new DecodeError("Time.UnmarshalJSON: input is not a JSON string");
  }
  if (RFC3339.test(value)) return value;
  throw new DecodeError(timeFault(value));
}

/** The parts of the layout, and where a text leaves it. */
const LAYOUT: [RegExp, string][] = [
  [/^\d{4}/, "2006"],
  [/^-/, "-"],
  [/^\d\d/, "01"],
  [/^-/, "-"],
  [/^\d\d/, "02"],
  [/^T/, "T"],
  [/^\d\d/, "15"],
  [/^:/, ":"],
  [/^\d\d/, "04"],
  [/^:/, ":"],
  [/^\d\d(?:\.\d+)?/, "05"],
  [/^(?:Z|[+-]\d\d:\d\d)/, "Z07:00"],
];

function timeFault(value: string): string {
  let rest = value;
  for (const [pattern, name] of LAYOUT) {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) {
      const layout = "2006-01-02T15:04:05Z07:00";
      return `parsing time "${value}" as "${layout}": cannot parse "${rest}" as "${name}"`;
    }
    rest = rest.slice(found.length);
  }
  return `parsing time "${value}": extra text: "${rest}"`;
}

function wrong(value: JsonTree, type: GoType, at: At, what = kindOf(value)): Decoded {
  const { place, decoding } = at;
  const into =
    place === null
      ? `Go value of type ${type.name}`
      : `Go struct field ${place.struct}.${place.path.join(".")} of type ${type.name}`;
  decoding.fault ??= new DecodeError(`json: cannot unmarshal ${what} into ${into}`);
  return zeroOf(type);
}

/** As Go's errors call the kinds of JSON. */
export function kindOf(value: JsonTree): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (value instanceof JsonNumber) return "number";
  return Array.isArray(value) ? "array" : value === null ? "null" : "object";
}

/** As `JSON.parse` would have it. */
function plain(value: JsonTree): Decoded {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof JsonMembers)) return value;
  return Object.fromEntries(value.members.map((member) => [member.name, plain(member.value)]));
}

/** What was decoded as Go would write it: every member in the order of its type, what is not given as zero or `null`. */
export function encoded(value: Decoded, type: GoType): Decoded {
  switch (type.kind) {
    case "int":
    case "float":
      return value ?? 0;
    case "slice":
      return value?.map((one: Decoded) => encoded(one, type.of as GoType)) ?? null;
    case "struct": {
      if (value === undefined) return null;
      const members = [...(type.fields?.values() ?? [])].map(({ name, type: of }) => {
        return [name, encoded(value[name], of)] as const;
      });
      return Object.fromEntries(members);
    }
    default:
      return value ?? null;
  }
}
