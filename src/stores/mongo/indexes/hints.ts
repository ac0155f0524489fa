// Reads that name their index, and go on without it where it is not there or is another one.
import { type Document, MongoServerError } from "mongodb";
import { outcomeOf } from "../faults.ts";

export interface IndexHints {
  /** Indexes that are there and are as they should be, by `collection.name`; the others are not named. */
  use(keys: ReadonlyMap<string, Document>): void;
  /**
   * A read with the hint of one index. Where the server refuses the hint, or the index is not there,
   * it is read without, and the warning says which index that is: once, until it is back.
   */
  through<T>(
    place: { collection: string; index: string },
    read: (hint: { hint?: Document }) => Promise<T>,
  ): Promise<T>;
}

export function indexHints(warn: (message: string) => void): IndexHints {
  let usable: ReadonlyMap<string, Document> = new Map();
  const warned = new Set<string>();

  function lost(name: string, why: string): void {
    if (warned.has(name)) return;
    warned.add(name);
    warn(`The index ${name} ${why}: reads that it bounds go without it, and may take long.`);
  }

  return {
    use(keys) {
      usable = keys;
      for (const name of warned) if (keys.has(name)) warned.delete(name);
    },
    async through({ collection, index }, read) {
      const name = `${collection}.${index}`;
      const hint = usable.get(name);
      if (hint === undefined) {
        lost(name, "is not there, or not as it should be");
        return await read({});
      }
      try {
        return await read({ hint });
      } catch (error) {
        // The codes of a hint that fits no index differ between servers: all are none of the table.
        if (!(error instanceof MongoServerError) || outcomeOf(error) !== "ours") throw error;
        const answer = await read({});
        usable = new Map([...usable].filter(([other]) => other !== name));
        lost(name, `was refused by the server (${error.code ?? "?"} ${error.message})`);
        return answer;
      }
    },
  };
}
