// Goal: however many rerates are asked for, a process works on few at once, says when it takes no
// more, and a waiting one can be cancelled. Method: jobs on a store whose pages are held back.
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import type { Store } from "../../../src/stores/store.ts";
import { createTestEngine, type TestEngine } from "./test-engine.ts";

let test: TestEngine;
let engine: ComposedEngine;
let atWork = 0;
let most = 0;
let isHeld = true;
let letGo: () => void = () => undefined;

/** Pages of planning wait until they are let go. */
function heldBack(store: Store): Store {
  const gate = new Promise<void>((resolve) => {
    letGo = () => {
      isHeld = false;
      resolve();
    };
  });
  const find: Store["cdrs"]["find"] = async (...args) => {
    atWork += 1;
    most = Math.max(most, atWork);
    if (isHeld) await gate;
    atWork -= 1;
    return store.cdrs.find(...args);
  };
  return { ...store, cdrs: { ...store.cdrs, find } };
}

beforeEach(async () => {
  [atWork, most, isHeld] = [0, 0, true];
  test = await createTestEngine("sqlite::memory:");
  await test.engine.tariffs.activate(await test.load("0.10"), { fromMs: 0 });
  await test.post("one");
  engine = await test.another(heldBack);
});
afterEach(async () => {
  letGo();
  await test.close();
});

it("100 jobs are taken, two at once, and the next is refused until one is done", async () => {
  const jobs: string[] = [];
  for (let n = 0; n < 100; n += 1) jobs.push((await engine.rerates.plan({ filter: {} })).id);
  await expect(engine.rerates.plan({ filter: {} })).rejects.toMatchObject({ code: "too-busy" });
  letGo();
  for (const job of jobs) await engine.rerates.settled(job);
  const states = await Promise.all(jobs.map(async (job) => (await engine.rerates.get(job)).state));
  expect(new Set(states)).toEqual(new Set(["planned"]));
  expect(most).toBe(2);
  await expect(engine.rerates.plan({ filter: {} })).resolves.toMatchObject({ state: "planning" });
});

it("a job that waits is cancelled at once, and the others go on", async () => {
  const jobs = [];
  for (let n = 0; n < 4; n += 1) jobs.push((await engine.rerates.plan({ filter: {} })).id);
  const [, , third = "", fourth = ""] = jobs;
  expect((await engine.rerates.cancel(third)).state).toBe("cancelled");
  expect(isHeld).toBe(true);
  letGo();
  await engine.rerates.settled(fourth);
  expect((await engine.rerates.get(fourth)).state).toBe("planned");
  expect((await engine.rerates.get(third)).state).toBe("cancelled");
});

it("what another process took meanwhile is left to it", async () => {
  const jobs = [];
  for (let n = 0; n < 3; n += 1) jobs.push((await engine.rerates.plan({ filter: {} })).id);
  const [, , waiting = ""] = jobs;
  test.now.ms += 60_000;
  const other = await test.another();
  await other.rerates.resume();
  await other.rerates.settled(waiting);
  expect((await other.rerates.get(waiting)).state).toBe("planned");
  letGo();
  for (const job of jobs) await engine.rerates.settled(job);
  expect((await engine.rerates.get(waiting)).state).toBe("planned");
});
