// A store of a process that dies: after some writes every write fails.
import type { Store } from "../../../src/stores/store.ts";
import { wrapCalls } from "../../stores/wrapped-store.ts";

const WRITES = new Set([
  "cdrs.insert",
  "cdrs.revise",
  "jobs.update",
  "jobs.appendLines",
  "jobs.put",
]);

export function dyingAfter(writes: number): (store: Store) => Store {
  let left = writes;
  return (store) =>
    wrapCalls(store, (name, run) => {
      if (WRITES.has(name)) left -= 1;
      if (left < 0) return Promise.reject(new Error("the process is gone"));
      return run();
    });
}
