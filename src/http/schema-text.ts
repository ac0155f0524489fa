// A JSON schema as a type that people read: `{ amount: string | null, carrier?: string }`.
import type { JsonSchema } from "../rpc/openrpc.ts";

const DEEPEST = 8;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const schemaOf = (value: unknown): JsonSchema =>
  typeof value === "object" && value !== null ? { ...value } : {};

/** One type over as many lines as it has members. */
export function schemaText(schema: JsonSchema, depth = 0): string {
  if (depth > DEEPEST) return "…";
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  const choices = listOf(schema["enum"]);
  if (choices.length > 0) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  const alternatives = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])];
  if (alternatives.length > 0) {
    const texts = alternatives.map((one) => schemaText(schemaOf(one), depth));
    return [...new Set(texts)].join(" | ");
  }
  if (typeof schema["$ref"] === "string") return "JSON";
  const type = schema["type"];
  if (Array.isArray(type)) return type.map((one) => plainText(String(one), schema)).join(" | ");
  if (type === "array") return arrayText(schema, depth);
  if (type === "object") return objectText(schema, depth);
  return typeof type === "string" ? plainText(type, schema) : "JSON";
}

function plainText(type: string, schema: JsonSchema): string {
  if (schema["format"] === "date-time") return "time (RFC 3339)";
  return type;
}

function arrayText(schema: JsonSchema, depth: number): string {
  const item = schemaText(schemaOf(schema["items"]), depth);
  return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
}

function objectText(schema: JsonSchema, depth: number): string {
  const required = new Set(listOf(schema["required"]));
  const indent = "  ".repeat(depth + 1);
  const members = Object.entries(schemaOf(schema["properties"])).map(
    ([name, member]) =>
      `${indent}${name}${required.has(name) ? "" : "?"}: ${schemaText(schemaOf(member), depth + 1)}`,
  );
  const rest = schema["additionalProperties"];
  if (typeof rest === "object" && rest !== null && Object.keys(rest).length > 0) {
    members.push(`${indent}[name]: ${schemaText({ ...rest }, depth + 1)}`);
  } else if (rest !== false && rest !== undefined) {
    members.push(`${indent}…`);
  }
  return members.length === 0 ? "{}" : `{\n${members.join("\n")}\n${"  ".repeat(depth)}}`;
}
