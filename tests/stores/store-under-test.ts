// One open store for the tests of a block, closed after them.
import { afterAll, beforeAll } from "vitest";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import type { NewCdr } from "../../src/stores/ports/cdrs.ts";
import type { Store } from "../../src/stores/store.ts";

/** Opens a store that is new and empty. */
export type OpenStore = (indexedExtraFields?: string[]) => Promise<Store>;

/** What a store answers for a CDR that was just inserted. */
export function stored(cdr: NewCdr): StoredCdr {
  return { ...cdr, history: [] };
}

/** Runs the block with one open store for all its tests. */
export function withStore(open: OpenStore, run: (store: () => Store) => void): void {
  let opened: Store | undefined;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(async () => {
    await opened?.close();
  });
  run(() => {
    if (opened === undefined) throw new Error("the store is not open yet");
    return opened;
  });
}
