// The one table of error codes: what each means, its JSON-RPC number and its HTTP status.
// Expected outcomes of a call (unrated, banned …) are not errors: see cdr/reasons.ts.

export const ERROR_CODES = {
  "parse-error": { rpc: -32700, status: 400, text: "The request is not valid JSON." },
  "invalid-request": {
    rpc: -32600,
    status: 400,
    text: "The request is not a JSON-RPC 2.0 request.",
  },
  "method-not-found": { rpc: -32601, status: 404, text: "There is no such method." },
  "invalid-params": { rpc: -32602, status: 400, text: "A parameter is missing or wrong." },
  internal: { rpc: -32603, status: 500, text: "The server failed; its log has the cause." },
  unauthorized: { rpc: -32001, status: 401, text: "Credentials are missing or wrong." },
  forbidden: { rpc: -32002, status: 403, text: "These credentials do not allow this." },
  "store-unavailable": { rpc: -32003, status: 503, text: "The store cannot be reached now." },
  "not-found": { rpc: -32004, status: 404, text: "There is no such object." },
  "too-large": { rpc: -32005, status: 413, text: "The request is over a limit." },
  conflict: { rpc: -32006, status: 409, text: "The object was changed meanwhile." },
  "tariff-faults": {
    rpc: -32010,
    status: 422,
    text: "The tariff has faults; data.faults lists all.",
  },
  "gates-failed": {
    rpc: -32019,
    status: 409,
    text: "The version fails gates of the tariff in force; data.gates lists all.",
  },
  "no-active-tariff": { rpc: -32011, status: 409, text: "No tariff version is active here." },
  "not-supported": { rpc: -32012, status: 422, text: "This build does not support that yet." },
  "semantics-not-available": { rpc: -32013, status: 422, text: "These semantics are not built." },
  "path-outside-root": { rpc: -32014, status: 403, text: "The path leaves the tariff root." },
  timeout: { rpc: -32015, status: 504, text: "The call took longer than its limit." },
  "too-busy": { rpc: -32017, status: 503, text: "There is more to do than is taken at once." },
  ambiguous: { rpc: -32018, status: 409, text: "Several objects have this id: say which one." },
  "invalid-settings": { rpc: -32016, status: 500, text: "A setting is missing or wrong." },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ErrorDetail {
  /** Dotted path of the member that is wrong, e.g. `filter.usage.min`. */
  path?: string;
  /** What to do about it, in one sentence. */
  hint?: string;
  /** The file or folder of this machine that it is about: for the log and the command line alone. */
  place?: string;
  /** More facts for the client, JSON-serialisable, never secrets. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** An error with a code of the table above; `message` is for people, tests assert `code`. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? {} : { cause: detail.cause });
    this.name = "EngineError";
    this.code = code;
    this.detail = detail;
  }
}

export function engineError(code: ErrorCode, message?: string, detail?: ErrorDetail): EngineError {
  return new EngineError(code, message ?? ERROR_CODES[code].text, detail);
}
