// Of several processes on one store one runs each feed; another takes over from one that is gone; a
// process that lost its lease moves no position.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import type { FeedDesk, LiveCall } from "../../src/engine/ports.ts";
import type { CallsTold, Feed, FeedKind, FeedParts } from "../../src/feeds/contract.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { createManualClock, type ManualClock } from "../http/access/manual-clock.ts";

/** What each toy feed was given and did, the latest last. */
const toys: {
  parts: FeedParts;
  from: JsonObject | null;
  isStopped: boolean;
  calls?: CallsTold;
}[] = [];
const NO_CALLS: CallsTold = {
  asOfMs: null,
  isCurrent: false,
  isComplete: false,
  dropped: 0,
  calls: [],
};

const TOY: FeedKind<unknown> = {
  listens: true,
  create(_settings, parts): Feed {
    const toy: (typeof toys)[number] = { parts, from: null, isStopped: false };
    return {
      start(position) {
        toy.from = position;
        toys.push(toy);
      },
      async stop() {
        toy.isStopped = true;
      },
      calls: async () => toy.calls ?? NO_CALLS,
    };
  },
};

/** One that fetches. */
const FETCHING: FeedKind<unknown> = { ...TOY, listens: false, format: "ucm-json" };

vi.mock("../../src/feeds/kinds.ts", () => ({
  FEED_KINDS: { follow: TOY, "ucm-pull": FETCHING },
}));
const { createFeedDesk } = await import("../../src/feeds/desk.ts");
const { feedList } = await import("../../src/feeds/settings.ts");

/** None of these feeds brings files in. */
const NO_FILES = {} as FeedParts["files"];
const SETTINGS = feedList.parse([
  {
    ...{ name: "toy", kind: "follow", path: "x", format: "asterisk-csv", source: "pbx" },
    expectMinutes: 30,
  },
]);

describe("feeds of several processes", () => {
  let store: Store;
  let clock: ManualClock;
  const desks: FeedDesk[] = [];
  beforeEach(async () => {
    store = await openSqliteStore({ path: ":memory:" });
    clock = createManualClock(1_772_500_000_000);
    toys.length = 0;
    desks.length = 0;
  });
  afterEach(async () => {
    for (const desk of desks) await desk.close();
    await store.close();
  });

  function desk(more: Partial<Parameters<typeof createFeedDesk>[0]> = {}): FeedDesk {
    const made = createFeedDesk({
      store,
      intake: { process: async () => ({ id: "1", outcome: "rated" }) },
      clock: clock.now,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      files: NO_FILES,
      sources: [],
      settings: SETTINGS,
      leaseMs: 15_000,
      queueEventDays: 400,
      chance: () => 0.5,
      environment: {},
      later: clock.later,
      ...more,
    });
    desks.push(made);
    return made;
  }
  const toy = (index: number) => {
    const found = toys[index];
    if (found === undefined) throw new Error(`there is no toy ${index}`);
    return found;
  };

  it("one runs it; all tell its state", async () => {
    const [first, second] = [desk(), desk()];
    expect(await first.get("toy")).toMatchObject({ runs: "nowhere", state: { connected: false } });
    await first.look();
    await second.look();
    expect(toys).toHaveLength(1);
    toy(0).parts.connected(null);
    await toy(0).parts.deliver([
      { bytes: Buffer.from("a"), fault: { reason: "not-a-cdr", detail: "" } },
    ]);
    await toy(0).parts.keep({ at: 1 });
    expect(await second.list()).toMatchObject([
      {
        name: "toy",
        runs: "elsewhere",
        stopped: false,
        state: { connected: true, records: 1, faults: 0, position: { at: 1 }, gaps: [] },
      },
    ]);
    expect((await first.get("toy")).runs).toBe("here");
  });

  it("that told nothing for longer than it may is silent, stopped ones apart", async () => {
    const first = desk();
    await first.look();
    await clock.advance(31 * 60_000);
    expect((await first.get("toy")).state).toMatchObject({
      silentSince: new Date(1_772_500_000_000).toISOString(),
      warnings: [expect.stringContaining("every 30 minutes")],
    });
    await toy(0).parts.deliver([
      { bytes: Buffer.from("a"), fault: { reason: "not-a-cdr", detail: "" } },
    ]);
    expect((await first.get("toy")).state).toMatchObject({ silentSince: null, warnings: [] });
    await clock.advance(31 * 60_000);
    await first.stop("toy");
    expect((await first.get("toy")).state.silentSince).toBe(null);
  });

  it("another takes over when its holder gives no sign of life, from the kept position", async () => {
    const [first, second] = [desk(), desk()];
    await first.look();
    await toy(0).parts.keep({ at: 7 });
    await clock.advance(14_999);
    await second.look();
    expect(toys).toHaveLength(1);
    await clock.advance(2);
    await second.look();
    expect(toys).toHaveLength(2);
    expect(toy(1).from).toEqual({ at: 7 });
    // The first was only slow: it may repeat records, but it moves nothing, and ends.
    await expect(toy(0).parts.keep({ at: 8 })).rejects.toThrow("another process");
    await toy(1).parts.keep({ at: 9 });
    await first.look();
    expect(toy(0).isStopped).toBe(true);
    expect((await first.get("toy")).state.position).toEqual({ at: 9 });
  });

  it("a holder that looks keeps it, and one that ends leaves it at once", async () => {
    const [first, second] = [desk(), desk()];
    for (let seconds = 0; seconds < 60; seconds += 5) {
      await first.look();
      await second.look();
      await clock.advance(5_000);
    }
    expect(toys).toHaveLength(1);
    await first.close();
    await second.look();
    expect(toys).toHaveLength(2);
  });

  it("is stopped and started from any process, and stays stopped", async () => {
    const [first, second] = [desk(), desk()];
    await first.look();
    await toy(0).parts.keep({ at: 3 });
    expect((await second.stop("toy")).stopped).toBe(true);
    // Its last records are durable, and what they move is kept.
    await toy(0).parts.keep({ at: 4 });
    await first.look();
    expect(toy(0).isStopped).toBe(true);
    await first.look();
    await second.look();
    expect(toys).toHaveLength(1);
    expect(await second.get("toy")).toMatchObject({ stopped: true, runs: "nowhere" });
    await second.start("toy");
    await second.look();
    expect(toy(1).from).toEqual({ at: 4 });
  });

  it("that fetches rests while its source is switched off, and says so; it goes on where it was", async () => {
    const on = new Set(["hq", "pbx"]);
    const pulled = feedList.parse([
      {
        name: "pull",
        kind: "ucm-pull",
        url: "https://192.0.2.1",
        user: "u",
        secretEnv: "S",
        source: "hq",
      },
      { name: "toy", kind: "follow", path: "x", format: "asterisk-csv", source: "hq" },
    ]);
    const isActive = ({ name }: { name: string }) => on.has(name);
    const [first, second] = [1, 2].map(() => desk({ settings: pulled, isActive }));
    await first?.look();
    expect(toys).toHaveLength(2);
    await toy(0).parts.keep({ at: 5 });
    on.delete("hq");
    await first?.look();
    // What waits for others refuses them itself.
    expect([toy(0).isStopped, toy(1).isStopped]).toEqual([true, false]);
    await second?.look();
    expect(toys).toHaveLength(2);
    expect(await second?.get("pull")).toMatchObject({
      ...{ runs: "nowhere", stopped: false },
      state: { connected: false, warnings: [expect.stringContaining("switched off")] },
    });
    on.add("hq");
    await second?.look();
    expect(toy(2).from).toEqual({ at: 5 });
    expect((await second?.get("pull"))?.state.warnings).toEqual([]);
  });

  it("a listening feed that does not listen is named, wherever it runs; a stopped one is not", async () => {
    const [first, second] = [desk(), desk()];
    expect(await second.silent()).toEqual(["toy"]);
    await first.look();
    toy(0).parts.connected("the port is taken");
    await first.look();
    expect(await second.silent()).toEqual(["toy"]);
    toy(0).parts.connected(null);
    await first.look();
    expect(await second.silent()).toEqual([]);
    expect(await first.silent()).toEqual([]);
    await first.stop("toy");
    expect(await second.silent()).toEqual([]);
  });

  it("a pause ends at its time or with the feed; gaps and counts outlive the process", async () => {
    const first = desk();
    await first.look();
    let paused = 0;
    const pause = () =>
      void toy(0)
        .parts.pause(1_000)
        .then(() => (paused += 1));
    pause();
    await clock.advance(999);
    expect(paused).toBe(0);
    await clock.advance(1);
    expect(paused).toBe(1);
    toy(0).parts.missed("the file is gone");
    pause();
    await first.close();
    await clock.advance(0);
    expect(paused).toBe(2);
    const second = desk();
    await second.look();
    const { gaps } = (await second.get("toy")).state;
    expect(gaps).toEqual([
      {
        from: null,
        to: new Date(clock.now()).toISOString(),
        reason: "the file is gone",
        filledBy: null,
      },
    ]);
  });

  it("calls under way are told by every process, and are of before when their process is gone", async () => {
    const [first, second] = [desk(), desk()];
    await first.look();
    expect(await second.calls()).toEqual([]);
    const call = { callId: "1.1", state: "up" } as LiveCall;
    toy(0).calls = { ...NO_CALLS, asOfMs: 7, isCurrent: true, isComplete: true, calls: [call] };
    await first.look();
    const told = { feed: "toy", source: "pbx", ...toy(0).calls };
    expect(await second.calls()).toEqual([told]);
    expect((await second.get("toy")).state.calls).toBe(1);
    toy(0).calls = { ...toy(0).calls, asOfMs: 8, calls: [] } as CallsTold;
    // At once where it runs; elsewhere with its next look, which comes within a second.
    expect((await first.calls())[0]?.calls).toEqual([]);
    expect((await second.calls())[0]?.calls).toEqual([call]);
    await clock.advance(1_000);
    await first.look();
    expect((await second.calls())[0]).toMatchObject({ asOfMs: 8, isCurrent: true, calls: [] });
    await clock.advance(15_000);
    expect((await second.calls())[0]).toMatchObject({ asOfMs: 8, isCurrent: false });
    expect((await second.get("toy")).state.calls).toBeNull();
  });

  it("calls under way of a feed that was stopped are taken back", async () => {
    const [first, second] = [desk(), desk()];
    await first.look();
    const call = { callId: "1.1", state: "up" } as LiveCall;
    toy(0).calls = { ...NO_CALLS, asOfMs: 7, isCurrent: true, calls: [call] };
    await first.look();
    await second.stop("toy");
    await first.look();
    expect(await second.calls()).toMatchObject([{ asOfMs: null, isCurrent: false, calls: [] }]);
    expect((await second.get("toy")).state.calls).toBeNull();
  });

  it("what is not in the settings is not found", async () => {
    const only = desk();
    for (const asked of [only.get("none"), only.start("none"), only.stop("none")]) {
      await expect(asked).rejects.toMatchObject({ code: "not-found" });
    }
  });
});
