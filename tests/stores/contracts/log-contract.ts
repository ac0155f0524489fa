// The log of admin acts: what every store must do with it.
import { expect, test } from "vitest";
import type { AdminAct } from "../../../src/stores/ports/log.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function act(id: string, atMs: number, changes: Partial<AdminAct> = {}): AdminAct {
  const what = { by: "boss", act: "feed.stop", subject: "master", tenant: null };
  return { id, atMs, ...what, before: null, after: null, ...changes };
}

export function logContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an act comes back as it was", async () => {
      const full = act("full", 1_772_442_000_123, {
        tenant: "example.com",
        before: { "a.b": { $c: [1, null] }, "": "" },
        after: ["x", false],
      });
      await store().log.append(full);
      expect(await store().log.page({ limit: 10 })).toEqual([full]);
    });
  });

  withStore(open, (store) => {
    test("pages have the latest first, and each act once", async () => {
      const acts = [act("b", 5), act("a", 5), act("c", 7), act("d", 1), act("e", 5)];
      for (const one of acts) await store().log.append(one);
      const ids: string[] = [];
      let before: { atMs: number; id: string } | undefined;
      for (;;) {
        const query = before === undefined ? { limit: 2 } : { limit: 2, before };
        const page = await store().log.page(query);
        ids.push(...page.map(({ id }) => id));
        const last = page.at(-1);
        if (last === undefined) break;
        before = { atMs: last.atMs, id: last.id };
      }
      expect(ids).toEqual(["c", "e", "b", "a", "d"]);
    });
  });
}
