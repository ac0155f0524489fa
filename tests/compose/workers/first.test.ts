// Goal: the first process starts one worker, then the others; replaces what ends, later and later where it
// ends at once; passes questions on; ends with all of them. Method: processes and a clock of our own.
import { beforeEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { type First, startWorkers, type WorkerEvents } from "../../../src/compose/workers/first.ts";
import type { FromWorker, ToWorker } from "../../../src/compose/workers/messages.ts";
import { readSettings } from "../../../src/config/config.ts";
import { SILENT } from "../../end-to-end/test-service.ts";

interface Fake {
  events: WorkerEvents;
  sent: ToWorker[];
  isKilled: boolean;
  says(message: FromWorker): void;
}

let workers: Fake[];
let printed: string[];
let warned: unknown[];
let nowMs: number;
let planned: { atMs: number; run: () => void }[];
let first: First;
let code: number | null;

/** Lets the time pass and runs what was planned for it. */
async function pass(ms: number): Promise<void> {
  nowMs += ms;
  const due = planned.filter(({ atMs }) => atMs <= nowMs);
  planned = planned.filter(({ atMs }) => atMs > nowMs);
  for (const { run } of due) run();
  await Promise.resolve();
}

function begin(count: number): void {
  first = startWorkers({
    settings: readSettings({ environment: {}, flags: {} }),
    workers: count,
    startedAtMs: 5,
    fork(events) {
      const fake: Fake = { events, sent: [], isKilled: false, says: events.message };
      workers.push(fake);
      return {
        pid: workers.length,
        send: (message) => void fake.sent.push(message),
        kill() {
          fake.isKilled = true;
        },
      };
    },
    print: (text) => void printed.push(text),
    log: { ...SILENT, warn: (facts) => void warned.push(facts) },
    nowMs: () => nowMs,
    later(ms, run) {
      const entry = { atMs: nowMs + ms, run };
      planned.push(entry);
      return () => {
        planned = planned.filter((other) => other !== entry);
      };
    },
  });
  void first.ended.then((ended) => {
    code = ended;
  });
}

const worker = (index: number): Fake => {
  const found = workers[index];
  if (found === undefined) throw new Error(`there is no worker ${index}`);
  return found;
};
const listen = (index: number): void => worker(index).says({ kind: "listening", banner: "here" });

beforeEach(() => {
  [workers, printed, warned, planned] = [[], [], [], []];
  [nowMs, code] = [0, null];
});

describe("the start", () => {
  it("is that of one worker, which makes what is there once; then of the others", () => {
    begin(3);
    expect(workers).toHaveLength(1);
    worker(0).says({ kind: "ready" });
    expect(worker(0).sent).toMatchObject([{ kind: "start", startedAtMs: 5 }]);
    listen(0);
    expect(workers).toHaveLength(3);
    listen(1);
    listen(2);
    expect(printed).toEqual(["here"]);
  });

  it("that fails ends the service with the code of the worker, and starts no other", async () => {
    begin(2);
    worker(0).events.ended(4, null);
    await pass(60_000);
    expect(code).toBe(4);
    expect(workers).toHaveLength(1);
  });
});

describe("a worker that ends", () => {
  it("is replaced at once where it had lived", async () => {
    begin(2);
    listen(0);
    await pass(60_000);
    worker(0).events.ended(null, "SIGKILL");
    expect(warned).toMatchObject([{ worker: 1, signal: "SIGKILL", pauseMs: 0 }]);
    await pass(0);
    expect(workers).toHaveLength(3);
    expect(code).toBeNull();
  });

  it("is replaced later and later where it ends at once, at most every 30 s", async () => {
    begin(1);
    listen(0);
    const pauses: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      worker(workers.length - 1).events.ended(1, null);
      const pauseMs = (planned.at(-1)?.atMs ?? 0) - nowMs;
      pauses.push(pauseMs);
      await pass(pauseMs - 1);
      expect(workers).toHaveLength(round + 1);
      await pass(1);
    }
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses.at(-1)).toBe(30_000);
    await pass(20_000);
    worker(workers.length - 1).events.ended(1, null);
    expect((planned.at(-1)?.atMs ?? 0) - nowMs).toBe(0);
  });
});

describe("a question of one worker", () => {
  const ask = (index: number, question = 7): void =>
    worker(index).says({ kind: "ask", question, asked: "counters", scope: EVERYTHING });
  const asked = (index: number) => worker(index).sent.find(({ kind }) => kind === "tell");
  const answer = (index: number, part: unknown): void => {
    const tell = asked(index);
    if (tell?.kind !== "tell") throw new Error("it was not asked");
    worker(index).says({ kind: "part", question: tell.question, part });
  };
  const told = (index: number) => worker(index).sent.find(({ kind }) => kind === "told");

  it("goes to all others that listen, and comes back with their parts", () => {
    begin(3);
    listen(0);
    listen(1);
    listen(2);
    ask(1);
    expect([asked(0), asked(1), asked(2)].map((one) => one !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
    answer(2, "two");
    expect(told(1)).toBeUndefined();
    answer(0, "nought");
    expect(told(1)).toEqual({ kind: "told", question: 7, parts: ["two", "nought"] });
  });

  it("waits a second for those that do not answer, and for none that is gone", async () => {
    begin(3);
    listen(0);
    listen(1);
    listen(2);
    ask(0);
    answer(1, "one");
    await pass(1000);
    expect(told(0)).toEqual({ kind: "told", question: 7, parts: ["one"] });
    ask(1, 8);
    answer(0, "nought");
    worker(2).events.ended(null, "SIGKILL");
    expect(told(1)).toEqual({ kind: "told", question: 8, parts: ["nought"] });
  });

  it("of the only one is answered at once", () => {
    begin(1);
    listen(0);
    ask(0);
    expect(told(0)).toEqual({ kind: "told", question: 7, parts: [] });
  });
});

describe("the end", () => {
  it("is that of all workers, asked once, and code 0", async () => {
    begin(2);
    listen(0);
    first.stop();
    first.stop();
    expect(workers.map(({ sent }) => sent.filter(({ kind }) => kind === "stop").length)).toEqual([
      1, 1,
    ]);
    worker(0).events.ended(0, null);
    await pass(0);
    expect(code).toBeNull();
    worker(1).events.ended(0, null);
    await pass(0);
    expect(code).toBe(0);
    expect(workers).toHaveLength(2);
  });

  it("comes to a worker that does not end by itself", async () => {
    begin(1);
    listen(0);
    first.stop();
    await pass(10_999);
    expect(worker(0).isKilled).toBe(false);
    await pass(1);
    expect(worker(0).isKilled).toBe(true);
    worker(0).events.ended(null, "SIGKILL");
    await pass(0);
    expect(code).toBe(0);
  });

  it("starts none that was planned", async () => {
    begin(1);
    listen(0);
    worker(0).events.ended(1, null);
    first.stop();
    await pass(60_000);
    expect(workers).toHaveLength(1);
    expect(code).toBe(0);
  });
});
