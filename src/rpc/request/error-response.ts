// What is thrown, as the error object of JSON-RPC.
import type { JSONRPCErrorResponse } from "json-rpc-2.0";
import { EngineError, ERROR_CODES, type ErrorCode, engineError } from "../../errors.ts";

/** Messages that the specification gives word for word; what is wrong is then in data.detail. */
const SPECIFIED: Partial<Record<ErrorCode, string>> = {
  "parse-error": "Parse error",
  "invalid-request": "Invalid Request",
  "method-not-found": "Method not found",
};

export function errorResponse(id: string | number | null, thrown: unknown): JSONRPCErrorResponse {
  const error = asEngineError(thrown);
  const { path, hint, data } = error.detail;
  return {
    jsonrpc: "2.0",
    id,
    error: {
      code: ERROR_CODES[error.code].rpc,
      message: SPECIFIED[error.code] ?? error.message,
      data: {
        code: error.code,
        ...(SPECIFIED[error.code] === undefined ? {} : { detail: error.message }),
        ...(path === undefined ? {} : { path }),
        ...(hint === undefined ? {} : { hint }),
        ...data,
      },
    },
  };
}

/** The library throws its own error for an unknown method; everything unforeseen is internal. */
function asEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  return engineError("internal", undefined, { cause: thrown });
}
