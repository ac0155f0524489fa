// One thread that has the file open, as the service sees it: asked by messages, started again when
// it died.
import type { Worker } from "node:worker_threads";
import { errorOf } from "../../../thread-errors.ts";
import type { MigrationEvent } from "../../migration.ts";
import { unavailable } from "../faults.ts";
import type { ThreadReply, ThreadRequest, ThreadStart } from "./messages.ts";

export interface FileThread {
  /** Starts the thread, whose file is opened later. */
  start(): void;
  /** Resolves when its file is open. @throws what opening it threw */
  open(): Promise<void>;
  /**
   * Calls it by name; an AbortSignal as the last argument ends the call, whose reason is thrown.
   * @throws `store-unavailable` while there is no thread, or when it ended before it answered
   */
  ask(name: string, args: unknown[]): Promise<unknown>;
  /** Makes it look at its files. */
  look(): void;
  /** Lets it finish what it writes; resolves when it is gone. */
  close(): Promise<void>;
}

/** A thread as it is started and ended. */
export type FileWorker = Pick<Worker, "postMessage" | "on" | "ref" | "unref" | "terminate">;

export interface FileThreadOptions {
  start: Omit<ThreadStart, "nowMs">;
  startWorker: () => FileWorker;
  clock: () => number;
  report: (event: MigrationEvent) => void;
  /** The files are not ours any more. */
  onLost: () => void;
}

interface Promised {
  promise: Promise<unknown>;
  resolve(value?: unknown): void;
  reject(error: unknown): void;
}

interface Running {
  worker: FileWorker;
  pending: Map<number, Promised>;
  opened: Promised;
  closed: Promised;
}

/** A thread that dies at once is not started over and over. */
const RESTART_MS = 1000;

export function createFileThread(options: FileThreadOptions): FileThread {
  const { start, clock } = options;
  const { path } = start.options;
  let running: Running | null = null;
  let startedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;
  let lastNumber = 0;

  function begin(): Running {
    startedAt = performance.now();
    const made = runThread(options, () => {
      if (running === made) running = null;
    });
    running = made;
    return made;
  }

  function open(thread: Running): Running {
    send(thread, { open: { ...start, nowMs: clock() } });
    return thread;
  }

  function current(): Running {
    if (running !== null && !isClosed) return running;
    const isEarly = performance.now() - startedAt < RESTART_MS;
    if (!isClosed && !isEarly) return open(begin());
    throw unavailable(path, new Error(isClosed ? "it was closed" : "its thread ended"));
  }

  return {
    start: () => {
      begin();
    },
    open: async () => {
      await open(running ?? begin()).opened.promise;
    },
    async ask(name, args) {
      const thread = current();
      const last = args.at(-1);
      const signal = last instanceof AbortSignal ? last : undefined;
      const given = signal === undefined ? args : args.slice(0, -1);
      signal?.throwIfAborted();
      lastNumber += 1;
      const number = lastNumber;
      send(thread, {
        ask: number,
        name,
        args: given,
        ends: signal !== undefined,
        nowMs: clock(),
      });
      const answer = promised();
      thread.pending.set(number, answer);
      if (thread.pending.size === 1) thread.worker.ref();
      if (signal === undefined) return answer.promise;
      return endedBy(signal, answer, () => send(thread, { end: number }));
    },
    look() {
      if (running !== null) send(running, "look");
    },
    async close() {
      isClosed = true;
      if (running === null) return;
      const { worker, closed } = running;
      worker.ref();
      send(running, "close");
      await closed.promise;
      await worker.terminate();
    },
  };
}

function send({ worker }: Running, request: ThreadRequest): void {
  worker.postMessage(request);
}

/** Tells those who wait what the thread answers, or that it is gone. */
function runThread(
  { start, startWorker, report, onLost }: FileThreadOptions,
  onGone: () => void,
): Running {
  const worker = startWorker();
  const thread: Running = { worker, pending: new Map(), opened: promised(), closed: promised() };
  const { pending, opened, closed } = thread;

  function gone(error: unknown): void {
    onGone();
    opened.reject(error);
    closed.resolve();
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  }

  function settle(reply: Extract<ThreadReply, { answer: number }>): void {
    const waiting = pending.get(reply.answer);
    pending.delete(reply.answer);
    if (pending.size === 0) worker.unref();
    if ("error" in reply) waiting?.reject(errorOf(reply.error));
    else waiting?.resolve(reply.value);
  }

  worker.on("message", (reply: ThreadReply) => {
    if (reply === "opened") {
      opened.resolve();
      if (pending.size === 0) worker.unref();
    } else if (reply === "lost") onLost();
    else if (reply === "closed") closed.resolve();
    else if ("event" in reply) report(reply.event);
    else if ("answer" in reply) settle(reply);
    else {
      gone(errorOf(reply.refused));
      void worker.terminate();
    }
  });
  worker.on("error", (error) => gone(unavailable(start.options.path, error)));
  worker.on("exit", () => gone(unavailable(start.options.path, new Error("its thread ended"))));
  return thread;
}

function promised(): Promised {
  let settle: Pick<Promised, "resolve" | "reject"> | undefined;
  const promise = new Promise<unknown>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Who does not wait for it is not told either.
  promise.catch(() => undefined);
  return { promise, ...(settle as unknown as Pick<Promised, "resolve" | "reject">) };
}

/** The answer, unless the signal comes before it. */
async function endedBy(
  signal: AbortSignal,
  { promise, reject }: Promised,
  tell: () => void,
): Promise<unknown> {
  const end = (): void => {
    tell();
    reject(signal.reason);
  };
  signal.addEventListener("abort", end);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
