// A JSON schema as a type that people read: `{ amount: string | null, carrier?: string }`.
import { type JsonSchema, referredId } from "../rpc/document/shared-schemas.ts";

const DEEPEST = 8;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const schemaOf = (value: unknown): JsonSchema =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** The schemas that others refer to, by id. */
export type Shared = Readonly<Record<string, JsonSchema>>;

/** One type over as many lines as it has members; a shared one with members by its id. */
export function schemaText(schema: JsonSchema, shared: Shared, depth = 0): string {
  if (depth > DEEPEST) return "…";
  const id = referredId(schema);
  if (id !== undefined) {
    const referred = shared[id] ?? {};
    return referred["type"] === "object" ? id : schemaText(referred, shared, depth);
  }
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  const choices = listOf(schema["enum"]);
  if (choices.length > 0) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  const alternatives = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (alternatives.length > 0) {
    const texts = alternatives.map((one) => schemaText(schemaOf(one), shared, depth));
    return [...new Set(texts)].join(" | ");
  }
  const type = schema["type"];
  if (Array.isArray(type)) return type.map((one) => plainText(String(one), schema)).join(" | ");
  if (type === "array") return arrayText(schema, shared, depth);
  if (type === "object") return objectText(schema, shared, depth);
  return typeof type === "string" ? plainText(type, schema) : "JSON";
}

function plainText(type: string, schema: JsonSchema): string {
  if (schema["format"] === "date-time") return "time (RFC 3339)";
  return type;
}

function arrayText(schema: JsonSchema, shared: Shared, depth: number): string {
  const item = schemaText(schemaOf(schema["items"]), shared, depth);
  return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function objectText(schema: JsonSchema, shared: Shared, depth: number): string {
  const required = new Set(listOf(schema["required"]));
  const indent = "  ".repeat(depth + 1);
  const members = Object.entries(schemaOf(schema["properties"])).map(
    ([name, member]) =>
      `${indent}${name}${required.has(name) ? "" : "?"}: ${schemaText(schemaOf(member), shared, depth + 1)}`,
  );
  const rest = schema["additionalProperties"];
  if (typeof rest === "object" && rest !== null && Object.keys(rest).length > 0) {
    members.push(`${indent}[name]: ${schemaText({ ...rest }, shared, depth + 1)}`);
  } else if (rest !== false && rest !== undefined) {
    members.push(`${indent}…`);
  }
  return members.length === 0 ? "{}" : `{\n${members.join("\n")}\n${"  ".repeat(depth)}}`;
}
