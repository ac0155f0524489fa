// Group commit: what arrives while one durable write is under way goes into the next one.
import { EngineError, engineError } from "../../errors.ts";
import { LARGE_BYTES, ownTurn } from "../../event-loop.ts";

/** Bytes of the records of one write, which holds the event loop; one record alone may have more. */
const WRITE_BYTES = 1_000_000;

export interface InsertQueue<Item, Answer> {
  /** Resolves when the item is durable. @throws `store-unavailable` when the queue is full. */
  push(item: Item): Promise<Answer>;
  /** Items waiting or being written. */
  depth(): number;
  /** Resolves when everything pushed so far is answered. */
  drained(): Promise<void>;
}

export interface InsertQueueOptions<Item, Answer> {
  /** Handles a batch whole; answers in order. A throw fails every item of the batch. */
  write(items: Item[]): Promise<Answer[]>;
  /** False for an item whose sender no longer waits: it is not written, and makes room. */
  isWanted?(item: Item): boolean;
  /** Bytes of the record, and what no other record has: large records let small ones pass. */
  sizeOf?(item: Item): { bytes: number; key: string };
  limit: number;
  batch: number;
}

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export function createInsertQueue<Item, Answer>({
  write,
  isWanted = () => true,
  sizeOf = () => ({ bytes: 0, key: "" }),
  limit,
  batch,
}: InsertQueueOptions<Item, Answer>): InsertQueue<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let underWay = 0;
  let running: Promise<void> | null = null;

  function dropUnwanted(): void {
    const dropped = waiting.filter(({ item }) => !isWanted(item));
    if (dropped.length === 0) return;
    waiting = waiting.filter(({ item }) => isWanted(item));
    for (const { reject } of dropped) {
      reject(engineError("store-unavailable", "The sender no longer waits for it."));
    }
  }

  async function writeTaken(taken: Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await write(taken.map((entry) => entry.item));
      taken.forEach((entry, index) => {
        entry.resolve(answers[index] as Answer);
      });
    } catch (error) {
      const isStoreAway = error instanceof EngineError && error.code === "store-unavailable";
      if (isStoreAway || taken.length === 1) {
        for (const entry of taken) entry.reject(error);
        return;
      }
      // One item that cannot be handled must not refuse those that came with it.
      for (const entry of taken) await writeTaken([entry]);
    }
  }

  async function writeWaiting(): Promise<void> {
    // Posts that came in the same turn of the event loop go into one commit.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (;;) {
      dropUnwanted();
      if (waiting.length === 0) break;
      const { taken, left } = nextWrite(waiting, batch, ({ item }) => sizeOf(item));
      waiting = left;
      underWay = taken.length;
      if (taken.some(({ item }) => sizeOf(item).bytes >= LARGE_BYTES)) await ownTurn();
      await writeTaken(taken);
      underWay = 0;
    }
    // In the same turn as the last look at `waiting`, so that no push falls between.
    running = null;
  }

  return {
    push(item) {
      if (waiting.length >= limit) dropUnwanted();
      if (waiting.length >= limit) {
        return Promise.reject(
          engineError("store-unavailable", `${limit} CDRs wait for the store already.`, {
            hint: "Post it again in a few seconds; nothing was acknowledged.",
          }),
        );
      }
      return new Promise<Answer>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= writeWaiting();
      });
    },
    depth: () => waiting.length + underWay,
    async drained() {
      while (running !== null) await running;
    },
  };
}

/**
 * What is written next, in its order: at most so many, of which one is large. The small ones pass large
 * ones that wait, so that who posts small ones waits for one large one at most; but never one of the
 * same key, which came first and stays first.
 */
function nextWrite<Entry>(
  waiting: readonly Entry[],
  most: number,
  sizeOf: (entry: Entry) => { bytes: number; key: string },
): { taken: Entry[]; left: Entry[] } {
  const [taken, left]: [Entry[], Entry[]] = [[], []];
  const passed = new Set<string>();
  let [written, isLargeTaken] = [0, false];
  for (const entry of waiting) {
    const { bytes, key } = sizeOf(entry);
    const isLarge = bytes >= LARGE_BYTES;
    const fits = isLarge ? !isLargeTaken : written + bytes <= WRITE_BYTES;
    if (taken.length < most && fits && !passed.has(key)) {
      taken.push(entry);
      if (isLarge) isLargeTaken = true;
      else written += bytes;
    } else {
      left.push(entry);
      if (key !== "") passed.add(key);
    }
  }
  return { taken, left };
}
