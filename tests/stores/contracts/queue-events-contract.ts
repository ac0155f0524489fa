// Queue events: what every store must do with what happened in queues.
import { expect, test } from "vitest";
import type { QueueEvent } from "../../../src/stores/ports/queue-events.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function event(id: string, changes: Partial<QueueEvent> = {}): QueueEvent {
  return {
    id,
    source: "pbx",
    atMs: 1000,
    event: "QueueCallerJoin",
    queue: "support",
    agent: null,
    uniqueId: "1796066560.17",
    linkedId: null,
    account: null,
    facts: {},
    ...changes,
  };
}

const ALL = { fromMs: 0, toMs: 10_000, limit: 100 };

export function queueEventsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an event comes back as it was put; told again it stays as it was", async () => {
      const full = event("full", {
        agent: "Agent Ann",
        linkedId: "1796066560.16",
        account: "acme",
        facts: { holdTime: 7, "a.b": "$c", "": null },
      });
      await store().queueEvents.put([full, event("other", { atMs: 2000 })]);
      await store().queueEvents.put([{ ...full, queue: "sales" }, full]);
      await store().queueEvents.put([]);
      expect(await store().queueEvents.find(ALL)).toEqual([full, event("other", { atMs: 2000 })]);
    });

    test("lists are ORed, members ANDed, times half-open", async () => {
      await store().queueEvents.put([
        event("a", { atMs: 1000, source: "east", agent: "Ann" }),
        event("b", { atMs: 2000, queue: "sales", agent: "Bob" }),
        event("c", { atMs: 3000, event: "AgentConnect", agent: "Ann" }),
      ]);
      const ids = async (query: object) =>
        (await store().queueEvents.find({ ...ALL, ...query })).map(({ id }) => id);
      expect(await ids({ fromMs: 1000, toMs: 3000 })).toEqual(["a", "b"]);
      expect(await ids({ sources: ["east", "west"] })).toEqual(["a"]);
      expect(await ids({ queues: ["sales"] })).toEqual(["b"]);
      expect(await ids({ agents: ["Ann"] })).toEqual(["a", "c"]);
      expect(await ids({ agents: ["Ann"], events: ["AgentConnect"] })).toEqual(["c"]);
      expect(await ids({ agents: [] })).toEqual([]);
    });

    test("pages go on behind the last one, also among those of one moment", async () => {
      const same = ["d", "b", "a", "c"].map((id) => event(id));
      await store().queueEvents.put([...same, event("e", { atMs: 500 })]);
      const seen: string[] = [];
      let after: { atMs: number; id: string } | undefined;
      for (;;) {
        const page = await store().queueEvents.find({ ...ALL, limit: 2, after });
        seen.push(...page.map(({ id }) => id));
        after = page.at(-1);
        if (page.length < 2) break;
      }
      expect(seen).toEqual(["e", "a", "b", "c", "d"]);
    });

    test("those before a time are erased, the oldest first, so many at once", async () => {
      const some = [3000, 1000, 2000, 4000].map((atMs) => event(String(atMs), { atMs }));
      await store().queueEvents.put(some);
      expect(await store().queueEvents.removeBefore(4000, 2)).toBe(2);
      expect(await store().queueEvents.find(ALL)).toMatchObject([{ id: "3000" }, { id: "4000" }]);
      expect(await store().queueEvents.removeBefore(4000, 2)).toBe(1);
      expect(await store().queueEvents.removeBefore(4000, 2)).toBe(0);
    });
  });
}
