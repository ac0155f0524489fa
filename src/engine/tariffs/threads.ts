// Threads for work that takes long: tasks take turns by owner, so that the long work of one owner
// does not hold up the short work of another, and a task that takes too long is ended.
import { engineError } from "../../errors.ts";

/** One thread: does one task at a time. */
export interface Thread<Request, Reply> {
  /** Rejects when the thread fails, also without an answer. */
  run(request: Request): Promise<Reply>;
  end(): Promise<void>;
}

export interface Task<Request> {
  request: Request;
  /** Who waits for it; one task of an owner runs at a time. */
  owner: string;
  /** Takes a second at most: one thread is kept for such tasks. */
  isShort: boolean;
  /** Seconds after which the task is ended with its thread. */
  seconds: number;
  /** What it is called where it is ended. */
  title: string;
}

export interface Threads<Request, Reply> {
  /** @throws `timeout` when it took too long */
  run(task: Task<Request>): Promise<Reply>;
  close(): Promise<void>;
}

export interface ThreadsOptions<Request, Reply> {
  start(): Thread<Request, Reply>;
  /** Threads at most, at least 2. */
  most: number;
}

interface Waiting<Request, Reply> {
  task: Task<Request>;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/** Threads that are kept while nothing is to do. */
const KEPT = 2;

export function createThreads<Request, Reply>({
  start,
  most,
}: ThreadsOptions<Request, Reply>): Threads<Request, Reply> {
  /** By owner, in the order in which owners are served: who was served goes to the end. */
  const lines = new Map<string, Waiting<Request, Reply>[]>();
  const running = new Set<string>();
  const idle: Thread<Request, Reply>[] = [];
  const busy = new Set<Thread<Request, Reply>>();
  let long = 0;

  function next(): Waiting<Request, Reply> | null {
    for (const [owner, line] of lines) {
      const [first] = line;
      const mayRun = first !== undefined && (first.task.isShort || long < most - 1);
      if (first === undefined || !mayRun || running.has(owner)) continue;
      line.shift();
      lines.delete(owner);
      if (line.length > 0) lines.set(owner, line);
      return first;
    }
    return null;
  }

  function serve(): void {
    while (busy.size < most) {
      const found = next();
      if (found === null) return;
      const thread = idle.pop() ?? start();
      busy.add(thread);
      running.add(found.task.owner);
      if (!found.task.isShort) long += 1;
      void runOn(thread, found);
    }
  }

  async function runOn(
    thread: Thread<Request, Reply>,
    { task, resolve, reject }: Waiting<Request, Reply>,
  ): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, end) => {
      timer = setTimeout(() => end(timeout(task)), task.seconds * 1000);
      timer.unref();
    });
    try {
      resolve(await Promise.race([thread.run(task.request), tooLong]));
      if (idle.length < KEPT) idle.push(thread);
      else await thread.end();
    } catch (error) {
      reject(error);
      await thread.end();
    } finally {
      clearTimeout(timer);
      busy.delete(thread);
      running.delete(task.owner);
      if (!task.isShort) long -= 1;
      serve();
    }
  }

  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        const line = lines.get(task.owner) ?? [];
        line.push({ task, resolve, reject });
        lines.set(task.owner, line);
        serve();
      }),
    async close() {
      for (const line of lines.values()) {
        for (const { task, reject } of line) {
          reject(
            engineError("store-unavailable", `${task.title} was not begun: the service ends.`),
          );
        }
      }
      lines.clear();
      await Promise.all([...idle.splice(0), ...busy].map((thread) => thread.end()));
    },
  };
}

function timeout<Request>({ title, seconds }: Task<Request>): Error {
  return engineError("timeout", `${title} took over ${seconds} seconds.`, {
    hint: "Split the folder, or raise limits.tariffSeconds.",
  });
}
