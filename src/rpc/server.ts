// JSON-RPC 2.0 over text: calls dispatched by json-rpc-2.0, each within the budget of its request.
import type { JSONRPCResponse } from "json-rpc-2.0";
import type { Engine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { EngineError, engineError } from "../errors.ts";
import { type WrittenJson, writtenText } from "./budget/answer-text.ts";
import { type Load, type RequestBudget, UNBOUNDED } from "./budget/budget.ts";
import { createRequestLimit, type Ending } from "./budget/ending.ts";
import type { Caller, Method } from "./method.ts";
import { type Answered, type Index, inBatch, refused, written } from "./request/answered.ts";
import { answerBatch, type Responding } from "./request/batch.ts";
import { createBatchLog, createCallLog } from "./request/call-log.ts";
import { createDispatcher, DISCOVER, type RequestUnderWay } from "./request/dispatch.ts";
import { calledBy, idOf, invalidRequest, isNotification, isRequest } from "./request/envelope.ts";
import { errorResponse } from "./request/error-response.ts";
import { parseRequest } from "./request/text.ts";

/** Who asks, and what the request may have. */
export interface RpcRequest {
  caller: Caller;
  budget: RequestBudget;
  /** Over when nobody waits for the answer any more: what reads ends then. */
  left?: Ending | undefined;
}

/** A request under way. */
type Answering = RpcRequest & RequestUnderWay;

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

export function createRpcServer(parts: RpcServerParts): RpcServer {
  const { limits, log } = parts;
  const { answerOne, answerMany } = createCalls(parts);

  async function answer(text: string, request: RpcRequest): Promise<RpcAnswer | null> {
    const { caller, budget, left } = request;
    const ends = createRequestLimit(limits.rpcRequestSeconds, left);
    try {
      const parsing = parseRequest(text);
      const parsed = parsing instanceof Promise ? await parsing : parsing;
      if (!parsed.ok) return whole(errorResponse(null, parsed.error));
      const { value } = parsed;
      if (Array.isArray(value)) return await answerList(value, { ...request, ends });
      const calls = createCallLog(log, caller);
      return await answerOne(value, { caller, budget, left, ends, calls });
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

/** The answers as one JSON array. */
function joined(answers: readonly WrittenJson[]): WrittenJson {
  const pieces: (string | Buffer)[] = [];
  // The brackets and the commas.
  let bytes = answers.length + 1;
  for (const [index, answer] of answers.entries()) {
    pieces.push(index === 0 ? "[" : ",", ...answer.pieces);
    bytes += answer.bytes;
  }
  pieces.push("]");
  return { pieces, bytes };
}

function whole(response: JSONRPCResponse): RpcAnswer {
  return { ...writtenText(JSON.stringify(response)), isBusy: false };
}

function createCalls(parts: RpcServerParts) {
  const declaredOf = new Map(parts.methods.map((declared) => [declared.name, declared]));
  const server = createDispatcher(parts);

  function respond(value: unknown, request: Answering): Responding {
    if (!isRequest(value)) return errorResponse(idOf(value), invalidRequest(value));
    if (server.hasMethod(value.method)) return server.receive(value, request);
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
    // Not waited for where it is there: each wait is a turn of the queue of promises.
    const writing = written(inBatch(response, index), request.budget, isWritten(value));
    return writing instanceof Promise ? await writing : writing;
  }

  function isWritten(value: unknown): boolean {
    return declaredOf.get(calledBy(value))?.writes === true;
  }

  async function answerInPlace(
    value: unknown,
    { request, load, mustBeMade }: { request: Answering; load: Load; mustBeMade: boolean },
    index: Index,
  ): Promise<Answered | null> {
    let giveBack: () => void;
    try {
      // What writes is made also where nobody waits any more.
      giveBack = await request.budget.place(load, mustBeMade ? undefined : request.ends.signal());
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
    const mustBeMade = isWritten(value);
    // A read that nobody waits for is not made.
    const isWaitedFor = request.left?.aborted !== true && !isNotification(value);
    if (!mustBeMade && !isWaitedFor) return null;
    return answerInPlace(value, { request, load, mustBeMade }, index);
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
        begin: (value) => ({ responding: respond(value, request), isWritten: isWritten(value) }),
        write: (response, call) =>
          written(inBatch(response, call.index), request.budget, call.isWritten),
        make: (value, index) => answerOne(value, request, index),
        // A command that asks for no answer is not over any bytes of them.
        refuse: (value, index, refusal) =>
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
