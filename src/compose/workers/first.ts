// The first process of a service of several: starts the workers, replaces those that end, and ends with
// all of them. It serves nothing and opens no store, so that there is little that could end it; what
// only one of them may do (feeds, jobs, the nightly audit) is decided by the leases in the store.
import type { Settings } from "../../config/config.ts";
import type { Log } from "../../engine/ports.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { createQuestions } from "./questions.ts";

/** A process that was started, as far as this one knows it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  kill(): void;
}

export interface WorkerEvents {
  message(message: FromWorker): void;
  /** Exit code, null where a signal ended it. */
  ended(code: number | null, signal: string | null): void;
}

export interface FirstParts {
  settings: Settings;
  /** How many there are to be. */
  workers: number;
  startedAtMs: number;
  fork(events: WorkerEvents): WorkerProcess;
  print(text: string): void;
  log: Log;
  /** Milliseconds by a clock that only goes forward. */
  nowMs(): number;
  /** Runs something later; answers how to call it off. */
  later(ms: number, run: () => void): () => void;
}

export interface First {
  /** Resolves with the exit code when all have ended. */
  ended: Promise<number>;
  /** Asks all to end; what has not after `limits.stopSeconds` is killed. */
  stop(): void;
}

/** One that lived shorter died of itself: the next is started later and later. */
const SHORT_LIFE_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** Beyond its own limit, what a worker has until it is killed. */
const KILL_AFTER_MS = 1000;

interface Running extends WorkerProcess {
  sinceMs: number;
  isListening: boolean;
}

export function startWorkers(parts: FirstParts): First {
  const { settings, workers, log, nowMs, later, print } = parts;
  const running = new Set<Running>();
  const questions = createQuestions<Running>({
    others: (asker) => [...running].filter((one) => one !== asker && one.isListening),
    later,
  });
  const planned = new Set<() => void>();
  let hasListened = false;
  let isStopping = false;
  let exitCode = 0;
  let shortLives = 0;
  let resolveEnded: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    resolveEnded = resolve;
  });

  function fork(): void {
    const worker: Running = Object.assign(
      parts.fork({
        message: (message) => take(worker, message),
        ended: (code, signal) => whenEnded(worker, code, signal),
      }),
      { sinceMs: nowMs(), isListening: false },
    );
    running.add(worker);
  }

  function take(worker: Running, message: FromWorker): void {
    if (message.kind === "ready") {
      worker.send({ kind: "start", settings, startedAtMs: parts.startedAtMs });
      if (isStopping) worker.send({ kind: "stop" });
    } else if (message.kind === "listening") {
      worker.isListening = true;
      if (hasListened) return;
      hasListened = true;
      if (!isStopping) for (let count = running.size; count < workers; count += 1) fork();
      print(message.banner);
    } else if (message.kind === "ask") questions.ask(worker, message);
    else questions.part(worker, message);
  }

  function whenEnded(worker: Running, code: number | null, signal: string | null): void {
    running.delete(worker);
    questions.forget(worker);
    // A service that never came up ends as its first worker did, which has said why.
    if (!hasListened && !isStopping) {
      exitCode = code ?? 1;
      stop();
      return;
    }
    if (isStopping) {
      if (running.size === 0) resolveEnded(exitCode);
      return;
    }
    const pauseMs = pauseAfter(nowMs() - worker.sinceMs);
    log.warn({ worker: worker.pid, code, signal, pauseMs }, "a worker ended; another is started");
    const callOff = later(pauseMs, () => {
      planned.delete(callOff);
      fork();
    });
    planned.add(callOff);
  }

  function pauseAfter(livedMs: number): number {
    shortLives = livedMs < SHORT_LIFE_MS ? shortLives + 1 : 0;
    if (shortLives === 0) return 0;
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (shortLives - 1));
  }

  function stop(): void {
    if (isStopping) return;
    isStopping = true;
    for (const callOff of planned) callOff();
    planned.clear();
    for (const worker of running) worker.send({ kind: "stop" });
    if (running.size === 0) resolveEnded(exitCode);
    later(settings.limits.stopSeconds * 1000 + KILL_AFTER_MS, () => {
      for (const worker of running) worker.kill();
    });
  }

  fork();
  return { ended, stop };
}
