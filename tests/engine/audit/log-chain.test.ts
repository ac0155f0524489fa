// Goal: the log of acts is a chain, whichever process writes into it, and an audit names each entry that is not
// as it was written.
// Method: acts through the use case on a store; entries are then changed, taken out and moved behind its back.
import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createActs } from "../../../src/engine/acts.ts";
import { checkLog, type LogEnd } from "../../../src/engine/audit/checks/log-chain.ts";
import { createFindings } from "../../../src/engine/audit/findings.ts";
import { type AdminAct, chainId, type LogStore } from "../../../src/stores/ports/log.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";

const clock = () => 7;

/** Acts in memory, as a store has them. */
function logOf(acts: AdminAct[]): Pick<Store, "log"> {
  const log: LogStore = {
    append: async (act) => acts.every(({ id }) => id !== act.id) && acts.push(act) > 0,
    replace: async () => undefined,
    page: async ({ limit, before }) => {
      const all = [...acts].sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1));
      const from = before === undefined ? 0 : all.findIndex(({ id }) => id === before.id) + 1;
      return all.slice(from, from + limit);
    },
    chain: async ({ after, limit }) =>
      acts
        .filter(({ id }) => id > chainId(after) && id < "o")
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    last: async () => acts.findLast(({ link }) => link !== null) ?? null,
  };
  return { log };
}

async function written(count: number, acts: AdminAct[] = []): Promise<AdminAct[]> {
  const { noted } = createActs({ store: logOf(acts) as Store, clock });
  for (let n = 0; n < count; n += 1) {
    const by = { name: "boss", address: "192.0.2.1" };
    const act = { by, act: "feed.stop", subject: `f${n}`, why: "asked for" };
    await noted(act, { run: async () => n, after: (is) => ({ is }) });
  }
  return acts;
}

async function checked(acts: AdminAct[], seenBefore: LogEnd | null = null) {
  const findings = createFindings("entries of the log");
  const end = await checkLog(logOf(acts), { findings, seenBefore });
  return { end, ...findings.answer("log-unbroken") };
}

const old = (n: number): AdminAct => ({
  ...{ id: `00000000000${n}-x`, atMs: n, by: "boss", act: "feed.stop", subject: "f", tenant: null },
  ...{ before: null, after: n, road: null, address: null, why: null, link: null },
});

describe("the log of acts", () => {
  it("is one chain, from however many processes at once, with where from and why", async () => {
    const store = await openSqliteStore({ path: ":memory:" });
    const processes = [1, 2, 3].map(() => createActs({ store, clock }));
    const by = { name: "boss", address: "192.0.2.1", road: "tcp" as const };
    await Promise.all(
      processes.flatMap(({ noted }) =>
        Array.from({ length: 20 }, (_, n) =>
          noted({ by, act: "a", subject: `${n}`, why: "so" }, { run: async () => n }),
        ),
      ),
    );
    const chain = await store.log.chain({ after: 0, limit: 100 });
    expect(chain.map(({ link }) => link?.sequence)).toEqual(
      Array.from({ length: 60 }, (_, n) => n + 1),
    );
    expect(chain[0]).toMatchObject({ by: "boss", address: "192.0.2.1", road: "tcp", why: "so" });
    expect(await checked(chain)).toMatchObject({ ok: true, detail: "60 entries of the log" });
    await store.close();
  });

  it("a command on the store has no address and its own road", async () => {
    const store = await openSqliteStore({ path: ":memory:" });
    const { noted } = createActs({ store, clock });
    await noted({ by: { name: "command line" }, act: "a", subject: "s" }, { run: async () => 1 });
    expect(await store.log.last()).toMatchObject({ road: "cli", address: null, why: null });
    await store.close();
  });

  it("holds what was there before it, and an audit names what of that is another", async () => {
    const acts = await written(2, [old(1), old(2)]);
    expect(acts[2]).toMatchObject({ act: "log.begin", by: "cdrate", after: { entries: 2 } });
    expect(await checked(acts)).toMatchObject({ ok: true, detail: "5 entries of the log" });
    const changed = acts.map((act) => (act.id === old(2).id ? { ...act, by: "x" } : act));
    expect((await checked(changed)).detail).toContain("before the chain: an entry is not what");
    const fewer = acts.filter(({ id }) => id !== old(1).id);
    expect((await checked(fewer)).detail).toContain("before the chain: 1 entries, of 2");
    expect((await checked([...acts, old(3)])).detail).toContain("3 entries, of 2 that were there");
    // Nothing vouches for them until something is done.
    expect(await checked([old(1)])).toMatchObject({ ok: true, end: null });
  });

  it("keeps the place of an entry whose numbers were masked, and says so", async () => {
    const store = await openSqliteStore({ path: ":memory:" });
    const { noted } = createActs({ store, clock });
    for (const subject of ["34650123456", "f"]) {
      await noted({ by: { name: "boss" }, act: "a", subject }, { run: async () => 1 });
    }
    const [first] = await store.log.chain({ after: 0, limit: 9 });
    await store.log.replace([{ ...(first as AdminAct), subject: "34650xxxxxx" }]);
    const acts = await store.log.chain({ after: 0, limit: 9 });
    expect(acts.map(({ subject, link }) => [subject, link?.salt === null])).toEqual([
      ["34650xxxxxx", true],
      ["f", false],
    ]);
    expect(await checked(acts)).toMatchObject({ ok: true });
    await store.close();
  });

  it("has no room for an entry that is none of the chain", async () => {
    const acts = await written(3);
    const strange = { ...(acts[0] as AdminAct), id: "nobody", link: null };
    expect(await checked([...acts, strange])).toMatchObject({ ok: false, end: { sequence: 3 } });
    expect((await checked([...acts, strange])).detail).toContain("nobody: has no place");
  });

  it("cut off at its end is a finding for who saw the end", async () => {
    const acts = await written(5);
    const { end } = await checked(acts);
    expect(end).toMatchObject({ sequence: 5, hash: acts[4]?.link?.hash });
    expect((await checked(acts.slice(0, 3))).ok).toBe(true);
    const cut = await checked(acts.slice(0, 3), end);
    expect(cut).toMatchObject({ ok: false });
    expect(cut.detail).toContain(`${chainId(4)} to ${chainId(5)}: is missing`);
    expect((await checked(acts, { sequence: 5, hash: "other" })).detail).toContain(
      `${chainId(5)}: is another one than`,
    );
  });

  const member = fc.constantFrom(
    ...(["by", "act", "subject", "tenant", "why", "address", "before", "after"] as const),
  );
  property.prop([fc.integer({ min: 2, max: 9 }), fc.nat(), member], { numRuns: 50 })(
    "an entry that is changed, removed, or moved is named",
    async (count, pick, name) => {
      const acts = await written(count);
      const at = pick % count;
      const one = acts[at] as AdminAct;
      const changed = acts.map((act) => (act === one ? { ...act, [name]: "forged" } : act));
      expect((await checked(changed)).detail).toContain(`${one.id}: is not what was written`);
      const seen = (await checked(acts)).end;
      const without = await checked(
        acts.filter((act) => act !== one),
        seen,
      );
      expect(without.detail).toContain(`${one.id}: is missing`);
      const other = acts[(at + 1) % count] as AdminAct;
      const place = ({ id, link }: AdminAct) => ({ id, link });
      const moved = acts.map((act) =>
        act === one ? { ...act, ...place(other) } : act === other ? { ...act, ...place(one) } : act,
      );
      expect((await checked(moved)).detail).toMatch(new RegExp(`${one.id}: [^;]*is not what was`));
    },
  );
});
