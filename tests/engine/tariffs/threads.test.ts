// Goal: tasks in threads take turns by owner, one thread is kept for short ones, and what takes too
// long is ended. Method: threads that end when the test says so.
import { describe, expect, it } from "vitest";
import { createThreads, type Task, type Thread } from "../../../src/engine/tariffs/threads.ts";

interface Held {
  request: string;
  done(): void;
  fail(error: Error): void;
}

function heldThreads(most = 4) {
  const held: Held[] = [];
  let started = 0;
  let ended = 0;
  const start = (): Thread<string, string> => {
    started += 1;
    return {
      run: (request) =>
        new Promise((resolve, reject) => {
          held.push({ request, done: () => resolve(request), fail: reject });
        }),
      end: async () => {
        ended += 1;
      },
    };
  };
  const threads = createThreads({ start, most });
  const run = (owner: string, request: string, more: Partial<Task<string>> = {}) =>
    threads.run({ owner, request, isShort: false, seconds: 60, title: "It", ...more });
  const under = () => held.map(({ request }) => request);
  const end = async (request: string) => {
    const index = held.findIndex((one) => one.request === request);
    held.splice(index, 1)[0]?.done();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { threads, run, under, end, held, counts: () => ({ started, ended }) };
}

describe("threads", () => {
  it("run one task of an owner at a time, and serve owners in turn", async () => {
    const { run, under, end } = heldThreads();
    const all = [run("a", "a1"), run("a", "a2"), run("b", "b1"), run("a", "a3")];
    expect(under()).toEqual(["a1", "b1"]);
    await end("a1");
    expect(under()).toEqual(["b1", "a2"]);
    await end("b1");
    await end("a2");
    await end("a3");
    expect(await Promise.all(all)).toEqual(["a1", "a2", "b1", "a3"]);
  });

  it("keep one for short tasks, however many long ones wait", async () => {
    const { run, under, end } = heldThreads(3);
    const long = ["a", "b", "c", "d"].map((owner) => run(owner, `${owner} long`));
    expect(under()).toEqual(["a long", "b long"]);
    const short = ["e", "f"].map((owner) => run(owner, `${owner} short`, { isShort: true }));
    expect(under()).toEqual(["a long", "b long", "e short"]);
    await end("e short");
    expect(under()).toEqual(["a long", "b long", "f short"]);
    for (const request of ["f short", "a long", "b long", "c long", "d long"]) await end(request);
    await Promise.all([...long, ...short]);
  });

  it("end what takes too long with its thread, and go on with the next", async () => {
    const { run, under, end, counts } = heldThreads();
    await expect(run("a", "slow", { seconds: 0.01 })).rejects.toMatchObject({ code: "timeout" });
    const next = run("a", "next");
    expect(under()).toContain("next");
    expect(counts()).toEqual({ started: 2, ended: 1 });
    await end("next");
    expect(await next).toBe("next");
  });

  it("start another thread after one that failed", async () => {
    const { run, held, end, counts } = heldThreads();
    const failing = run("a", "bad");
    held.splice(0, 1)[0]?.fail(new Error("out of memory"));
    await expect(failing).rejects.toThrow("out of memory");
    const next = run("a", "good");
    await end("good");
    expect(await next).toBe("good");
    expect(counts()).toEqual({ started: 2, ended: 1 });
  });

  it("tell who still waits when they are closed", async () => {
    const { threads, run, end, counts } = heldThreads();
    const first = run("a", "first");
    const second = run("a", "second");
    const refused = expect(second).rejects.toMatchObject({ code: "store-unavailable" });
    await threads.close();
    await refused;
    expect(counts().ended).toBe(1);
    await end("first");
    await first;
  });
});
