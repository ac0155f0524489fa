// Goal: whoever guesses passwords is slowed, nobody else is, and nothing tells which users exist.
// Method: a clock set by hand and a comparison that the test ends, so that each order is exact.
import { fc, test } from "@fast-check/vitest";
import { beforeEach, describe, expect, it } from "vitest";
import type { Credential } from "../../../src/config/config.ts";
import { createPasswords, type Passwords } from "../../../src/http/access/passwords.ts";
import { createManualClock, type ManualClock, settle } from "./manual-clock.ts";

const START_MS = Date.parse("2026-03-03T00:00:00Z");
/** About what scrypt takes. */
const CHECK_MS = 30;

const credential = (user: string, password: string): Credential => ({
  name: `name-${user}`,
  user,
  passwordScrypt: `stored:${password}`,
  roles: ["ingest"],
  tenants: ["*"],
});

interface Watched {
  /** 200, 401 or 503, and after how many milliseconds; undefined: not answered yet. */
  answer?: { status: number; afterMs: number };
}

describe("passwords", () => {
  let clock: ManualClock;
  let passwords: Passwords;
  let compared: number;
  let logged: Record<string, unknown>[];

  function createTested(): Passwords {
    return createPasswords({
      credentials: [credential("fs", "right"), credential("kam", "kam-right")],
      clock: clock.now,
      later: clock.later,
      log: { info: () => {}, error: () => {}, warn: (facts) => logged.push(facts as never) },
      matches: (password, stored) => {
        compared += 1;
        return new Promise((done) => {
          clock.later(CHECK_MS, () => done(stored === `stored:${password}`));
        });
      },
    });
  }

  beforeEach(() => {
    clock = createManualClock(START_MS);
    compared = 0;
    logged = [];
    passwords = createTested();
  });

  function send(text: string, address = "192.0.2.1"): Watched {
    const watched: Watched = {};
    const startedMs = clock.now();
    const answered = (status: number) => {
      watched.answer = { status, afterMs: clock.now() - startedMs };
    };
    passwords.verify(text, address).then(
      (entry) => answered(entry === undefined ? 401 : 200),
      (error: { code: string }) => {
        expect(error.code).toBe("too-busy");
        answered(503);
      },
    );
    return watched;
  }

  async function sendAndWait(text: string, address?: string) {
    const watched = send(text, address);
    for (let turn = 0; turn < 1000 && watched.answer === undefined; turn += 1) {
      await clock.advance(10);
    }
    return watched.answer;
  }

  it("a right one passes at once after two wrong ones, and later ones cost nothing", async () => {
    expect(await sendAndWait("fs:a")).toEqual({ status: 401, afterMs: CHECK_MS });
    expect(await sendAndWait("fs:b")).toEqual({ status: 401, afterMs: CHECK_MS });
    expect(await sendAndWait("fs:right")).toEqual({ status: 200, afterMs: CHECK_MS });
    expect(await sendAndWait("fs:right", "203.0.113.5")).toEqual({ status: 200, afterMs: 0 });
    expect(compared).toBe(3);
  });

  it("from the third wrong one on the pair waits 1 s, 2 s, 4 s …, and longer than 5 s is 503", async () => {
    for (const wrong of ["a", "b", "c"]) await sendAndWait(`fs:${wrong}`);
    const waits: (number | undefined)[] = [];
    for (const wrong of ["d", "e", "f"]) {
      const before = clock.now();
      const answer = await sendAndWait(`fs:${wrong}`);
      expect(answer?.status).toBe(401);
      waits.push(clock.now() - before);
    }
    expect(waits).toEqual([1000, 2000, 4000].map((delay) => delay + CHECK_MS));
    const compares = compared;
    expect(await sendAndWait("fs:right")).toEqual({ status: 503, afterMs: 5000 });
    expect(compared).toBe(compares);
    // It is not shut out for ever.
    await clock.advance(60_000);
    expect((await sendAndWait("fs:right"))?.status).toBe(200);
  });

  it("the delay is at most a minute, and forgotten a quarter of an hour after the last failure", async () => {
    for (let count = 0; count < 12; count += 1) {
      await clock.advance(60_000);
      expect((await sendAndWait(`fs:${count}`))?.status).toBe(401);
    }
    await clock.advance(15 * 60_000);
    for (const wrong of ["x", "y", "z"]) {
      expect(await sendAndWait(`fs:${wrong}`)).toEqual({ status: 401, afterMs: CHECK_MS });
    }
  });

  it("many at once count before their answers are known: only three are compared", async () => {
    const flood = Array.from({ length: 48 }, (_, index) => send(`fs:wrong-${index}`));
    await clock.advance(900);
    expect(compared).toBe(3);
    expect(flood.filter(({ answer }) => answer?.status === 401)).toHaveLength(3);
    await clock.advance(5000);
    expect(compared).toBeLessThanOrEqual(6);
    expect(flood.every(({ answer }) => answer !== undefined)).toBe(true);
    expect(flood.filter(({ answer }) => answer?.status === 503).length).toBeGreaterThan(40);
  });

  it("nobody locks a switch out from elsewhere, not even after a restart", async () => {
    for (let count = 0; count < 400; count += 1) {
      send(`fs:wrong-${count}`, "203.0.113.66");
      send(`user-${count}:x`, "203.0.113.67");
    }
    await clock.advance(300);
    expect(await sendAndWait("fs:right", "192.0.2.1")).toMatchObject({ status: 200 });
    // One under way, and its own.
    passwords = createTested();
    for (let count = 0; count < 400; count += 1) send(`user-${count}:x`, "203.0.113.67");
    await clock.advance(200);
    const switchAgain = send("fs:right", "192.0.2.1");
    await clock.advance(2 * CHECK_MS);
    expect(switchAgain.answer?.status).toBe(200);
  });

  it("one wrong password does not put a switch behind an address that goes on guessing", async () => {
    await sendAndWait("fs:typo", "192.0.2.1");
    for (let count = 0; count < 60; count += 1) send(`user-${count}:x`, "203.0.113.67");
    await clock.advance(300);
    const own = send("fs:right", "192.0.2.1");
    await clock.advance(2 * CHECK_MS);
    expect(own.answer?.status).toBe(200);
  });

  it("the same password many times at once is compared once", async () => {
    const posts = Array.from({ length: 100 }, () => send("fs:right"));
    await clock.advance(CHECK_MS);
    expect(posts.every(({ answer }) => answer?.status === 200)).toBe(true);
    expect(compared).toBe(1);
  });

  it("a user that does not exist takes the same steps as one that does", async () => {
    const answers = [];
    for (const user of ["fs", "nobody"]) {
      for (let count = 0; count < 6; count += 1) {
        answers.push(
          `${user} ${JSON.stringify(await sendAndWait(`${user}:${count}`, user === "fs" ? "192.0.2.8" : "192.0.2.9"))}`,
        );
      }
    }
    const [known, unknown] = [answers.slice(0, 6), answers.slice(6)];
    expect(unknown).toEqual(known.map((text) => text.replace("fs", "nobody")));
  });

  it("an IPv6 host cannot change its address within its /64", async () => {
    for (let count = 0; count < 3; count += 1)
      await sendAndWait(`fs:${count}`, `2001:db8:0:1::${count}`);
    expect(await sendAndWait("fs:x", "2001:db8:0:1:ffff::9")).toMatchObject({
      afterMs: 1000 + CHECK_MS,
    });
  });

  it("logs address, user and delay of what was wrong; never a password", async () => {
    for (const wrong of ["p1", "p2", "p3"]) await sendAndWait(`fs:${wrong}`);
    expect(
      logged.map(({ address, user, failures, delayMs }) => [address, user, failures, delayMs]),
    ).toEqual([
      ["192.0.2.1", "fs", 1, 0],
      ["192.0.2.1", "fs", 2, 0],
      ["192.0.2.1", "fs", 3, 1000],
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/p[123]/);
    expect(passwords.counts()).toEqual({ right: 0, wrong: 3, "no-turn": 0 });
  });

  test.prop(
    [
      fc.array(
        fc.record({ user: fc.nat(3), address: fc.nat(3), wrong: fc.nat(9), waitMs: fc.nat(3000) }),
        { maxLength: 60 },
      ),
    ],
    { numRuns: 60 },
  )(
    "a pair is never compared more often than its delays allow, and each try is answered",
    async (tries) => {
      clock = createManualClock(START_MS);
      const times = new Map<string, number[]>();
      const line = createPasswords({
        credentials: [],
        clock: clock.now,
        later: clock.later,
        log: { info: () => {}, warn: () => {}, error: () => {} },
        matches: async (text) => {
          const list = times.get(text.slice(0, 3)) ?? [];
          times.set(text.slice(0, 3), [...list, clock.now()]);
          return false;
        },
      });
      let answered = 0;
      for (const { user, address, wrong, waitMs } of tries) {
        const count = () => {
          answered += 1;
        };
        line.verify(`${user}:${user}-${address}-${wrong}`, `192.0.2.${address}`).then(count, count);
        await clock.advance(waitMs);
      }
      await clock.advance(10_000);
      await settle();
      expect(answered).toBe(tries.length);
      for (const list of times.values()) {
        const delays = list.slice(1).map((time, index) => time - (list[index] ?? 0));
        delays.forEach((delay, index) => {
          const owed = index < 2 ? 0 : Math.min(60_000, 1000 * 2 ** (index - 2));
          expect(delay).toBeGreaterThanOrEqual(owed);
        });
      }
    },
  );
});
