// Open stores for the tests of a block, closed after them.
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";

/** Opens a store that is new and empty. */
export type OpenStore = (indexedExtraFields?: string[]) => Promise<Store>;

/** What a store answers for a CDR that was just inserted. */
export function stored(cdr: NewCdr): StoredCdr {
  return { ...cdr, history: [] };
}

/** Runs the block; each of its tests has a new store of its own. */
export function withStore(open: OpenStore, run: (store: () => Store) => void): void {
  describe("on a store of its own", () => {
    let opened: Store | undefined;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(async () => {
      await opened?.close();
      opened = undefined;
    });
    run(() => openOne(opened));
  });
}

/** Runs the block over one store that `seed` fills before its tests, which only read it. */
export function withSeededStore(
  open: OpenStore,
  seed: (store: Store) => Promise<unknown>,
  run: (store: () => Store) => void,
): void {
  describe("on one store that is only read", () => {
    let opened: Store | undefined;
    beforeAll(async () => {
      opened = await open();
      await seed(opened);
    });
    afterAll(async () => {
      await opened?.close();
    });
    run(() => openOne(opened));
  });
}

function openOne(store: Store | undefined): Store {
  if (store === undefined) throw new Error("the store is not open yet");
  return store;
}

/** Every page of a list, in order. */
export async function everyPage<T>(
  read: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor?: string | undefined }>,
): Promise<T[][]> {
  const all: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}
