// Goal: whoever waits for a locked file waits in order, once, and only one of them tries.
// Method: a lock that is a variable, and work that finds it locked as SQLite does.
import { describe, expect, it } from "vitest";
import { createLockLine } from "../../../src/stores/sqlite/file/lock-line.ts";

function lockedFile() {
  const file = { isLocked: true, tries: 0, done: [] as number[] };
  const work = (n: number) => () => {
    file.tries += 1;
    if (file.isLocked) throw Object.assign(new Error("locked"), { code: "SQLITE_BUSY" });
    file.done.push(n);
    return n;
  };
  return { file, work };
}

describe("the line before a locked file", () => {
  it("one tries for all, and they are served in the order of their coming", async () => {
    const { file, work } = lockedFile();
    const line = createLockLine({ path: "x", waitMs: 60_000 });
    const calls = Array.from({ length: 100 }, (_, n) => line.run(work(n)));
    const triesOfAll = file.tries;
    await expect.poll(() => file.tries, { timeout: 5_000 }).toBeGreaterThan(triesOfAll + 3);
    // The first tried when it came, the others never did.
    expect(triesOfAll).toBeLessThanOrEqual(2);
    expect(file.done).toEqual([]);
    file.isLocked = false;
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(file.done).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(await line.run(work(100))).toBe(100);
  });

  it("the time allowed is over for all that came together, not one after the other", async () => {
    const { work } = lockedFile();
    const line = createLockLine({ path: "x", waitMs: 60 });
    const startedAt = performance.now();
    const calls = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => line.run(work(n))));
    for (const call of calls) {
      expect(call).toMatchObject({ status: "rejected", reason: { code: "store-unavailable" } });
    }
    expect(performance.now() - startedAt).toBeLessThan(50 * 60);
  });

  it("a fault of one is its own", async () => {
    const { file, work } = lockedFile();
    const line = createLockLine({ path: "x", waitMs: 60_000 });
    const first = line.run(work(1));
    const faulty = line.run(() => {
      throw new TypeError("its own");
    });
    const last = line.run(work(3));
    file.isLocked = false;
    await expect(faulty).rejects.toThrow("its own");
    expect(await Promise.all([first, last])).toEqual([1, 3]);
  });
});
