// The methods behind json-rpc-2.0: who may call, params read, the call made and noted. A method that
// has nothing to wait for is made without a promise of its own.
import { JSONRPCServer } from "json-rpc-2.0";
import { requirePermission } from "../../access/permissions.ts";
import { seenBy } from "../../access/scope.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Log } from "../../engine/ports.ts";
import { EngineError, engineError } from "../../errors.ts";
import { ReadyJson } from "../budget/answer-text.ts";
import { createCallLimit, type Ending } from "../budget/ending.ts";
import { openRpcDocument } from "../document/openrpc.ts";
import type { Caller, Method, MethodContext } from "../method.ts";
import type { CallLog } from "./call-log.ts";
import { errorResponse } from "./error-response.ts";
import { createParamsReader } from "./params.ts";

/** What the calls of a request have in common. */
export interface RequestUnderWay {
  caller: Caller;
  /** Over when nobody waits for the answer any more. */
  left?: Ending | undefined;
  /** Over when its caller left, and when its time is over. */
  ends: Ending;
  calls: CallLog;
}

export interface DispatchParts {
  engine: Engine;
  methods: readonly Method[];
  log: Log;
  limits: { rpcSeconds: number };
}

/** Answered by the server itself. */
export const DISCOVER = "rpc.discover";

export function createDispatcher(parts: DispatchParts): JSONRPCServer<RequestUnderWay> {
  const server = new JSONRPCServer<RequestUnderWay>({ errorListener: () => undefined });
  for (const declared of parts.methods) server.addMethod(declared.name, makerOf(declared, parts));
  let discovered: ReadyJson | undefined;
  server.addMethod(DISCOVER, () => {
    discovered ??= new ReadyJson(JSON.stringify(openRpcDocument()));
    return discovered;
  });
  server.mapErrorToJSONRPCErrorResponse = (id, error) => errorResponse(id, error);
  return server;
}

/** What makes the calls of one method; it throws or rejects with what the call fails with. */
function makerOf(
  declared: Method,
  { engine, log, limits }: DispatchParts,
): (params: unknown, request: RequestUnderWay) => unknown {
  const { name, writes, permission } = declared;
  const isQuick = !writes && !declared.heavy && declared.large !== true;
  const read = createParamsReader(declared.params, declared.records);

  function end(call: CallUnderWay, code: string): void {
    call.clear();
    const { calls } = call.request;
    const made = { method: name, code, durationMs: performance.now() - call.startedAt };
    if (isQuick) calls.noteQuick(made);
    else calls.note(made);
  }

  function fail(call: CallUnderWay, error: unknown): void {
    const code = error instanceof EngineError ? error.code : "internal";
    if (code === "internal") log.error({ err: error, method: name }, "RPC failed");
    end(call, code);
  }

  function make(params: unknown, call: CallUnderWay): unknown {
    if (!declared.variesByParams) requirePermission(call.caller, permission);
    const asked = read(named(declared, params), seenBy(call.caller.scope));
    if (declared.variesByParams) requirePermission(call.caller, declared.permissionOf(asked));
    return declared.run(asked, call);
  }

  async function finish(call: CallUnderWay, result: Promise<unknown>): Promise<unknown> {
    try {
      const found = await result;
      end(call, "ok");
      return found;
    } catch (error) {
      fail(call, error);
      throw error;
    }
  }

  return (params, request) => {
    const call = new CallUnderWay(declared, request, { engine, seconds: limits.rpcSeconds });
    let result: unknown;
    try {
      result = make(params, call);
    } catch (error) {
      fail(call, error);
      throw error;
    }
    if (result instanceof Promise) return finish(call, result);
    end(call, "ok");
    return result;
  };
}

/** What a method gets besides its params: the signals are made only where it looks at them. */
class CallUnderWay implements MethodContext {
  readonly engine: Engine;
  readonly caller: Caller;
  readonly request: RequestUnderWay;
  readonly startedAt = performance.now();
  readonly #declared: Method;
  readonly #seconds: number;
  #limit: ReturnType<typeof createCallLimit> | undefined;

  constructor(
    declared: Method,
    request: RequestUnderWay,
    { engine, seconds }: { engine: Engine; seconds: number },
  ) {
    this.engine = engine;
    this.caller = request.caller;
    this.request = request;
    this.#declared = declared;
    this.#seconds = seconds;
  }

  get left(): AbortSignal | undefined {
    return this.#declared.writes ? undefined : this.request.left?.signal();
  }

  get signal(): AbortSignal {
    this.#limit ??= createCallLimit(this.#declared, this.#seconds, this.request.ends);
    return this.#limit.signal();
  }

  clear(): void {
    this.#limit?.clear();
  }
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
