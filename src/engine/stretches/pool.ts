// The threads of work of one process: started for the first stretch that waits, ended with the last run.
import type { Worker } from "node:worker_threads";
import type { Store } from "../../stores/store.ts";
import { errorFacts, errorOf } from "../../thread-errors.ts";
import type { Clock } from "../ports.ts";
import type { FromThread, StretchOrder, ToThread } from "./messages.ts";
import { createSink, type Sink } from "./sink.ts";
import type { WorkThreads } from "./work.ts";

export interface WorkThreadsOptions {
  most: number;
  least: number;
  start(): Pick<Worker, "postMessage" | "on" | "terminate">;
  clock: Clock;
  store: Pick<Store, "facts">;
}

type Order = Omit<StretchOrder, "nowMs"> & { sink: Sink<unknown> };

interface Running {
  worker: ReturnType<WorkThreadsOptions["start"]>;
  order: Order | null;
  gone: Promise<void>;
}

function startThread(
  { start }: WorkThreadsOptions,
  take: (thread: Running, message: FromThread) => void,
  ended: (why: unknown) => void,
): Running {
  const worker = start();
  const gone = new Promise<void>((resolve) => {
    worker.on("exit", () => resolve());
  });
  const thread: Running = { worker, order: null, gone };
  worker.on("message", (message: FromThread) => take(thread, message));
  worker.on("error", ended);
  worker.on("exit", (code) => ended(new Error(`a thread of work ended with code ${code}`)));
  return thread;
}

export function createWorkThreads(options: WorkThreadsOptions): WorkThreads {
  const { most, least, clock, store } = options;
  const threads = new Set<Running>();
  /** Those that were told to end. */
  const leaving = new Set<Running>();
  const runs = new Set<number>();
  let waiting: Order[] = [];
  let last = 0;

  function say({ worker }: Running, message: ToThread): void {
    worker.postMessage(message);
  }

  function begin(): Running {
    const thread = startThread(options, take, (why) => {
      threads.delete(thread);
      leaving.delete(thread);
      thread.order?.sink.fail(why);
      thread.order = null;
      serve();
    });
    threads.add(thread);
    return thread;
  }

  function take(thread: Running, message: FromThread): void {
    const { order } = thread;
    if (message === "done") free(thread, (sink) => sink.end());
    else if ("failed" in message) free(thread, (sink) => sink.fail(errorOf(message.failed)));
    else if ("ask" in message) void keep(thread, message);
    else order?.sink.push(message.page);
  }

  function free(thread: Running, end: (sink: Sink<unknown>) => void): void {
    if (thread.order !== null) end(thread.order.sink);
    thread.order = null;
    serve();
  }

  async function keep(
    thread: Running,
    { ask: asked, keepFirst: { name, fact } }: Extract<FromThread, { ask: number }>,
  ): Promise<void> {
    try {
      say(thread, { asked, kept: await store.facts.keepFirst(name, fact) });
    } catch (error) {
      say(thread, { asked, fault: errorFacts(error) });
    }
  }

  /** Gives stretches that wait to threads that have none. */
  function serve(): void {
    while (waiting.length > 0) {
      const thread =
        [...threads].find(({ order }) => order === null) ??
        (threads.size < most ? begin() : undefined);
      const order = thread === undefined ? undefined : waiting.shift();
      if (thread === undefined || order === undefined) return;
      thread.order = order;
      const { sink: _ours, ...sent } = order;
      say(thread, { ...sent, nowMs: clock() });
    }
  }

  function endRun(run: number): void {
    if (!runs.delete(run)) return;
    waiting = waiting.filter((order) => order.run !== run);
    for (const thread of threads) say(thread, runs.size === 0 ? "close" : { ended: run });
    if (runs.size > 0) return;
    // What they still do is nobody's: runs that begin now have others.
    for (const thread of threads) leaving.add(thread);
    threads.clear();
  }

  return {
    most,
    least,
    begin(name, request) {
      last += 1;
      const run = last;
      runs.add(run);
      return {
        pages(stretch) {
          const sink = createSink<unknown>();
          waiting.push({ run, name, request, stretch, sink });
          serve();
          return sink;
        },
        end: () => endRun(run),
      };
    },
    async close() {
      for (const run of [...runs]) endRun(run);
      // Whoever ends waits for no compile: those that read have nothing to lose.
      for (const { worker, order } of leaving) if (order !== null) void worker.terminate();
      await Promise.all([...leaving].map(({ gone }) => gone));
    },
  };
}
