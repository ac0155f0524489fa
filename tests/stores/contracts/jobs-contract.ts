// Jobs and their lines: what every store must do with them.
import { expect, test } from "vitest";
import type { Job, JobLine } from "../../../src/stores/ports/jobs.ts";
import { turnsDuring } from "../turns.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function job(id: string, changes: Partial<Job> = {}): Job {
  return {
    id,
    kind: "rerate",
    state: "planning",
    version: 1,
    createdAtMs: 1_000,
    body: { "a.b": { $c: [1, null] }, "": "empty" },
    ...changes,
  };
}

const line = (number: number, text = `{"n":${number}}`): JobLine => ({
  number,
  hash: `hash-${number}`,
  text,
});

export function jobsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a job comes back as it was put; its id is taken once", async () => {
      expect(await store().jobs.put(job("one"))).toBe(true);
      expect(await store().jobs.put(job("one", { state: "other" }))).toBe(false);
      expect(await store().jobs.get("one")).toEqual(job("one"));
      expect(await store().jobs.get("none")).toBeNull();
    });

    test("of updates that saw the same version one wins", async () => {
      await store().jobs.put(job("raced"));
      const wins = await Promise.all(
        Array.from({ length: 8 }, (_, n) =>
          store().jobs.update(job("raced", { version: 2, state: `s${n}`, body: { n } }), 1),
        ),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
      const winner = wins.indexOf(true);
      expect(await store().jobs.get("raced")).toEqual(
        job("raced", { version: 2, state: `s${winner}`, body: { n: winner } }),
      );
      expect(await store().jobs.update(job("none", { version: 2 }), 1)).toBe(false);
    });

    test("jobs are listed latest first, by kind and state, page by page", async () => {
      for (let n = 0; n < 7; n += 1) {
        const state = n % 2 === 0 ? "even" : "odd";
        await store().jobs.put(
          job(`list-${n}`, { kind: "listed", state, createdAtMs: 5_000 + Math.floor(n / 2) }),
        );
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store().jobs.list({
          kinds: ["listed"],
          limit: 3,
          ...(cursor && { cursor }),
        });
        seen.push(...page.jobs.map((one) => one.id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `list-${n}`));
      const odd = await store().jobs.list({ kinds: ["listed"], states: ["odd"], limit: 10 });
      expect(odd.jobs.map((one) => one.id)).toEqual(["list-5", "list-3", "list-1"]);
    });

    test("a page is filled with wanted jobs; its cursor is of one of them", async () => {
      for (let n = 0; n < 130; n += 1) {
        const owner = n % 129 === 0 ? "own" : "other";
        await store().jobs.put(
          job(`wanted-${n}`, { kind: "wanted", body: { owner }, createdAtMs: 9_000 + n }),
        );
      }
      const own = { kinds: ["wanted"], isWanted: ({ body }: Job) => body["owner"] === "own" };
      const first = await store().jobs.list({ ...own, limit: 1 });
      expect(first.jobs.map(({ id }) => id)).toEqual(["wanted-129"]);
      const cursor = first.nextCursor ?? "";
      expect(Buffer.from(cursor, "base64url").toString()).toContain("wanted-129");
      const rest = await store().jobs.list({ ...own, limit: 1, cursor });
      expect(rest.jobs.map(({ id }) => id)).toEqual(["wanted-0"]);
      // Nobody learns by a cursor that there are others.
      expect(rest).not.toHaveProperty("nextCursor");
      const both = await store().jobs.list({ ...own, limit: 2 });
      expect(both.jobs).toHaveLength(2);
      expect(both).not.toHaveProperty("nextCursor");
      // Others have the event loop between the pieces that are looked through.
      const again = () => store().jobs.list({ ...own, limit: 2 });
      expect(await turnsDuring(again)).toBeGreaterThan(2);
    });

    test("lines are paged by number; a number again replaces; lists and jobs are apart", async () => {
      await store().jobs.put(job("lines"));
      await store().jobs.put(job("lines2"));
      const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
      await store().jobs.appendLines(
        "lines",
        "planned",
        numbers.slice(0, 12).map((n) => line(n)),
      );
      await store().jobs.appendLines(
        "lines",
        "planned",
        numbers.slice(10).map((n) => line(n)),
      );
      await store().jobs.appendLines("lines", "planned", [line(3, '{"again":true}')]);
      await store().jobs.appendLines("lines", "left", [line(7)]);
      await store().jobs.appendLines("lines2", "planned", [line(1)]);
      await store().jobs.appendLines("lines", "planned", []);
      const seen: JobLine[] = [];
      for (;;) {
        const page = await store().jobs.pageLines("lines", "planned", {
          after: seen.at(-1)?.number ?? 0,
          limit: 10,
        });
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen).toEqual(numbers.map((n) => (n === 3 ? line(3, '{"again":true}') : line(n))));
      const page = { after: 0, limit: 10 };
      expect(await store().jobs.pageLines("lines", "left", page)).toEqual([line(7)]);
      expect(await store().jobs.pageLines("lines2", "planned", page)).toEqual([line(1)]);
      expect(await store().jobs.pageLines("none", "planned", page)).toEqual([]);
    });
  });
}
