// Threads that are kept from one store to the next: starting one from sources takes a second.

import { startThread } from "../../../src/program.ts";
import type { FileWorker } from "../../../src/stores/sqlite/threads/file-thread.ts";

export interface ThreadPool {
  startWorker(): FileWorker;
  close(): Promise<void>;
}

export function createThreadPool(): ThreadPool {
  const all: ReturnType<typeof startThread>[] = [];
  const idle: typeof all = [];
  return {
    startWorker() {
      let worker = idle.pop();
      if (worker === undefined) {
        worker = startThread("stores/sqlite/threads/worker");
        all.push(worker);
      }
      const taken = worker;
      const listeners: [string, (...args: unknown[]) => void][] = [];
      return {
        postMessage: (message) => taken.postMessage(message),
        on(event: string, listener: (...args: unknown[]) => void) {
          listeners.push([event, listener]);
          taken.on(event, listener);
          return taken;
        },
        ref: () => taken.ref(),
        unref: () => taken.unref(),
        async terminate() {
          for (const [event, listener] of listeners) taken.off(event, listener);
          idle.push(taken);
          return 0;
        },
      } as FileWorker;
    },
    async close() {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
