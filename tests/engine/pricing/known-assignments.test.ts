// Assignments in memory: the store is asked rarely, and what it has holds within half a second.
import { test as property } from "@fast-check/vitest";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Assignment } from "../../../src/cdr/rating.ts";
import { createKnownAssignments } from "../../../src/engine/pricing/known-assignments.ts";

const KEPT_MS = 500;
const tenant = "example.com";
const entry = (account: string, fromMs: number, voipPlan = "gold"): Assignment => ({
  tenant,
  account,
  voipPlan,
  fromMs,
});
const asked = (...accounts: string[]) => accounts.map((account) => ({ tenant, account }));

/** A store of assignments that counts how often it is asked, and may be away. */
function countingStore(entries: Assignment[]) {
  const state = { finds: 0, gets: 0, isAway: false };
  const check = () => {
    if (state.isAway) throw new Error("away");
  };
  return {
    state,
    entries,
    store: {
      async find({ limit }: { limit: number }) {
        state.finds += 1;
        check();
        const page = { assignments: entries.slice(0, limit) };
        return entries.length > limit ? { ...page, nextCursor: "more" } : page;
      },
      async getFor(accounts: { tenant: string; account: string }[]) {
        state.gets += 1;
        check();
        return entries.filter(({ account }) => accounts.some((one) => one.account === account));
      },
      async set(assignment: Assignment) {
        check();
        const same = ({ account, fromMs }: Assignment) =>
          account === assignment.account && fromMs === assignment.fromMs;
        entries.splice(0, entries.length, ...entries.filter((one) => !same(one)), assignment);
      },
    },
  };
}

const many = Array.from({ length: 1001 }, (_, n) => entry(`many-${n}`, 0));

it("few entries are read at once, however many accounts are asked for", async () => {
  const { store, state } = countingStore([entry("1001", 5), entry("1001", 1)]);
  const known = createKnownAssignments(store, () => 0);
  expect(known.peek(asked("1001"))).toBeUndefined();
  expect(await known.getFor(asked("1001"))).toEqual([entry("1001", 1), entry("1001", 5)]);
  for (let n = 0; n < 100; n += 1) expect(known.peek(asked(`other-${n}`, "1001"))).toHaveLength(2);
  expect(state).toMatchObject({ finds: 1, gets: 0 });
});

it("of many entries those of the accounts asked for are read, each once", async () => {
  const { store, state } = countingStore(many);
  const known = createKnownAssignments(store, () => 0);
  expect(await known.getFor(asked("many-7", "nobody"))).toEqual([entry("many-7", 0)]);
  expect(known.peek(asked("nobody", "many-7"))).toEqual([entry("many-7", 0)]);
  expect(known.peek(asked("many-8"))).toBeUndefined();
  await known.getFor(asked("many-7", "nobody"));
  expect(state).toMatchObject({ finds: 1, gets: 1 });
});

it.each([[[entry("1001", 0)]], [[...many, entry("1001", 0)]]])(
  "what another process set holds after half a second (%#)",
  async (entries) => {
    const { store } = countingStore(entries);
    let nowMs = 0;
    const known = createKnownAssignments(store, () => nowMs);
    await known.getFor(asked("1001"));
    await store.set(entry("1001", 0, "silver"));
    nowMs = KEPT_MS;
    expect(known.peek(asked("1001"))).toBeUndefined();
    expect(await known.getFor(asked("1001"))).toEqual([entry("1001", 0, "silver")]);
  },
);

it("what this process set holds at once, also beside a read that began before", async () => {
  const { store } = countingStore([]);
  const known = createKnownAssignments(store, () => 0);
  await known.getFor(asked("1001"));
  const late = known.getFor(asked("1001"));
  await known.set(entry("1001", 0), 9);
  await late;
  expect(await known.getFor(asked("1001"))).toEqual([entry("1001", 0)]);
});

it("a steady load never waits: what is known is read again before it ends", async () => {
  const { store, state } = countingStore([entry("1001", 0)]);
  let nowMs = 0;
  const known = createKnownAssignments(store, () => nowMs);
  await known.getFor(asked("1001"));
  for (; nowMs < 5_000; nowMs += 50) {
    expect(known.peek(asked("1001"))).toHaveLength(1);
    await Promise.resolve();
    await new Promise((turn) => setImmediate(turn));
  }
  expect(state.finds).toBeLessThanOrEqual(5_000 / (KEPT_MS / 2) + 1);
});

it("a store that is away is said once nothing known holds any more", async () => {
  const { store, state } = countingStore([entry("1001", 0)]);
  let nowMs = 0;
  const known = createKnownAssignments(store, () => nowMs);
  await known.getFor(asked("1001"));
  state.isAway = true;
  nowMs = KEPT_MS - 1;
  expect(known.peek(asked("1001"))).toHaveLength(1);
  nowMs = KEPT_MS;
  await expect(known.getFor(asked("1001"))).rejects.toThrow("away");
  state.isAway = false;
  expect(await known.getFor(asked("1001"))).toHaveLength(1);
});

const step = fc.record({
  account: fc.constantFrom("a", "b", "c"),
  fromMs: fc.integer({ min: 0, max: 3 }),
  plan: fc.constantFrom("gold", "silver"),
  sets: fc.boolean(),
});

property.prop([fc.array(step, { maxLength: 30 }), fc.boolean()])(
  "alone on a store it answers what the store would",
  async (steps, isLarge) => {
    const { store } = countingStore(isLarge ? [...many] : []);
    const known = createKnownAssignments(store, () => 0);
    for (const { account, fromMs, plan, sets } of steps) {
      if (sets) await known.set(entry(account, fromMs, plan), 0);
      const wanted = asked("a", account === "a" ? "b" : account);
      const inOrder = (found: Assignment[]) =>
        found.toSorted((x, y) => x.fromMs - y.fromMs || (x.account < y.account ? -1 : 1));
      const expected = inOrder(await store.getFor(wanted));
      expect(inOrder(await known.getFor(wanted))).toEqual(expected);
      expect(inOrder(known.peek(wanted) ?? [])).toEqual(expected);
    }
  },
);
