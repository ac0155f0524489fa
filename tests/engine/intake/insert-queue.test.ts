// Goal: posts that come together are written together, in order, and no fault is mixed up.
// Method: a write that is held back by hand.
import { describe, expect, it } from "vitest";
import { createInsertQueue } from "../../../src/engine/intake/insert-queue.ts";
import { engineError } from "../../../src/errors.ts";

/** Writes that wait until they are let go, so that the test decides what comes meanwhile. */
function heldWrites() {
  const batches: number[][] = [];
  const held: (() => void)[] = [];
  const write = async (items: number[]): Promise<string[]> => {
    batches.push(items);
    await new Promise<void>((resolve) => held.push(resolve));
    return items.map((item) => `answer ${item}`);
  };
  const release = async (): Promise<void> => {
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    held.shift()?.();
  };
  return { batches, write, release };
}

describe("the insert queue", () => {
  it("takes what arrived during one write into the next, at most a batch", async () => {
    const { batches, write, release } = heldWrites();
    const queue = createInsertQueue({ write, limit: 100, batch: 3 });
    const first = [1, 2].map(queue.push);
    const firstWritten = release();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const rest = [3, 4, 5, 6].map(queue.push);
    await firstWritten;
    await release();
    await release();
    expect(await Promise.all([...first, ...rest])).toEqual(
      [1, 2, 3, 4, 5, 6].map((item) => `answer ${item}`),
    );
    expect(batches.flat()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(batches.every((batch) => batch.length <= 3)).toBe(true);
    await queue.drained();
    expect(queue.depth()).toBe(0);
  });

  it("two writes are under way at most: one is prepared while the other is made durable", async () => {
    const { batches, write, release } = heldWrites();
    const queue = createInsertQueue({ write, limit: 100, batch: 2 });
    const answers = [1, 2, 3, 4, 5].map(queue.push);
    await expect
      .poll(() => batches)
      .toEqual([
        [1, 2],
        [3, 4],
      ]);
    expect(queue.depth()).toBe(5);
    await release();
    await expect.poll(() => batches).toEqual([[1, 2], [3, 4], [5]]);
    await release();
    await release();
    expect(await Promise.all(answers)).toHaveLength(5);
    await queue.drained();
    expect(queue.depth()).toBe(0);
  });

  it("what has a key of a write under way is written after it", async () => {
    const { batches, write, release } = heldWrites();
    const sizeOf = (item: number) => ({ bytes: 1, key: String(item % 10) });
    const queue = createInsertQueue({ write, sizeOf, limit: 100, batch: 2 });
    const answers = [1, 2, 11, 3].map(queue.push);
    await expect.poll(() => batches).toEqual([[1, 2], [3]]);
    await release();
    await expect.poll(() => batches).toEqual([[1, 2], [3], [11]]);
    await release();
    await release();
    expect(await Promise.all(answers)).toHaveLength(4);
  });

  it("is drained when it never had anything, and after the last answer", async () => {
    const { write, release } = heldWrites();
    const queue = createInsertQueue({ write, limit: 10, batch: 10 });
    await queue.drained();
    const answer = queue.push(1);
    let isDrained = false;
    const drained = queue.drained().then(() => {
      isDrained = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDrained).toBe(false);
    await release();
    await drained;
    expect(await answer).toBe("answer 1");
  });

  it("refuses what is over the limit, and nothing else", async () => {
    const { write, release } = heldWrites();
    const queue = createInsertQueue({ write, limit: 2, batch: 10 });
    const taken = [1, 2].map(queue.push);
    await expect(queue.push(3)).rejects.toMatchObject({ code: "store-unavailable" });
    await release();
    expect(await Promise.all(taken)).toEqual(["answer 1", "answer 2"]);
  });

  it("what nobody waits for any more is not written, and makes room", async () => {
    const { batches, write, release } = heldWrites();
    const unwanted = new Set<number>();
    const isWanted = (item: number) => !unwanted.has(item);
    const queue = createInsertQueue({ write, isWanted, limit: 2, batch: 1, atOnce: 1 });
    const first = queue.push(1);
    await expect.poll(() => batches).toEqual([[1]]);
    const dropped = [2, 3].map((item) => expect(queue.push(item)).rejects.toThrow("no longer"));
    unwanted.add(2).add(3);
    const last = queue.push(4);
    await release();
    await release();
    expect(await Promise.all([first, last])).toEqual(["answer 1", "answer 4"]);
    await Promise.all(dropped);
    expect(batches).toEqual([[1], [4]]);
  });

  it("a store that is away fails the whole batch once; the queue lives on", async () => {
    let isAway = true;
    let writes = 0;
    const queue = createInsertQueue<number, number>({
      write: (items) => {
        writes += 1;
        return isAway ? Promise.reject(engineError("store-unavailable")) : Promise.resolve(items);
      },
      limit: 10,
      batch: 10,
    });
    const failed = await Promise.allSettled([1, 2, 3].map(queue.push));
    expect(failed.map((one) => one.status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(writes).toBe(1);
    isAway = false;
    expect(await queue.push(4)).toBe(4);
  });

  it("one item that cannot be handled does not refuse those that came with it", async () => {
    const queue = createInsertQueue<number, number>({
      write: (items) =>
        items.includes(2) ? Promise.reject(new Error("two")) : Promise.resolve(items),
      limit: 10,
      batch: 10,
    });
    const settled = await Promise.allSettled([1, 2, 3].map(queue.push));
    expect(settled.map((one) => one.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  describe("large records and small ones", () => {
    const LARGE = 1_000_000;
    /** Items are `size:key`. */
    const sizeOf = (item: string) => {
      const [bytes = "", key = ""] = item.split(":");
      return { bytes: Number(bytes), key };
    };
    async function batchesOf(items: string[]): Promise<string[][]> {
      const batches: string[][] = [];
      const write = async (taken: string[]) => {
        batches.push(taken);
        return taken;
      };
      const queue = createInsertQueue({ write, sizeOf, limit: 100, batch: 50 });
      expect(await Promise.all(items.map(queue.push))).toEqual(items);
      return batches;
    }

    it("one large one is written at a time, and small ones do not wait for the others", async () => {
      const large = [1, 2, 3].map((n) => `${LARGE}:large-${n}`);
      expect(await batchesOf([...large, "100:small"])).toEqual([
        [large[0], "100:small"],
        [large[1]],
        [large[2]],
      ]);
    });

    it("what came first of one key is written first", async () => {
      const items = [`${LARGE}:a`, `${LARGE}:b`, "100:b", "100:c"];
      expect(await batchesOf(items)).toEqual([
        [`${LARGE}:a`, "100:c"],
        [`${LARGE}:b`, "100:b"],
      ]);
    });

    it("small ones together have no more bytes than one write may have", async () => {
      const items = Array.from({ length: 45 }, (_, n) => `40000:${n}`);
      const batches = await batchesOf(items);
      expect(batches.map((batch) => batch.length)).toEqual([25, 20]);
    });
  });
});
