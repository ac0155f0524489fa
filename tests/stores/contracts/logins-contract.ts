// Users, sessions and tokens: what every store must do with them.
import { expect, test } from "vitest";
import type { LoginRecord } from "../../../src/stores/ports/people/logins.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const login = (part: Partial<LoginRecord>): LoginRecord => ({
  ...{ kind: "session", name: "n", owner: "anna", version: 1, endsAtMs: null, content: {} },
  ...part,
});

export function loginsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a login comes back as it was put, and is replaced at the version seen", async () => {
      const { logins } = store();
      const first = login({ name: "seen", endsAtMs: 7, content: { "a.b": { $c: ["é"] } } });
      const key = { kind: first.kind, name: first.name };
      expect(await logins.get(key)).toBeNull();
      expect(await logins.put(first, 0)).toBe(true);
      expect(await logins.put({ ...first, content: {} }, 0)).toBe(false);
      expect(await logins.get(key)).toEqual(first);
      expect(await logins.get({ ...key, kind: "user" })).toBeNull();
      const next = { ...first, version: 2, owner: "berta", endsAtMs: null, content: {} };
      expect(await logins.put(next, 7)).toBe(false);
      expect(await logins.put(next, 1)).toBe(true);
      expect(await logins.get(key)).toEqual(next);
      expect(await logins.put({ ...next, name: "absent", version: 2 }, 1)).toBe(false);
      await logins.remove({ ...key, kind: "token" });
      expect(await logins.get(key)).toEqual(next);
      await logins.remove(key);
      await logins.remove(key);
      expect(await logins.get(key)).toBeNull();
    });

    test("of changes that saw the same version one wins", async () => {
      const { logins } = store();
      const put = (n: number) => logins.put(login({ name: "raced", content: { n } }), 0);
      const wins = await Promise.all(Array.from({ length: 8 }, (_, n) => put(n)));
      expect(wins.filter(Boolean)).toHaveLength(1);
      const found = await logins.get({ kind: "session", name: "raced" });
      expect(found?.content).toEqual({ n: wins.indexOf(true) });
    });

    test("a page has the names of its kind and owner, in their order", async () => {
      const { logins } = store();
      const names = ["Z", "a", "b", "é"];
      for (const name of names.toReversed()) {
        await logins.put(login({ kind: "token", name, owner: name === "a" ? "x" : "y" }), 0);
      }
      const page = async (part: object) =>
        (await logins.list({ kind: "token", limit: 3, ...part })).map(({ name }) => name);
      expect(await page({})).toEqual(["Z", "a", "b"]);
      expect(await page({ after: "a" })).toEqual(["b", "é"]);
      expect(await page({ owner: "y" })).toEqual(["Z", "b", "é"]);
      expect(await page({ owner: "y", after: "Z" })).toEqual(["b", "é"]);
      expect(await page({ owner: "nobody" })).toEqual([]);
    });

    test("those of a kind that ended before are removed, and no others", async () => {
      const { logins } = store();
      const at = (name: string, endsAtMs: number | null, kind: "session" | "user" = "session") =>
        logins.put(login({ name, endsAtMs, kind, owner: "ended" }), 0);
      await at("e1", 10);
      await at("e2", 20);
      await at("e3", null);
      await at("e4", 10, "user");
      await logins.removeEnded({ kind: "session", beforeMs: 20 });
      const left = await logins.list({ kind: "session", owner: "ended", limit: 9 });
      expect(left.map(({ name }) => name)).toEqual(["e2", "e3"]);
      expect(await logins.get({ kind: "user", name: "e4" })).not.toBeNull();
    });
  });
}
