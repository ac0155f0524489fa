// Goal: a report reaches each receiver once, outside the receiver's own answer, wherever a process dies;
// what nobody knows of is listed, and nothing is lost. Method: a store and a receiver that die at every
// step of a turn, then another process that goes on.
import { describe, expect, it } from "vitest";
import type { Mail, Mailer, MailOutcome } from "../../src/engine/mailing/mail.ts";
import type { Parcel, Target } from "../../src/engine/mailing/target.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { BY, daily, deskOver, mailTo, NOW_MS } from "./desk-under-test.ts";

class Died extends Error {}

/** A receiver with a memory: dies before it has the mail, or after it took it and before it said so. */
function receivers() {
  const mails: Mail[] = [];
  const parcels: Parcel[] = [];
  let dies: "before" | "after" | null = null;
  const meet = <T>(take: () => void, answer: T): T => {
    if (dies === "before") throw new Died();
    take();
    if (dies === "after") throw new Died();
    return answer;
  };
  const mailer: Mailer = {
    ...{ place: "mail", longestMs: 60_000, addressOf: (text) => text },
    send: async (mail) => {
      const sent: MailOutcome = { outcome: "sent", messageId: `<${mail.key}@x>`, answer: "250" };
      return meet(() => mails.push(mail), sent);
    },
  };
  const target: Target = {
    ...{ kind: "webhook", name: "erp", tenants: null, longestMs: 10_000 },
    deliver: async (parcel) => {
      return meet(() => parcels.push(parcel), { outcome: "sent" as const, answer: "204" });
    },
  };
  return {
    ...{ mails, parcels, mailer, targets: [target] },
    dieing(when: "before" | "after" | null) {
      dies = when;
    },
  };
}

/** Dies at the n-th call of the desk's store, before or after it wrote. */
function dyingStore(store: Store, at: number, when: "before" | "after") {
  let calls = 0;
  const desk = new Proxy(store.desk, {
    get:
      (real, name: keyof Store["desk"]) =>
      async (...args: never[]) => {
        calls += 1;
        if (calls === at && when === "before") throw new Died();
        const answer = await (real[name] as (...all: never[]) => Promise<unknown>)(...args);
        if (calls === at && when === "after") throw new Died();
        if (calls > at) throw new Died();
        return answer;
      },
  });
  return { store: { ...store, desk }, calls: () => calls };
}

const DAY_MS = 86_400_000;
const TO = [
  mailTo("a@example.com"),
  mailTo("b@example.com"),
  { kind: "webhook" as const, name: "erp" },
];

/** Set the day before, and due at `due`. */
async function prepared() {
  const store = await openSqliteStore({ path: ":memory:" });
  const desk = deskOver(store, { ...receivers(), clock: () => NOW_MS });
  await desk.schedules.set(daily({ to: TO }), BY);
  return { store, dueMs: NOW_MS + DAY_MS / 4 };
}

/** Other processes go on until nothing is to be done any more. */
async function goOn(store: Store, met: ReturnType<typeof receivers>, fromMs: number) {
  let nowMs = fromMs;
  const desk = deskOver(store, { ...met, clock: () => nowMs });
  met.dieing(null);
  // Within the day: beyond every pause, before the next occasion.
  for (let turn = 0; turn < 12; turn += 1) {
    await desk.turn();
    nowMs += 600_000;
  }
  return desk;
}

describe("a report reaches each receiver once", () => {
  it("a turn that nobody disturbs sends each one, and the next one nothing", async () => {
    const { store, dueMs } = await prepared();
    const met = receivers();
    const desk = await goOn(store, met, dueMs);
    expect(met.mails.map(({ to }) => to).sort()).toEqual(["a@example.com", "b@example.com"]);
    expect(met.parcels).toHaveLength(1);
    expect(await desk.states()).toEqual(["sent", "sent", "sent"]);
    expect(new Set(met.mails.map(({ key }) => key)).size).toBe(2);
    await store.close();
  });

  it.each(["before", "after"] as const)("a process that dies %s any step", async (when) => {
    let at = 1;
    let wasWhole = false;
    while (!wasWhole) {
      const { store, dueMs } = await prepared();
      const met = receivers();
      const dying = dyingStore(store, at, when);
      const first = deskOver(dying.store, { ...met, clock: () => dueMs });
      wasWhole = await first.turn().then(
        () => dying.calls() < at,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Died);
          return false;
        },
      );
      const desk = await goOn(store, met, dueMs);
      const all = await desk.all();
      expect([at, all.length]).toEqual([at, 3]);
      for (const { state, to, id } of all) {
        if (to.kind === "mail") {
          const got = met.mails.filter((mail) => mail.to === to.to.address).length;
          // Never twice; not known only where a process died with it, and then it may be there or not.
          expect([at, id, got <= 1]).toEqual([at, id, true]);
          if (state === "sent") expect(got).toBe(1);
          else expect(state).toBe("unknown");
        } else {
          expect(state).toBe("sent");
          expect(met.parcels.length).toBeGreaterThanOrEqual(1);
          expect(new Set(met.parcels.map((parcel) => parcel.id)).size).toBe(1);
        }
      }
      await store.close();
      at += 1;
    }
    expect(at).toBeGreaterThan(8);
  });

  it.each([
    ["before", 0],
    ["after", 1],
  ] as const)("one that dies %s the server has it leaves it unknown", async (when, there) => {
    const { store, dueMs } = await prepared();
    const met = receivers();
    met.dieing(when);
    const first = deskOver(store, { ...met, clock: () => dueMs });
    await expect(first.turn()).rejects.toThrow(Died);
    expect(met.mails).toHaveLength(there);
    const desk = await goOn(store, met, dueMs);
    const [unknown, ...others] = (await desk.all()).filter(({ state }) => state === "unknown");
    expect(others).toEqual([]);
    expect(unknown).toMatchObject({ fault: expect.stringContaining("ended before") });
    // By hand, with the same Message-ID.
    const before = met.mails.length;
    const { key: known } = met.mails.find(({ to }) => to === "a@example.com") ?? { key: null };
    await desk.deliveries.resend(unknown?.id ?? "", BY);
    await goOn(store, met, dueMs + 8_000_000);
    expect(met.mails).toHaveLength(before + 1);
    if (known !== null) expect(met.mails.at(-1)?.key).toBe(known);
    expect((await desk.all()).map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
    await expect(desk.deliveries.resend(unknown?.id ?? "", BY)).rejects.toMatchObject({
      code: "conflict",
    });
    await store.close();
  });

  it("by setting, what is unknown is sent again by itself, with the same Message-ID", async () => {
    const { store, dueMs } = await prepared();
    const met = receivers();
    met.dieing("after");
    await expect(deskOver(store, { ...met, clock: () => dueMs }).turn()).rejects.toThrow(Died);
    met.dieing(null);
    let nowMs = dueMs;
    const settings = { resendUnknown: true };
    const desk = deskOver(store, { ...met, clock: () => nowMs, settings });
    for (let turn = 0; turn < 12; turn += 1) {
      await desk.turn();
      nowMs += 600_000;
    }
    expect(await desk.states()).toEqual(["sent", "sent", "sent"]);
    const keys = met.mails.filter(({ to }) => to === "a@example.com").map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    await store.close();
  });

  it("two processes in the same turn send each one once", async () => {
    const { store, dueMs } = await prepared();
    const met = receivers();
    const both = [1, 2].map(() => deskOver(store, { ...met, clock: () => dueMs }));
    await Promise.all(both.map(({ turn }) => turn()));
    await Promise.all(both.map(({ turn }) => turn()));
    expect(met.mails).toHaveLength(2);
    expect(met.parcels).toHaveLength(1);
    await store.close();
  });
});

describe("what is not taken", () => {
  function server(outcomes: ("not-taken" | "refused" | "unknown" | "sent")[]) {
    const seen: string[] = [];
    const mailer: Mailer = {
      ...{ place: "mail", longestMs: 60_000, addressOf: (text) => text },
      send: async ({ key }) => {
        seen.push(key);
        const outcome = outcomes.shift() ?? "sent";
        const messageId = `<${key}@x>`;
        return outcome === "sent"
          ? { outcome, messageId, answer: "250" }
          : { outcome, messageId, fault: `fault ${seen.length}` };
      },
    };
    return { seen, mailer };
  }
  const ONE = daily({ to: [mailTo("a@example.com")] });

  async function withServer(
    outcomes: Parameters<typeof server>[0],
    settings: { tries?: number } = {},
  ) {
    const store = await openSqliteStore({ path: ":memory:" });
    const { seen, mailer } = server(outcomes);
    const time = { nowMs: NOW_MS };
    const desk = deskOver(store, { mailer, clock: () => time.nowMs, settings });
    await desk.schedules.set(ONE, BY);
    time.nowMs += DAY_MS / 4;
    return { store, seen, desk, time };
  }

  it("is tried again after a minute, doubling to an hour, and then it is sent", async () => {
    const { desk, time, seen, store } = await withServer(Array(9).fill("not-taken"));
    const tried: number[] = [];
    const fromMs = time.nowMs;
    for (let minute = 0; minute < 420 && tried.length < 10; minute += 1) {
      const before = seen.length;
      await desk.turn();
      if (seen.length > before) tried.push((time.nowMs - fromMs) / 60_000);
      time.nowMs += 60_000;
    }
    expect(tried).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
    expect(new Set(seen).size).toBe(1);
    expect(await desk.states()).toEqual(["sent"]);
    await store.close();
  });

  it("is given up after the last try, listed, and sent by hand", async () => {
    const { desk, time, store } = await withServer(["not-taken", "not-taken"], { tries: 2 });
    for (let turn = 0; turn < 5; turn += 1) {
      await desk.turn();
      time.nowMs += 600_000;
    }
    expect(await desk.all()).toMatchObject([{ state: "failed", tries: 2, fault: "fault 2" }]);
    const [failed] = await desk.all();
    await desk.deliveries.resend(failed?.id ?? "", BY);
    await desk.turn();
    expect(await desk.all()).toMatchObject([{ state: "sent", fault: null, answer: "250" }]);
    await store.close();
  });

  it.each(["refused", "unknown"] as const)("%s is not tried again by itself", async (outcome) => {
    const { desk, time, seen, store } = await withServer([outcome]);
    for (let turn = 0; turn < 4; turn += 1) {
      await desk.turn();
      time.nowMs += 3_600_000;
    }
    expect(seen).toHaveLength(1);
    expect(await desk.all()).toMatchObject([{ state: outcome, fault: "fault 1", dueMs: null }]);
    await store.close();
  });
});

describe("occasions", () => {
  async function away(days: number, catchUp = 31) {
    const store = await openSqliteStore({ path: ":memory:" });
    const met = receivers();
    const time = { nowMs: NOW_MS };
    const desk = deskOver(store, { ...met, clock: () => time.nowMs });
    await desk.schedules.set(daily({ to: [mailTo("a@example.com")], catchUp }), BY);
    time.nowMs += days * DAY_MS + DAY_MS / 2;
    while ((await desk.turn()).isBusy);
    return { store, met, desk, time };
  }

  it("missed ones are made up for, each period once", async () => {
    const { desk, met, store } = await away(5);
    const periods = (await desk.all()).map(({ period }) => new Date(period.fromMs).toISOString());
    expect(periods.map((text) => text.slice(0, 10))).toEqual([
      ...["2026-03-07", "2026-03-06", "2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02"],
    ]);
    expect(met.mails).toHaveLength(6);
    const { missed, nextAtMs } = await desk.schedules.get("daily", BY);
    expect(missed).toBe(0);
    expect(new Date(nextAtMs ?? 0).toISOString()).toBe("2026-03-09T06:00:00.000Z");
    await store.close();
  });

  it("beyond `catchUp` the oldest are counted as missed", async () => {
    const { desk, store } = await away(40, 3);
    expect(await desk.all()).toHaveLength(3);
    expect((await desk.schedules.get("daily", BY)).missed).toBe(38);
    await store.close();
  });

  it("by hand the last whole period goes out, once", async () => {
    const { desk, met, store, time } = await away(0);
    expect(met.mails).toHaveLength(1);
    const [again] = await desk.schedules.run("daily", BY);
    expect(again).toMatchObject({ state: "sent" });
    await desk.turn();
    expect(met.mails).toHaveLength(1);
    time.nowMs += DAY_MS;
    const [next] = await desk.schedules.run("daily", BY);
    expect(next).toMatchObject({ state: "waiting" });
    while ((await desk.turn()).isBusy);
    expect(met.mails).toHaveLength(2);
    await store.close();
  });

  it("old deliveries are forgotten, those that are still to be sent are not", async () => {
    const { desk, store, time } = await away(0);
    time.nowMs += 401 * DAY_MS;
    await desk.schedules.remove("daily", BY);
    await desk.turn();
    expect(await desk.all()).toEqual([]);
    await store.close();
  });
});
