// A store of a process that dies: after some writes every write fails.
import type { Store } from "../../../src/stores/store.ts";

const WRITES = new Set(["insert", "revise", "updateJob", "appendLines", "putJob"]);

export function dyingAfter(writes: number): (store: Store) => Store {
  let left = writes;
  return (store) =>
    new Proxy(store, {
      get(target, name, receiver) {
        const member = Reflect.get(target, name, receiver);
        if (typeof member !== "function" || name === "close") return member;
        return (...args: unknown[]) => {
          if (WRITES.has(String(name))) left -= 1;
          if (left < 0) return Promise.reject(new Error("the process is gone"));
          return member.apply(target, args);
        };
      },
    });
}
