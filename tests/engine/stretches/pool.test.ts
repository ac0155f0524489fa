// The threads of work as the service sees them: how many there are, whose pages come when, and what becomes
// of a run whose thread fails. Threads are stood for by objects that answer when they are told to.
import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import type { FromThread, StretchOrder, ToThread } from "../../../src/engine/stretches/messages.ts";
import { createWorkThreads } from "../../../src/engine/stretches/pool.ts";
import { engineError } from "../../../src/errors.ts";
import { errorFacts } from "../../../src/thread-errors.ts";

class FakeThread extends EventEmitter {
  readonly told: ToThread[] = [];
  postMessage(message: ToThread): void {
    this.told.push(message);
    if (message === "close") this.emit("exit", 0);
  }
  async terminate(): Promise<number> {
    this.emit("exit", 1);
    return 1;
  }
  says(message: FromThread): void {
    this.emit("message", message);
  }
  stretches(): number[] {
    const orders = this.told.filter(
      (one): one is StretchOrder => one !== "close" && "stretch" in one,
    );
    return orders.map(({ stretch }) => stretch.fromMs ?? -1);
  }
}

function pool() {
  const threads: FakeThread[] = [];
  const kept: [string, unknown][] = [];
  const made = createWorkThreads({
    ...{ most: 2, least: 1, clock: () => 7 },
    start: () => {
      const thread = new FakeThread();
      threads.push(thread);
      return thread as never;
    },
    store: {
      facts: {
        keepFirst: async (name, fact) => {
          kept.push([name, fact]);
          return { first: true };
        },
        get: async () => null,
      },
    },
  });
  return { made, threads, kept };
}

async function all(pages: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

it("two threads at most take stretches in turn, and the pages of each are its own", async () => {
  const { made, threads } = pool();
  const run = made.begin("work", { of: "them" });
  const pages = [1, 2, 3].map((fromMs) => run.pages({ fromMs }));
  expect(threads.map((thread) => thread.stretches())).toEqual([[1], [2]]);
  threads[1]?.says({ page: "b" });
  threads[1]?.says("done");
  expect(threads[1]?.stretches()).toEqual([2, 3]);
  threads[0]?.says({ page: "a" });
  threads[0]?.says("done");
  threads[1]?.says({ page: "c" });
  threads[1]?.says("done");
  expect(await Promise.all(pages.map(all))).toEqual([["a"], ["b"], ["c"]]);
  run.end();
  expect(threads.every(({ told }) => told.at(-1) === "close")).toBe(true);
  await made.close();
});

it("what a thread throws comes after its pages, and its thread goes on with others", async () => {
  const { made, threads } = pool();
  const run = made.begin("work", null);
  const pages = run.pages({ fromMs: 1 });
  threads[0]?.says({ page: 1 });
  threads[0]?.says({ failed: errorFacts(engineError("store-unavailable")) });
  const found: unknown[] = [];
  const reading = (async () => {
    for await (const page of pages) found.push(page);
  })();
  await expect(reading).rejects.toMatchObject({ code: "store-unavailable" });
  expect(found).toEqual([1]);
  run.pages({ fromMs: 2 });
  expect(threads).toHaveLength(1);
  expect(threads[0]?.stretches()).toEqual([1, 2]);
});

it("a thread that dies fails the stretch that it had, and another one is started for the next", async () => {
  const { made, threads } = pool();
  const run = made.begin("work", null);
  const pages = run.pages({ fromMs: 1 });
  threads[0]?.emit("exit", 9);
  await expect(all(pages)).rejects.toThrow(/ended with code 9/);
  run.pages({ fromMs: 2 });
  expect(threads).toHaveLength(2);
  expect(threads[1]?.stretches()).toEqual([2]);
});

it("a run that ends leaves the threads to the others, and its stretches are not begun", async () => {
  const { made, threads } = pool();
  const [one, other] = [made.begin("work", 1), made.begin("work", 2)];
  for (const fromMs of [1, 2, 3]) one.pages({ fromMs });
  const pages = other.pages({ fromMs: 4 });
  one.end();
  expect(threads.map(({ told }) => told.at(-1))).toEqual([{ ended: 1 }, { ended: 1 }]);
  threads[0]?.says({ page: "late" });
  threads[0]?.says("done");
  expect(threads[0]?.stretches()).toEqual([1, 4]);
  threads[0]?.says({ page: "four" });
  threads[0]?.says("done");
  expect(await all(pages)).toEqual(["four"]);
  await made.close();
});

it("the service keeps facts for its threads", async () => {
  const { made, threads, kept } = pool();
  made.begin("work", null).pages({});
  threads[0]?.says({ ask: 3, keepFirst: { name: "quality", fact: { day: "today" } } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(kept).toEqual([["quality", { day: "today" }]]);
  expect(threads[0]?.told.at(-1)).toEqual({ asked: 3, kept: { first: true } });
});
