// Calls under way as a scope sees them: filtered, page by page, and how far the answer can be trusted.
import { describe, expect, it } from "vitest";
import { EVERYTHING, type Scope } from "../../src/access/scope.ts";
import { createLiveCalls, type LiveCallQuery } from "../../src/engine/live-calls.ts";
import type { FeedCalls, LiveCall } from "../../src/engine/ports.ts";

const call = (callId: string, changes: Partial<LiveCall> = {}): LiveCall => ({
  callId,
  source: "pbx",
  state: "up",
  sinceMs: 1000,
  answeredMs: null,
  tenant: "own.example",
  account: "1001",
  callerNumber: "201",
  callerName: null,
  destination: "34650123456",
  callDirection: "outbound",
  trunk: "SecretTrunk",
  channels: ["PJSIP/201-1", "PJSIP/SecretTrunk-2"],
  ...changes,
});

const feedOf = (feed: string, calls: LiveCall[], told: Partial<FeedCalls> = {}): FeedCalls => ({
  feed,
  source: "pbx",
  asOfMs: 5000,
  isCurrent: true,
  isComplete: true,
  dropped: 0,
  calls,
  ...told,
});

function asked(feeds: FeedCalls[], query: Partial<LiveCallQuery> = {}, scope: Scope = EVERYTHING) {
  return createLiveCalls({ calls: async () => feeds }).list({ limit: 100, ...query }, scope);
}

const ids = (page: { calls: { callId?: string | undefined }[] }) =>
  page.calls.map(({ callId }) => callId ?? "");

describe("a list of calls under way", () => {
  it("has those of every feed once, the longest first; what is fresh comes before what is not", async () => {
    const page = await asked([
      feedOf("live", [call("b", { sinceMs: 2000 }), call("a")]),
      feedOf("spare", [call("a", { state: "ringing" }), call("c", { sinceMs: 500 })], {
        isCurrent: false,
        asOfMs: 3000,
      }),
    ]);
    expect(ids(page)).toEqual(["c", "a", "b"]);
    expect(page.calls[1]).toMatchObject({ state: "up" });
    expect(page).toMatchObject({ total: 3, asOfMs: 3000, isCurrent: false, isComplete: true });
    expect(page.feeds.map(({ feed, count }) => [feed, count])).toEqual([
      ["live", 2],
      ["spare", 2],
    ]);
  });

  it("says that nothing is known where no feed tells of calls", async () => {
    expect(await asked([])).toMatchObject({ asOfMs: null, isCurrent: false, isComplete: false });
    const silent = feedOf("live", [], { asOfMs: null, isCurrent: false, isComplete: false });
    expect(await asked([silent])).toMatchObject({ asOfMs: null, isComplete: false, calls: [] });
    const page = await asked([silent, feedOf("other", [])]);
    expect(page).toMatchObject({ asOfMs: 5000, isCurrent: true, isComplete: false });
  });

  it("is narrowed by each member, all of which hold", async () => {
    const feeds = [
      feedOf("live", [
        call("a", { state: "ringing" }),
        call("b", { account: "1002" }),
        call("c", { source: "east", callerNumber: null }),
        call("d", { destination: "112", callDirection: null }),
        call("e", { tenant: "other.example" }),
      ]),
    ];
    const narrowed = async (query: Partial<LiveCallQuery>) => ids(await asked(feeds, query));
    expect(await narrowed({ states: ["ringing"] })).toEqual(["a"]);
    expect(await narrowed({ accounts: ["1002", "nobody"] })).toEqual(["b"]);
    expect(await narrowed({ sources: ["east"] })).toEqual(["c"]);
    expect(await narrowed({ callerNumbers: ["201"] })).toEqual(["a", "b", "d", "e"]);
    expect(await narrowed({ destinations: ["112"] })).toEqual(["d"]);
    expect(await narrowed({ directions: ["outbound"] })).toEqual(["c", "a", "b", "e"]);
    expect(await narrowed({ tenants: ["other.example"], states: ["up"] })).toEqual(["e"]);
    expect(await narrowed({ tenants: ["other.example"], accounts: ["1002"] })).toEqual([]);
  });

  it("comes page by page, each call once", async () => {
    const calls = Array.from({ length: 7 }, (_, index) =>
      call(`c${index}`, { sinceMs: index % 3 }),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await asked([feedOf("live", calls)], { limit: 3, cursor });
      expect(page.total).toBe(7);
      seen.push(...ids(page));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(["c0", "c3", "c6", "c1", "c4", "c2", "c5"]);
    await expect(asked([], { cursor: "nobody's" })).rejects.toMatchObject({
      code: "invalid-params",
    });
  });
});

describe("a scope", () => {
  const feeds = [
    feedOf("live", [
      call("own"),
      call("other", { account: "other" }),
      call("foreign", { tenant: "other.example" }),
      call("unread", { tenant: null, account: null }),
      call("nobody", { account: null }),
    ]),
  ];

  it("sees the calls of its tenants and accounts alone, and no feeds", async () => {
    const whole = await asked(feeds, {}, { tenants: ["own.example"], seesBuy: true });
    expect(ids(whole)).toEqual(["nobody", "other", "own"]);
    expect(whole).toMatchObject({ total: 3, feeds: [], asOfMs: 5000 });
    const accounts = [{ tenant: "own.example", account: "1001" }];
    const single = await asked(feeds, {}, { tenants: ["own.example"], accounts, seesBuy: true });
    expect(ids(single)).toEqual(["own"]);
    expect(ids(await asked(feeds))).toHaveLength(5);
  });

  it("without the buy side sees no trunk, nor a channel that is named by one", async () => {
    const page = await asked(feeds, {}, { tenants: ["own.example"], seesBuy: false });
    expect(page.calls).toHaveLength(3);
    expect(JSON.stringify(page)).not.toContain("Secret");
    expect(JSON.stringify(await asked(feeds))).toContain("SecretTrunk");
  });
});
