// JSON-RPC 2.0 over text: calls dispatched by json-rpc-2.0, each within the budget of its request.
import { type JSONRPCResponse, JSONRPCServer } from "json-rpc-2.0";
import { requirePermission } from "../access/permissions.ts";
import type { Engine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { EngineError, engineError } from "../errors.ts";
import { ReadyJson, type WrittenJson, writtenAnswer, writtenText } from "./budget/answer-text.ts";
import { type Load, type RequestBudget, UNBOUNDED } from "./budget/budget.ts";
import { createCallLimit, createRequestLimit, type Ending } from "./budget/ending.ts";
import type { Caller, Method } from "./method.ts";
import { openRpcDocument } from "./openrpc.ts";
import { type Answered, answerBatch } from "./request/batch.ts";
import { type CallLog, createBatchLog, createCallLog } from "./request/call-log.ts";
import { calledBy, idOf, invalidRequest, isNotification, isRequest } from "./request/envelope.ts";
import { errorResponse } from "./request/error-response.ts";
import { readParams } from "./request/params.ts";
import { parseRequest } from "./request/text.ts";

/** Who asks, and what the request may have. */
export interface RpcRequest {
  caller: Caller;
  budget: RequestBudget;
  /** Over when nobody waits for the answer any more: what reads ends then. */
  left?: Ending;
}

/** A request under way. */
interface Answering extends RpcRequest {
  /** Over when its caller left, and when its time is over. */
  ends: Ending;
  calls: CallLog;
}

export interface RpcAnswer extends WrittenJson {
  /** Every call was refused with `too-busy`: none was made, and all may be sent again. */
  isBusy: boolean;
}

export interface RpcServer {
  /** Answers one request text (single or batch); null when there is nothing to answer. */
  answer(text: string, request: RpcRequest): Promise<RpcAnswer | null>;
  /** The same as one text, for a program that asks itself: without a budget. */
  receive(text: string, caller: Caller): Promise<string | null>;
}

export interface RpcServerParts {
  engine: Engine;
  methods: readonly Method[];
  log: Log;
  /** `rpcRequestSeconds`: without it a request takes as long as its calls. */
  limits: { rpcBatch: number; rpcSeconds: number; rpcRequestSeconds?: number };
}

interface CallContext {
  request: Answering;
}

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const { limits, log } = parts;
  const { answerOne, answerMany } = createCalls(parts);

  async function answer(text: string, request: RpcRequest): Promise<RpcAnswer | null> {
    const { caller, left } = request;
    const ends = createRequestLimit(limits.rpcRequestSeconds, left);
    try {
      const parsed = await parseRequest(text);
      if (!parsed.ok) return whole(errorResponse(null, parsed.error));
      const { value } = parsed;
      if (Array.isArray(value)) return await answerList(value, { ...request, ends });
      const calls = createCallLog(log, caller);
      return await answerOne(value, { ...request, ends, calls });
    } finally {
      ends.clear();
    }
  }

  async function answerList(
    values: unknown[],
    request: Omit<Answering, "calls">,
  ): Promise<RpcAnswer | null> {
    const limit = limits.rpcBatch;
    if (values.length === 0 || values.length > limit) {
      const fault =
        values.length === 0
          ? engineError("invalid-request", "The batch is empty.")
          : engineError("too-large", `The batch has over ${limit} calls.`);
      return whole(errorResponse(null, fault));
    }
    const calls = createBatchLog(log, request.caller);
    const answers = await answerMany(values, { ...request, calls }).finally(calls.end);
    if (answers.length === 0) return null;
    const isBusy = answers.every((one) => one.isBusy);
    return { ...joined(answers), isBusy };
  }

  return {
    answer,
    async receive(text, caller) {
      const budget = UNBOUNDED.request(caller.name, text.length);
      try {
        const answered = await answer(text, { caller, budget });
        return answered?.pieces.map((piece) => piece.toString("utf8")).join("") ?? null;
      } finally {
        budget.release();
      }
    },
  };
}

/** The answers as one JSON array: texts that stand beside each other are one text. */
function joined(answers: readonly WrittenJson[]): WrittenJson {
  const pieces: (string | Buffer)[] = [];
  // The brackets and the commas.
  let bytes = answers.length + 1;
  let text = "[";
  for (const [index, answer] of answers.entries()) {
    if (index > 0) text += ",";
    bytes += answer.bytes;
    for (const piece of answer.pieces) {
      if (typeof piece === "string") text += piece;
      else {
        pieces.push(text, piece);
        text = "";
      }
    }
  }
  pieces.push(`${text}]`);
  return { pieces, bytes };
}

function whole(response: JSONRPCResponse): RpcAnswer {
  return { ...writtenText(JSON.stringify(response)), isBusy: false };
}

/** Answered by the server itself. */
const DISCOVER = "rpc.discover";

/** Where a call stands in its batch; absent for one alone. */
type Index = number | undefined;

function createCalls(parts: RpcServerParts) {
  const declaredOf = new Map(parts.methods.map((declared) => [declared.name, declared]));
  const server = createDispatcher(parts);

  function respond(
    value: unknown,
    request: Answering,
  ): PromiseLike<JSONRPCResponse | null> | JSONRPCResponse | null {
    if (!isRequest(value)) return errorResponse(idOf(value), invalidRequest(value));
    if (server.hasMethod(value.method)) return server.receive(value, { request });
    if (value.id === undefined) return null;
    const fault = engineError("method-not-found", `There is no method ${value.method}.`);
    return errorResponse(value.id, fault);
  }

  async function answerLight(
    value: unknown,
    request: Answering,
    index: Index,
  ): Promise<Answered | null> {
    const response = await respond(value, request);
    if (response === null) return null;
    const isWritten = declaredOf.get(calledBy(value))?.writes === true;
    return written(inBatch(response, index), request.budget, isWritten);
  }

  async function answerInPlace(
    value: unknown,
    { request, load, isWritten }: { request: Answering; load: Load; isWritten: boolean },
    index: Index,
  ): Promise<Answered | null> {
    let giveBack: () => void;
    try {
      // What writes is made also where nobody waits any more.
      giveBack = await request.budget.place(load, isWritten ? undefined : request.ends.signal());
    } catch (error) {
      return refused(value, error, index);
    }
    try {
      return await answerLight(value, request, index);
    } finally {
      giveBack();
    }
  }

  async function answerLoaded(
    value: unknown,
    load: Load,
    request: Answering,
    index: Index,
  ): Promise<Answered | null> {
    const isWritten = declaredOf.get(calledBy(value))?.writes === true;
    // A read that nobody waits for is not made.
    const isWaitedFor = request.left?.aborted !== true && !isNotification(value);
    if (!isWritten && !isWaitedFor) return null;
    return answerInPlace(value, { request, load, isWritten }, index);
  }

  function answerOne(value: unknown, request: Answering, index?: Index): Promise<Answered | null> {
    const load = loadOf(value);
    return load === null
      ? answerLight(value, request, index)
      : answerLoaded(value, load, request, index);
  }

  /** Null: it is light. */
  function loadOf(value: unknown): Load | null {
    const called = calledBy(value);
    if (called === DISCOVER) return "large";
    const declared = declaredOf.get(called);
    if (declared?.heavy === true) return "heavy";
    return declared?.large === true ? "large" : null;
  }

  return {
    answerOne,
    answerMany: (values: unknown[], request: Answering) =>
      answerBatch(values, {
        fault: () => requestFault(request),
        runsAlone: (value) => loadOf(value) !== null,
        make: (value, index) => answerOne(value, request, index),
        // A command that asks for no answer is not over any bytes of them.
        refuse: async (value, index, refusal) =>
          isNotification(value) ? answerOne(value, request, index) : refused(value, refusal, index),
      }),
  };
}

/** Why no more calls of the request are begun. */
function requestFault({ ends, left }: Answering): EngineError | null {
  if (left?.aborted === true) return null;
  const { reason } = ends;
  return reason instanceof EngineError ? reason : null;
}

/** The answer as JSON within the request's budget; where it does not fit, that is the answer. */
async function written(
  response: JSONRPCResponse,
  budget: RequestBudget,
  isWritten: boolean,
): Promise<Answered> {
  const isBusy = response.error?.data?.code === "too-busy";
  if (isWritten) {
    const answer = await writtenAnswer(response, Number.POSITIVE_INFINITY);
    budget.keep(answer.bytes);
    return { ...answer, isBusy, refusal: null };
  }
  try {
    const answer = await writtenAnswer(response, budget.room());
    budget.hold(answer.bytes);
    return { ...answer, isBusy, refusal: null };
  } catch (error) {
    return refusal(response.id, error);
  }
}

function refused(value: unknown, error: unknown, index: Index): Answered | null {
  return isNotification(value) ? null : refusal(idOf(value), error, index);
}

function refusal(id: string | number | null, error: unknown, index?: Index): Answered {
  const response = inBatch(errorResponse(id, error), index);
  const isOver =
    error instanceof EngineError && (error.code === "too-busy" || error.code === "too-large");
  return {
    ...writtenText(JSON.stringify(response)),
    isBusy: error instanceof EngineError && error.code === "too-busy",
    refusal: isOver ? error : null,
  };
}

/** An answer without an id says by its position which request of the batch it is for. */
function inBatch(answer: JSONRPCResponse, index: Index): JSONRPCResponse {
  const { id, error } = answer;
  if (id !== null || error === undefined || index === undefined) return answer;
  return { jsonrpc: "2.0", id, error: { ...error, data: { ...error.data, index } } };
}

function createDispatcher(parts: RpcServerParts): JSONRPCServer<CallContext> {
  const server = new JSONRPCServer<CallContext>({ errorListener: () => undefined });
  for (const declared of parts.methods) addMethod(server, declared, parts);
  let discovered: ReadyJson | undefined;
  server.addMethod(DISCOVER, () => {
    discovered ??= new ReadyJson(JSON.stringify(openRpcDocument()));
    return discovered;
  });
  server.mapErrorToJSONRPCErrorResponse = (id, error) => errorResponse(id, error);
  return server;
}

function addMethod(
  server: JSONRPCServer<CallContext>,
  declared: Method,
  { engine, log, limits }: RpcServerParts,
): void {
  const { name, writes } = declared;
  const isQuick = !writes && !declared.heavy && declared.large !== true;
  server.addMethod(name, async (params: unknown, { request }: CallContext) => {
    const { caller, ends, calls } = request;
    const startedAt = performance.now();
    const limit = createCallLimit(declared, limits.rpcSeconds, ends);
    let code = "ok";
    try {
      if (!declared.variesByParams) requirePermission(caller, declared.permission);
      const read = readParams(declared.params, named(declared, params), declared.records);
      if (declared.variesByParams) requirePermission(caller, declared.permissionOf(read));
      return await declared.run(read, {
        engine,
        caller,
        get left() {
          return writes ? undefined : request.left?.signal();
        },
        get signal() {
          return limit.signal();
        },
      });
    } catch (error) {
      code = error instanceof EngineError ? error.code : "internal";
      if (code === "internal") log.error({ err: error, method: name }, "RPC failed");
      throw error;
    } finally {
      limit.clear();
      const call = { method: name, code, durationMs: performance.now() - startedAt };
      if (isQuick) calls.noteQuick(call);
      else calls.note(call);
    }
  });
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
