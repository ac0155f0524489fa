// The log of admin acts: what every store must do with it.
import { expect, test } from "vitest";
import { type AdminAct, chainId } from "../../../src/stores/ports/log.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function act(id: string, atMs: number, changes: Partial<AdminAct> = {}): AdminAct {
  const what = { by: "boss", act: "feed.stop", subject: "master", tenant: null };
  const whence = { road: null, address: null, why: null, link: null };
  return { id, atMs, ...what, ...whence, before: null, after: null, ...changes };
}

export function logContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an act comes back as it was", async () => {
      const full = act("full", 1_772_442_000_123, {
        tenant: "example.com",
        before: { "a.b": { $c: [1, null] }, "": "" },
        after: ["x", false],
        ...{ road: "tcp", address: "2001:db8::1", why: "asked for" },
        link: { sequence: 1, previous: "00", said: "aa", salt: "bb", hash: "ff" },
      });
      await store().log.append(full);
      expect(await store().log.page({ limit: 10 })).toEqual([full]);
    });
  });

  withStore(open, (store) => {
    test("one place of the chain is had by one, and the chain is read by number", async () => {
      const at = (sequence: number, by: string) =>
        act(chainId(sequence), 9 - sequence, {
          ...{
            by,
            link: {
              sequence,
              previous: `h${sequence - 1}`,
              said: "s",
              salt: null,
              hash: `h${sequence}`,
            },
          },
        });
      expect(await store().log.last()).toBe(null);
      await store().log.append(act("000000000001-old", 1));
      expect(await store().log.last()).toBe(null);
      for (const n of [1, 2, 3]) expect(await store().log.append(at(n, "first"))).toBe(true);
      expect(await store().log.append(at(2, "second"))).toBe(false);
      const byNumber = [1, 2, 3].map((n) => at(n, "first"));
      expect(await store().log.chain({ after: 0, limit: 9 })).toEqual(byNumber);
      expect(await store().log.chain({ after: 1, limit: 1 })).toEqual(byNumber.slice(1, 2));
      expect(await store().log.last()).toEqual(byNumber[2]);
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
