// The OpenRPC document, generated from the method declarations and nothing else.

import { z } from "zod";
import { roleFor } from "../../access/permissions.ts";
import { REASONS, type Reason } from "../../cdr/reasons.ts";
import { REMEDIES } from "../../cdr/remedies.ts";
import { PACKAGE_VERSION } from "../../engine/system-status.ts";
import { ERROR_CODES, type ErrorCode } from "../../errors.ts";
import recorded from "../examples.json" with { type: "json" };
import type { Method } from "../method.ts";
import { METHODS } from "../methods.ts";
import { paramText } from "./param-texts.ts";
import { type JsonSchema, SharedSchemas } from "./shared-schemas.ts";

const EVERY_CALL: readonly ErrorCode[] = ["invalid-params", "forbidden", "internal"];

/** What the example of each method answered on the demo data; a test calls them again. */
const EXAMPLES: Readonly<Record<string, { params: object; result: unknown }>> = recorded;

export interface OpenRpcMethod {
  name: string;
  summary: string;
  tags: { name: string }[];
  paramStructure: "either";
  params: { name: string; description: string; required: boolean; schema: JsonSchema }[];
  result: { name: string; schema: JsonSchema };
  errors: { code: number; message: string; data: { code: ErrorCode } }[];
  examples: {
    name: string;
    params: { name: string; value: unknown }[];
    result: { name: string; value: unknown };
  }[];
}

export interface OpenRpcDocument {
  openrpc: string;
  info: { title: string; version: string; description: string; license: { name: string } };
  methods: OpenRpcMethod[];
  /** What several methods share, by the `id` of its declaration. */
  components: { schemas: Record<string, JsonSchema> };
  /** Every reason code of an answer, with its meaning and what to do about it. */
  "x-reasons": ReasonText[];
}

interface ReasonText {
  reason: string;
  meaning: string;
  remedy: string;
}

/** The whole document, JSON-serialisable; `rpc-schema/openrpc.json` is this text. */
export function openRpcDocument(): OpenRpcDocument {
  const shared = new SharedSchemas();
  return {
    openrpc: "1.3.2",
    info: {
      title: "cdrate",
      version: PACKAGE_VERSION,
      description:
        "Rating and mediation of telephone CDRs. Money is decimal text, times RFC 3339, " +
        "usage seconds (voice) or units. Post to /jsonrpc.",
      license: { name: "Apache-2.0" },
    },
    methods: METHODS.map((declared) => describe(declared, shared)),
    components: { schemas: shared.all() },
    "x-reasons": Object.entries(REASONS).map(([reason, meaning]) => ({
      reason,
      meaning,
      remedy: REMEDIES[reason as Reason],
    })),
  };
}

function describe(declared: Method, shared: SharedSchemas): OpenRpcMethod {
  const schema = shared.take(
    z.toJSONSchema(declared.params, { io: "input", unrepresentable: "any" }),
  );
  const required = new Set((schema["required"] ?? []) as string[]);
  return {
    name: declared.name,
    summary: declared.summary,
    tags: [{ name: `role:${roleFor(declared.permission)}` }],
    paramStructure: "either",
    params: Object.entries((schema["properties"] ?? {}) as JsonSchema).map(([name, property]) => ({
      name,
      description:
        (property as JsonSchema)["description"]?.toString() ?? paramText(declared.name, name) ?? "",
      required: required.has(name),
      schema: property as JsonSchema,
    })),
    result: {
      name: "result",
      schema: shared.take(z.toJSONSchema(declared.result, { unrepresentable: "any" })),
    },
    errors: [...new Set([...EVERY_CALL, ...declared.errors])].map((code) => ({
      code: ERROR_CODES[code].rpc,
      message: ERROR_CODES[code].text,
      data: { code },
    })),
    examples: exampleOf(declared.name),
  };
}

function exampleOf(method: string): OpenRpcMethod["examples"] {
  const example = EXAMPLES[method];
  if (example === undefined) return [];
  return [
    {
      name: `${method} example`,
      params: Object.entries(example.params).map(([name, value]) => ({ name, value })),
      result: { name: "result", value: example.result },
    },
  ];
}
