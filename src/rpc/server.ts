// JSON-RPC 2.0 over text: envelopes checked to the letter, calls dispatched by json-rpc-2.0.
import {
  type JSONRPCErrorResponse,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from "json-rpc-2.0";
import { z } from "zod";
import type { Engine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { EngineError, ERROR_CODES, type ErrorCode, engineError } from "../errors.ts";
import { readJson } from "../formats/json-text.ts";
import type { Caller, Method } from "./method.ts";
import { openRpcDocument } from "./openrpc.ts";
import { requireRole } from "./require-role.ts";

export interface RpcServer {
  /** Answers one request text (single or batch); null when there is nothing to answer. */
  receive(text: string, caller: Caller): Promise<string | null>;
}

export interface RpcServerParts {
  engine: Engine;
  methods: readonly Method[];
  log: Log;
  limits: { rpcBatch: number; rpcSeconds: number };
}

interface CallContext {
  caller: Caller;
}

/** Calls of a batch are begun in one turn of the event loop for this long at most. */
const TURN_MS = 10;

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const server = new JSONRPCServer<CallContext>({ errorListener: () => undefined });
  for (const declared of parts.methods) addMethod(server, declared, parts);
  server.addMethod("rpc.discover", () => openRpcDocument());
  server.mapErrorToJSONRPCErrorResponse = (id, error) => errorResponse(id, error);

  async function answerOne(value: unknown, caller: Caller): Promise<JSONRPCResponse | null> {
    if (!isRequest(value)) {
      return errorResponse(idOf(value), invalidRequest(envelope.safeParse(value).error));
    }
    const { method: called, id } = value;
    if (!server.hasMethod(called)) {
      if (id === undefined) return null;
      return errorResponse(id, engineError("method-not-found", `There is no method ${called}.`));
    }
    return (await server.receive(value, { caller })) ?? null;
  }

  /** One text for each call that has an answer, in order. */
  async function answerBatch(values: unknown[], caller: Caller): Promise<string[]> {
    const pending: Promise<string | null>[] = [];
    let turnStartedAt = performance.now();
    for (const [index, value] of values.entries()) {
      pending.push(
        answerOne(value, caller).then((answer) =>
          answer === null ? null : JSON.stringify(inBatch(answer, index)),
        ),
      );
      if (performance.now() - turnStartedAt < TURN_MS) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turnStartedAt = performance.now();
    }
    return (await Promise.all(pending)).filter((answer) => answer !== null);
  }

  return {
    async receive(text, caller) {
      const parsed = parseJson(text);
      if (!parsed.ok) return JSON.stringify(errorResponse(null, parsed.error));
      if (!Array.isArray(parsed.value)) {
        const answer = await answerOne(parsed.value, caller);
        return answer === null ? null : JSON.stringify(answer);
      }
      const limit = parts.limits.rpcBatch;
      if (parsed.value.length === 0 || parsed.value.length > limit) {
        const fault =
          parsed.value.length === 0
            ? engineError("invalid-request", "The batch is empty.")
            : engineError("too-large", `The batch has over ${limit} calls.`);
        return JSON.stringify(errorResponse(null, fault));
      }
      const answers = await answerBatch(parsed.value, caller);
      return answers.length === 0 ? null : `[${answers.join(",")}]`;
    },
  };
}

/** An answer without an id says by its position which request of the batch it is for. */
function inBatch(answer: JSONRPCResponse, index: number): JSONRPCResponse {
  const { id, error } = answer;
  if (id !== null || error === undefined) return answer;
  return { jsonrpc: "2.0", id, error: { ...error, data: { ...error.data, index } } };
}

/** The same as the schema, which is asked only for what is wrong: batches are long. */
function isRequest(value: unknown): value is JSONRPCRequest {
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
  params: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
});

/** Digits that a double may not hold: two ids of a switch must never become one. */
const LONG_NUMBER = /\d{16}/;

function parseJson(text: string): { ok: true; value: unknown } | { ok: false; error: EngineError } {
  if (LONG_NUMBER.test(text)) {
    const read = readJson(text);
    if (read.ok) return { ok: true, value: read.value };
    return { ok: false, error: engineError("parse-error", `Not JSON: ${read.detail}`) };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    return { ok: false, error: engineError("parse-error", `Not JSON: ${message}`, { cause }) };
  }
}

function idOf(value: unknown): string | number | null {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function invalidRequest(error: z.ZodError | undefined): EngineError {
  const issue = error?.issues[0];
  const path = issue?.path.join(".") ?? "";
  const what = path === "" ? "The request" : `"${path}"`;
  return engineError("invalid-request", `${what} is wrong: ${issue?.message ?? "not a request"}`, {
    ...(path === "" ? {} : { path }),
  });
}

function addMethod(
  server: JSONRPCServer<CallContext>,
  declared: Method,
  { engine, log, limits }: RpcServerParts,
): void {
  server.addMethod(declared.name, async (params: unknown, { caller }: CallContext) => {
    const startedAt = performance.now();
    const limit = createTimeLimit(declared.name, limits.rpcSeconds);
    let code = "ok";
    try {
      requireRole(caller, declared.role);
      return await declared.run(readParams(declared, params), {
        engine,
        caller,
        get signal() {
          return limit.signal();
        },
      });
    } catch (error) {
      code = error instanceof EngineError ? error.code : "internal";
      if (code === "internal") log.error({ err: error, method: declared.name }, "RPC failed");
      throw error;
    } finally {
      limit.clear();
      const durationMs = Number((performance.now() - startedAt).toFixed(2));
      // Never the params or the answer: they may hold numbers of people.
      log.info(
        { method: declared.name, caller: caller.name, address: caller.address, durationMs, code },
        "rpc",
      );
    }
  });
}

/** The timer of one call, made only for methods that look at it. */
function createTimeLimit(called: string, seconds: number) {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    signal(): AbortSignal {
      if (controller !== undefined) return controller.signal;
      const made = new AbortController();
      controller = made;
      timer = setTimeout(() => {
        const hint = "Narrow the filter, ask for a shorter period, or raise limits.rpcSeconds.";
        made.abort(engineError("timeout", `${called} took over ${seconds} seconds.`, { hint }));
      }, seconds * 1000);
      timer.unref();
      return made.signal;
    },
    clear: () => clearTimeout(timer),
  };
}

/** Params by name; those by position go to the members in the order of the declaration. */
function named(declared: Method, params: unknown): unknown {
  if (!Array.isArray(params)) return params ?? {};
  const names = Object.keys(declared.params.shape);
  if (params.length > names.length) {
    throw engineError(
      "invalid-params",
      `${declared.name} takes ${names.length} params, not ${params.length}.`,
      { path: `params.${names.length}` },
    );
  }
  return Object.fromEntries(params.map((value, index) => [names[index], value]));
}

function readParams(declared: Method, params: unknown): unknown {
  const read = declared.params.safeParse(named(declared, params));
  if (read.success) return read.data;
  const faults = read.error.issues.flatMap(faultsOf);
  const first = faults[0];
  throw engineError(
    "invalid-params",
    faults.map((one) => `${one.path || "params"}: ${one.message}`).join("; "),
    {
      ...(first === undefined || first.path === "" ? {} : { path: first.path }),
      data: { faults },
    },
  );
}

/** The fault of a key that is not known is at the key, one for each. */
function faultsOf(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") return [{ path: path.join("."), message }];
  return issue.keys.map((key) => ({
    path: [...path, key].join("."),
    message: `Unrecognized key: "${key}"`,
  }));
}

/** Messages that the specification gives word for word; what is wrong is then in data.detail. */
const SPECIFIED: Partial<Record<ErrorCode, string>> = {
  "parse-error": "Parse error",
  "invalid-request": "Invalid Request",
  "method-not-found": "Method not found",
};

function errorResponse(id: string | number | null, thrown: unknown): JSONRPCErrorResponse {
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
