// The envelope of a JSON-RPC request, checked to the letter.
import type { JSONRPCRequest } from "json-rpc-2.0";
import { z } from "zod";
import { type EngineError, engineError } from "../../errors.ts";

/** The same as the schema, which is asked only for what is wrong: batches are long. */
export function isRequest(value: unknown): value is JSONRPCRequest {
  if (typeof value !== "object" || value === null) return false;
  const { jsonrpc, method, params, id } = value as Record<string, unknown>;
  return (
    jsonrpc === "2.0" &&
    typeof method === "string" &&
    method !== "" &&
    (params === undefined || (typeof params === "object" && params !== null)) &&
    (id === undefined || id === null || typeof id === "string" || typeof id === "number")
  );
}

const envelope = z.looseObject({
  jsonrpc: z.literal("2.0"),
  method: z.string().min(1),
  params: z.custom((value) => typeof value === "object" && value !== null).optional(),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
});

/** What is wrong with a value that is no request. */
export function invalidRequest(value: unknown): EngineError {
  const issue = envelope.safeParse(value).error?.issues[0];
  const path = issue?.path.join(".") ?? "";
  const what = path === "" ? "The request" : `"${path}"`;
  return engineError("invalid-request", `${what} is wrong: ${issue?.message ?? "not a request"}`, {
    ...(path === "" ? {} : { path }),
  });
}

/** The id to answer with, as far as there is one. */
export function idOf(value: unknown): string | number | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

/** The method that a value asks for; empty where it asks for none. */
export function calledBy(value: unknown): string {
  return isRequest(value) ? value.method : "";
}

/** Nobody waits for the answer of a notification. */
export function isNotification(value: unknown): boolean {
  return isRequest(value) && value.id === undefined;
}
