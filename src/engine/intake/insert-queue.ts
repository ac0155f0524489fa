// Group commit: what arrives while durable writes are under way goes into the next one. Two are under
// way at most: while the store makes one durable, the next is priced.
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
  /** Writes under way at most. */
  atOnce?: number;
}

interface Waiting<Item, Answer> {
  item: Item;
  /** As `sizeOf` says it. */
  bytes: number;
  key: string;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

export function createInsertQueue<Item, Answer>({
  write,
  isWanted = () => true,
  sizeOf = () => ({ bytes: 0, key: "" }),
  limit,
  batch,
  atOnce = 2,
}: InsertQueueOptions<Item, Answer>): InsertQueue<Item, Answer> {
  let waiting: Waiting<Item, Answer>[] = [];
  let isTurnAsked = false;
  const underWay = new Set<Promise<void>>();
  /** Keys of what is being written, with how often. */
  const busy = new Map<string, number>();
  let writing = 0;

  function dropUnwanted(): void {
    if (waiting.every(({ item }) => isWanted(item))) return;
    const dropped = waiting.filter(({ item }) => !isWanted(item));
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

  async function writeAll(taken: Waiting<Item, Answer>[]): Promise<void> {
    if (taken.some(({ bytes }) => bytes >= LARGE_BYTES)) await ownTurn();
    await writeTaken(taken);
  }

  /** Counts what is begun, or with -1 ended. */
  function count(taken: Waiting<Item, Answer>[], by: 1 | -1): void {
    writing += by * taken.length;
    for (const { key } of taken) {
      const times = (busy.get(key) ?? 0) + by;
      if (times === 0) busy.delete(key);
      else if (key !== "") busy.set(key, times);
    }
  }

  function begin(): void {
    dropUnwanted();
    while (underWay.size < atOnce && waiting.length > 0) {
      const { taken, left } = nextWrite({ waiting, most: batch, busy });
      if (taken.length === 0) return;
      waiting = left;
      count(taken, 1);
      const started = writeAll(taken).finally(() => {
        underWay.delete(started);
        count(taken, -1);
        begin();
      });
      underWay.add(started);
    }
  }

  /** Posts that came in the same turn of the event loop go into one write. */
  function beginSoon(): void {
    if (isTurnAsked) return;
    isTurnAsked = true;
    setImmediate(() => {
      isTurnAsked = false;
      begin();
    });
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
        waiting.push({ item, ...sizeOf(item), resolve, reject });
        beginSoon();
      });
    },
    depth: () => waiting.length + writing,
    async drained() {
      while (waiting.length > 0 || underWay.size > 0) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (underWay.size > 0) await Promise.race(underWay);
      }
    },
  };
}

/**
 * What is written next, in its order: at most so many, of which one is large. The small ones pass large
 * ones that wait, so that who posts small ones waits for one large one at most; but never one of the
 * same key, which came first and stays first.
 */
function nextWrite<Entry extends { bytes: number; key: string }>({
  waiting,
  most,
  busy,
}: {
  waiting: readonly Entry[];
  most: number;
  /** Keys of what is under way: what has one of them comes after it. */
  busy: ReadonlyMap<string, number>;
}): { taken: Entry[]; left: Entry[] } {
  const [taken, left]: [Entry[], Entry[]] = [[], []];
  const passed = new Set<string>();
  let [written, isLargeTaken] = [0, false];
  for (const entry of waiting) {
    const { bytes, key } = entry;
    const isLarge = bytes >= LARGE_BYTES;
    const fits = isLarge ? !isLargeTaken : written + bytes <= WRITE_BYTES;
    if (taken.length < most && fits && !busy.has(key) && !passed.has(key)) {
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
