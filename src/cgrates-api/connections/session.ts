// A connection on which requests of CGRateS's API come one after the other: each is answered as soon as it
// is done, whatever came before it. Everything that it may hold is bounded.
import { EngineError } from "../../errors.ts";
import type { Budget, RequestBudget } from "../../rpc/budget/budget.ts";
import { createDeparture, type Ending } from "../../rpc/budget/ending.ts";
import type { Caller } from "../../rpc/method.ts";
import { errorAnswer } from "../codec/answer.ts";
import { createRequestStream, type StreamedRequest } from "../codec/request-stream.ts";
import type { ApiServer } from "../server.ts";

/** What carries the bytes. */
export interface Wire {
  /** Resolves when it has gone out; also where the connection ended before. */
  send(text: string): Promise<void>;
  /** Takes no more from the peer until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it when all that was sent has gone out. */
  end(): void;
  /** Ends it now. */
  cut(): void;
}

export interface SessionLimits {
  /** Of one request. */
  bodyBytes: number;
  /** From the first byte of a request to its last; for an answer until it has gone out. */
  bodySeconds: number;
  /** Without a request under way. */
  idleSeconds: number;
}

export interface Session {
  /** What came. */
  push(bytes: Uint8Array): void;
  /** The peer sends nothing more: it is ended when all that it asked was answered. */
  finish(): void;
  /** The connection is gone. */
  gone(): void;
  /** To be called every second. */
  tick(): void;
  /** Answers what is under way, takes nothing more, and ends it. */
  end(): void;
}

/** Requests of one connection under way; with as many the peer waits. */
const MOST_UNDER_WAY = 32;

interface SessionParts {
  api: ApiServer;
  budget: Budget;
  caller: Caller;
  limits: SessionLimits;
}

/** The answer, which counts as the caller's until it is released. */
async function answered(
  { request, bytes }: StreamedRequest,
  { api, budget, caller }: SessionParts,
  left: Ending,
): Promise<{ text: string; release(): void }> {
  let held: RequestBudget;
  try {
    held = budget.request(caller.credential ?? "loopback", bytes);
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "too-busy") throw error;
    const text = errorAnswer(request.id, "MAX_CONCURRENT_RPC_EXCEEDED");
    return { text, release: () => {} };
  }
  const pieces = await api.one(request, { caller, budget: held, left });
  return { text: pieces.join(""), release: held.release };
}

export function createSession(parts: SessionParts, wire: Wire): Session {
  const { limits } = parts;
  const stream = createRequestStream(limits.bodyBytes);
  const left = createDeparture();
  const waiting: StreamedRequest[] = [];
  let underWay = 0;
  let unfinishedSeconds = 0;
  let idleSeconds = 0;
  let sendingSeconds = 0;
  let endingSeconds = 0;
  let sending = 0;
  /** Nothing more is read. */
  let isFinished = false;
  let isOver = false;

  async function answer(one: StreamedRequest): Promise<void> {
    const { text, release } = await answered(one, parts, left);
    sending += 1;
    try {
      if (!isOver) await wire.send(text);
    } finally {
      sending -= 1;
      sendingSeconds = 0;
      release();
    }
  }

  function next(): void {
    while (underWay < MOST_UNDER_WAY) {
      const one = waiting.shift();
      if (one === undefined) break;
      underWay += 1;
      void answer(one).finally(() => {
        underWay -= 1;
        idleSeconds = 0;
        next();
      });
    }
    if (waiting.length > 0) wire.pause();
    else if (!isFinished) wire.resume();
    else if (underWay === 0 && !isOver) {
      isOver = true;
      wire.end();
    }
  }

  function finish(): void {
    isFinished = true;
    next();
  }

  return {
    push(bytes) {
      if (isFinished) return;
      const before = stream.unfinished();
      const { requests, end } = stream.push(bytes);
      idleSeconds = 0;
      if (requests.length > 0 || before === 0) unfinishedSeconds = 0;
      waiting.push(...requests);
      // What came before it is answered still.
      if (end !== null) isFinished = true;
      next();
    },
    finish,
    gone() {
      isOver = true;
      isFinished = true;
      waiting.length = 0;
      left.leave();
    },
    tick() {
      if (isOver) endingSeconds += 1;
      if (sending > 0) sendingSeconds += 1;
      if (stream.unfinished() > 0) unfinishedSeconds += 1;
      if (underWay === 0) idleSeconds += 1;
      const isLate =
        unfinishedSeconds > limits.bodySeconds ||
        sendingSeconds > limits.bodySeconds ||
        endingSeconds > limits.bodySeconds ||
        idleSeconds > limits.idleSeconds;
      if (isLate) wire.cut();
    },
    end: finish,
  };
}
