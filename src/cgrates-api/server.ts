// CGRateS's JSON-RPC: `Service.Method` calls, answered as Go's codec does.
import { requirePermission } from "../access/permissions.ts";
import type { Engine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { EngineError } from "../errors.ts";
import { type RequestBudget, UNBOUNDED } from "../rpc/budget/budget.ts";
import { createRequestLimit, type Ending } from "../rpc/budget/ending.ts";
import type { Caller } from "../rpc/method.ts";
import { createCallLog } from "../rpc/request/call-log.ts";
import { errorAnswer, resultAnswer } from "./codec/answer.ts";
import { DecodeError, decode, kindOf } from "./codec/go-decode.ts";
import { type GoRequest, readRequests } from "./codec/requests.ts";
import { ApiError, type ApiMethod } from "./method.ts";
import { findMethod } from "./services.ts";

export interface ApiServerParts {
  engine: Engine;
  log: Log;
  limits: { rpcSeconds: number };
}

export interface ApiRequest {
  caller: Caller;
  budget: RequestBudget;
  left?: Ending | undefined;
}

export interface ApiServer {
  /** The answers to every request of a body, in their order; empty where there is none in it. */
  answer(body: string, request: ApiRequest): Promise<string[]>;
  /** The answer to one request of a connection. */
  one(request: GoRequest, asked: ApiRequest): Promise<string[]>;
  /** The same for a program that asks itself. */
  receive(body: string, caller: Caller): Promise<string>;
}

export function createApiServer(parts: ApiServerParts): ApiServer {
  async function answer(body: string, request: ApiRequest): Promise<string[]> {
    const pieces: string[] = [];
    for (const one of readRequests(body).requests) {
      pieces.push(...(await answerOne(parts, one, request)));
    }
    return pieces;
  }

  return {
    answer,
    one: (request, asked) => answerOne(parts, request, asked),
    async receive(body, caller) {
      const budget = UNBOUNDED.request(caller.name, body.length);
      try {
        return (await answer(body, { caller, budget })).join("");
      } finally {
        budget.release();
      }
    },
  };
}

/** Never throws: whatever fails is the error of the answer. */
async function answerOne(
  parts: ApiServerParts,
  { method, params, id }: GoRequest,
  request: ApiRequest,
): Promise<string[]> {
  const startedAt = performance.now();
  const { caller } = request;
  let code = "ok";
  try {
    const found = findMethod(method);
    if (typeof found === "string") throw new ApiError(found);
    if (found.permission !== null) requirePermission(caller, found.permission);
    const decoded = decode(firstOf(params), found.params);
    const result = await run(parts, found, { decoded, request });
    return await resultAnswer(id, result ?? null, (bytes) => {
      if (found.writes) request.budget.keep(bytes);
      else request.budget.hold(bytes);
    });
  } catch (error) {
    code = error instanceof EngineError ? error.code : isExpected(error) ? "error" : "internal";
    if (code === "internal") parts.log.error({ err: error, method }, "RPC failed");
    return [errorAnswer(id, textOf(error))];
  } finally {
    const durationMs = performance.now() - startedAt;
    createCallLog(parts.log, caller).note({ method: method.slice(0, 64), code, durationMs });
  }
}

async function run(
  { engine, limits }: ApiServerParts,
  method: ApiMethod,
  { decoded, request }: { decoded: unknown; request: ApiRequest },
): Promise<unknown> {
  const { caller, budget, left } = request;
  const limit = createRequestLimit(method.writes ? undefined : limits.rpcSeconds, left);
  const context = {
    engine,
    caller,
    get signal() {
      return limit.signal();
    },
  };
  try {
    if (method.heavy !== true) return await method.run(decoded, context);
    const giveBack = await budget.place("heavy", method.writes ? undefined : limit.signal());
    try {
      return await method.run(decoded, context);
    } finally {
      giveBack();
    }
  } finally {
    limit.clear();
  }
}

/** The one param that the engine looks at. @throws DecodeError */
function firstOf(params: GoRequest["params"]) {
  if (params === undefined || params === null) {
    throw new DecodeError("jsonrpc: request body missing params");
  }
  if (Array.isArray(params)) return params[0];
  const what = kindOf(params);
  throw new DecodeError(`json: cannot unmarshal ${what} into Go value of type [1]interface {}`);
}

function isExpected(error: unknown): error is Error {
  return error instanceof ApiError || error instanceof DecodeError;
}

/** What the engine has a word for is said with it; the rest says what it is. */
function textOf(error: unknown): string {
  if (isExpected(error)) return error.message;
  if (!(error instanceof EngineError))
    return "SERVER_ERROR: the server failed; its log has the cause";
  if (error.code === "forbidden") return `UNAUTHORIZED_API: ${error.message}`;
  if (error.code === "too-busy") return "MAX_CONCURRENT_RPC_EXCEEDED";
  return `SERVER_ERROR: ${error.message}`;
}
