// The tariff compiler in a worker thread: no request waits for a check or a compile.
import { Worker } from "node:worker_threads";
import { type ErrorCode, engineError } from "../../errors.ts";
import type { TariffVersion } from "../../stores/ports/tariffs.ts";
import type { Compat, Snapshot, TariffCheck, TariffCompiler } from "../ports.ts";

type Files = Record<string, string>;

export type WorkerRequest = { id: number } & (
  | { task: "check"; files: Files; compat?: Compat; inForce?: Files }
  | { task: "compile"; version: TariffVersion; files: Files }
);

export type WorkerReply = { id: number } & (
  | { ok: true; result: TariffCheck | Snapshot }
  | { ok: false; code: ErrorCode; message: string }
);

interface Pending {
  resolve(result: TariffCheck | Snapshot): void;
  reject(error: Error): void;
}

/** Starts the thread at the first task and again after it died; `close` ends it. */
export function createWorkerCompiler(): TariffCompiler {
  const pending = new Map<number, Pending>();
  let worker: Worker | null = null;
  let lastId = 0;

  function failAll(error: Error): void {
    worker = null;
    for (const entry of pending.values()) entry.reject(error);
    pending.clear();
  }

  function start(): Worker {
    const started = startThread();
    started.on("message", (reply: WorkerReply) => {
      const entry = pending.get(reply.id);
      pending.delete(reply.id);
      if (reply.ok) entry?.resolve(reply.result);
      else entry?.reject(toError(reply));
      if (pending.size === 0) started.unref();
    });
    started.on("error", failAll);
    started.on("exit", (code) => {
      if (pending.size > 0) failAll(new Error(`the tariff worker ended with code ${code}`));
      worker = null;
    });
    return started;
  }

  function ask(request: DistributiveOmit<WorkerRequest, "id">): Promise<TariffCheck | Snapshot> {
    worker ??= start();
    const thread = worker;
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      thread.ref();
      thread.postMessage({ ...request, id });
    });
  }

  return {
    check: (files, compat, inForce) =>
      ask({
        task: "check",
        files,
        ...(compat === undefined ? {} : { compat }),
        ...(inForce === undefined ? {} : { inForce }),
      }) as Promise<TariffCheck>,
    compile: (version, files) => ask({ task: "compile", version, files }) as Promise<Snapshot>,
    async close() {
      const thread = worker;
      worker = null;
      await thread?.terminate();
    },
  };
}

/** What failed unforeseen has its stack for a text: that is for the log, not for whoever asked. */
function toError({ code, message }: { code: ErrorCode; message: string }): Error {
  return code === "internal"
    ? engineError("internal", undefined, { cause: new Error(message) })
    : engineError(code, message);
}

/** Built files run as they are; sources (.ts) are loaded through tsx, in development and tests. */
function startThread(): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    return new Worker(new URL("./worker.js", import.meta.url));
  }
  const [loader, source] = ["tsx/esm/api", new URL("./worker.ts", import.meta.url).href];
  const code = `import(${JSON.stringify(loader)}).then((tsx) => {
    tsx.register();
    return import(${JSON.stringify(source)});
  });`;
  return new Worker(code, { eval: true });
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
