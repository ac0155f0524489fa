// One worker of a service of several processes: a whole service, started when the first process says so.
import type { Settings } from "../../config/config.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { createSiblings, type Siblings } from "./siblings.ts";

export interface WorkerStart {
  /** Of the whole service. */
  settings: Settings;
  startedAtMs: number;
  siblings: Siblings;
}

export interface StartedWorker {
  /** Where it listens, and what can be done there. */
  banner: string;
  stop(): Promise<void>;
}

/**
 * Serves until the first process, or a signal, says that it is to end. Where it cannot start, it ends
 * with what `start` throws.
 */
export async function runWorker(parts: {
  /** How messages come, and how they are sent. */
  connect(take: (message: ToWorker) => void): (message: FromWorker) => void;
  start(asked: WorkerStart): Promise<StartedWorker>;
  /** Resolves at the first signal to end. */
  stopSignal: () => Promise<void>;
}): Promise<void> {
  let begin: (message: Extract<ToWorker, { kind: "start" }>) => void = () => undefined;
  let end: () => void = () => undefined;
  const started = new Promise<Extract<ToWorker, { kind: "start" }>>((resolve) => {
    begin = resolve;
  });
  const stopped = new Promise<void>((resolve) => {
    end = resolve;
  });
  const send = parts.connect((message) => {
    if (message.kind === "start") begin(message);
    else if (message.kind === "stop") end();
    else siblings.take(message);
  });
  const siblings = createSiblings(send);
  send({ kind: "ready" });
  const { settings, startedAtMs } = await started;
  const worker = await parts.start({ settings, startedAtMs, siblings });
  send({ kind: "listening", banner: worker.banner });
  await Promise.race([stopped, parts.stopSignal()]);
  await worker.stop();
}
