// A UCM is asked for its records: every call is handed over once, whatever the device answers in between,
// and what it does not understand is not taken for nothing. Method: a device on the loopback.
import { X509Certificate } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UCM_PULL } from "../../../src/feeds/ucm-pull/pull.ts";
import { selfSigned } from "../../compose/self-signed.ts";
import { createFeedUnderTest, type FeedUnderTest } from "../ami/feed-under-test.ts";
import { type FakeDevice, startDevice, USER } from "./device.ts";
import { groupOf, groupsOf, sumOf } from "./groups.ts";

const WAIT = { timeout: 30_000, interval: 5 };
const EVERY_MS = 300_000;

interface Options {
  device?: Parameters<typeof startDevice>[0];
  settings?: Record<string, unknown>;
  source?: Record<string, unknown>;
}

describe("a UCM that is asked for its records", () => {
  let device: FakeDevice;
  const feeds: FeedUnderTest[] = [];
  afterEach(async () => {
    for (const feed of feeds.splice(0)) await feed.stop();
    await device.close();
  });

  async function prepare({ device: own = {}, settings, source }: Options = {}) {
    device = await startDevice(own);
    const feed = () => {
      const made = createFeedUnderTest(
        {
          ...{ kind: "ucm-pull", url: device.url, user: USER, secretEnv: "S" },
          ...{ api: own.api ?? "new", ...settings },
        },
        { kind: "ucm", host: "20EZ0000000001", ...source },
        UCM_PULL,
      );
      feeds.push(made);
      return made;
    };
    return { feed: feed(), another: feed };
  }
  const seen = (feed: FeedUnderTest, records: number) =>
    vi.waitFor(() => expect(feed.records.length).toBe(records), WAIT);
  const looked = (feed: FeedUnderTest) => vi.waitFor(() => expect(feed.fault()).toBe(null), WAIT);
  const failed = (feed: FeedUnderTest, text: string | RegExp) =>
    vi.waitFor(() => expect(feed.fault()).toMatch(text), WAIT);
  /** Lets a feed look again, and waits until it has. */
  async function again(feed: FeedUnderTest) {
    const before = device.asked.length;
    await feed.clock.advance(EVERY_MS);
    await vi.waitFor(() => expect(device.asked.length).toBeGreaterThan(before), WAIT);
  }
  const ids = (feed: FeedUnderTest) => feed.texts().map((text) => JSON.parse(text).AcctId);

  it.each([
    ["the new interface", { api: "new" }],
    ["the old one", { api: "old" }],
    ["the old one without qop", { api: "old", isPlainDigest: true }],
    ["pages smaller than asked for", { api: "new", most: 97 }],
  ] as const)("tells every call once, by %s", async (_what, own) => {
    const { feed } = await prepare({ device: own });
    device.groups.push(...groupsOf(0, 603));
    feed.start();
    await seen(feed, 603);
    await looked(feed);
    expect(new Set(feed.texts())).toEqual(new Set(device.groups.map(({ text }) => text)));
    expect(device.asked[0]).toMatchObject({
      ...{ format: "json", offset: "0", startTime: "2026-03-02T00:00:00+00:00" },
    });
    await vi.waitFor(
      () =>
        expect(feed.kept()).toEqual({ latestStart: "2026-03-02T10:10:02.000Z", hasFound: true }),
      WAIT,
    );
    expect(feed.counts["pages"]).toBe(device.asked.length);
  });

  it("is asked again for what began hours before the last call, and tells only what is new", async () => {
    const { feed } = await prepare();
    device.groups.push(groupOf(0), groupOf(1800));
    feed.start();
    await seen(feed, 2);
    await looked(feed);
    // It began before the last one, and ended after the look.
    device.groups.push(groupOf(900), groupOf(1801));
    await again(feed);
    await seen(feed, 4);
    expect(device.asked.at(-1)?.["startTime"]).toBe("2026-03-02T06:30:00+00:00");
    expect(ids(feed)).toEqual(["0", "1800", "900", "1801"]);
    expect(device.logins).toBe(1);
  });

  it("tells the legs of a call, and not their sum", async () => {
    const { feed } = await prepare();
    device.groups.push(groupOf(1), sumOf(2, [2, 3, 4]), groupOf(5));
    feed.start();
    await seen(feed, 5);
    expect(ids(feed)).toEqual(["1", "2", "3", "4", "5"]);
  });

  it.each([
    ["503", () => ({ status: 503 }), /answers 503/],
    ["a page of another server", () => ({ body: "<html>hello</html>" }), /no UCM|cdr_root/],
    ["an answer that breaks off", () => ({ breaks: true }), /aborted|hang up|ended/i],
    ["an answer without calls", () => ({ body: '{"status":0}' }), /without cdr_root|no UCM/],
    ["a refusal", () => ({ body: '{"response":{},"status":-10}' }), /status -10/],
  ])("is asked again after %s, and nothing is passed over", async (_what, trick, fault) => {
    const { feed } = await prepare();
    device.groups.push(...groupsOf(0, 600));
    let isAway = true;
    device.trick = ({ params }) => (isAway && params["offset"] === "500" ? trick() : null);
    feed.start();
    await failed(feed, fault);
    expect(feed.records.length).toBe(500);
    expect(feed.kept()).toMatchObject({ hasFound: false });
    isAway = false;
    await feed.clock.advance(60_000);
    await seen(feed, 600);
    await vi.waitFor(() => expect(feed.kept()).toMatchObject({ hasFound: true }), WAIT);
    expect(new Set(feed.texts()).size).toBe(600);
  });

  it("is left where it says nothing for a minute, in the middle of an answer too", async () => {
    const { feed } = await prepare();
    device.groups.push(groupOf(1));
    let isSilent = true;
    device.trick = ({ action }) => (isSilent && action === "cdrapi" ? { hangs: true } : null);
    feed.start();
    await vi.waitFor(() => expect(device.asked.length).toBe(1), WAIT);
    await feed.clock.advance(59_000);
    expect(feed.fault()).toBeUndefined();
    await feed.clock.advance(1000);
    await failed(feed, "no whole answer within 60 s");
    isSilent = false;
    await feed.clock.advance(1000);
    await seen(feed, 1);
  });

  it.each(["new", "old"] as const)(
    "is not asked every second with a wrong password (%s interface)",
    async (api) => {
      const { feed } = await prepare({ device: { api } });
      device.groups.push(groupOf(1));
      device.password = "another";
      feed.start();
      await failed(feed, /refuses login with status -37|answers 401/);
      const { logins } = device;
      await feed.clock.advance(59_000);
      expect(device.logins).toBe(logins);
      device.password = "s3cret";
      await feed.clock.advance(1000);
      await seen(feed, 1);
      await looked(feed);
    },
  );

  it("is logged in again when its cookie has ended", async () => {
    const { feed } = await prepare();
    feed.start();
    await looked(feed);
    device.forget();
    device.groups.push(groupOf(1));
    await again(feed);
    await seen(feed, 1);
    expect(device.logins).toBe(2);
  });

  it("has nothing: that is believed where it makes sense", async () => {
    const { feed, another } = await prepare();
    feed.start();
    await looked(feed);
    // Calls of before the first look are no fault.
    device.groups.push({ ...groupOf(1), startMs: Date.UTC(2026, 1, 1) });
    await again(feed);
    await looked(feed);
    expect(feed.records).toEqual([]);
    // One that does not understand the question.
    device.trick = ({ params }) => ("startTime" in params ? { body: '{"cdr_root":[]}' } : null);
    const deaf = another();
    deaf.start();
    await failed(deaf, "does not understand startTime");
    expect(deaf.kept()).toMatchObject({ hasFound: false });
  });

  it("tells no call that it told before: its clock was set back, and that is a fault", async () => {
    const { feed } = await prepare();
    device.groups.push(groupOf(1));
    feed.start();
    await seen(feed, 1);
    await looked(feed);
    device.groups.splice(0, 1, { ...groupOf(2), startMs: Date.UTC(2020, 0, 1) });
    await again(feed);
    await failed(feed, "was its clock set back");
    // All of it deleted is none.
    device.groups.length = 0;
    await feed.clock.advance(60_000);
    await looked(feed);
    expect(feed.kept()).toMatchObject({ latestStart: "2026-03-02T10:00:01.000Z" });
  });

  it("answers the same page whatever the offset: a fault, not an endless look", async () => {
    const { feed } = await prepare();
    device.groups.push(...groupsOf(0, 10));
    const page = `{"cdr_root":[${groupsOf(0, 10).map(({ text }) => text)}]}`;
    device.trick = ({ action }) => (action === "cdrapi" ? { body: page } : null);
    feed.start();
    await failed(feed, "answers the same");
    expect(feed.records.length).toBe(10);
    expect(device.asked).toEqual([]);
  });

  it("has a record that cannot be read: it is in suspense, and the others are taken", async () => {
    const { feed } = await prepare();
    const broken = groupOf(3).text.replace('"Alpha"', '"Alpha');
    device.groups.push(groupOf(1), groupOf(2), { ...groupOf(3), text: broken }, groupOf(4));
    device.groups.push(...groupsOf(5, 520));
    feed.start();
    await seen(feed, 519);
    await looked(feed);
    const [fault, ...more] = feed.records.filter((record) => record.fault !== undefined);
    expect(fault?.fault).toMatchObject({ reason: "broken-json" });
    expect(Buffer.from(fault?.bytes ?? []).toString()).toBe(`${broken}]}`);
    expect(more).toEqual([]);
    expect(new Set(feed.texts()).size).toBe(519);
    await again(feed);
    expect(feed.records.length).toBe(519);
  });

  it("shows its own certificate: that of the settings, or none is believed", async () => {
    const own = selfSigned("ucm");
    const { fingerprint256 } = new X509Certificate(own.cert);
    const { feed, another } = await prepare({ device: { tls: own } });
    device.groups.push(groupOf(1));
    feed.start();
    await failed(feed, /self.signed/);
    const settings = { kind: "ucm-pull", url: device.url, user: USER, secretEnv: "S" };
    const pinned = (certificate: string) => {
      const made = createFeedUnderTest({ ...settings, certificate }, { kind: "ucm" }, UCM_PULL);
      feeds.push(made);
      made.start();
      return made;
    };
    await seen(pinned(fingerprint256), 1);
    await seen(pinned(fingerprint256.replaceAll(":", "").toLowerCase()), 1);
    const logins = device.logins;
    const other = new X509Certificate(selfSigned("ucm").cert).fingerprint256;
    await failed(pinned(other), fingerprint256);
    expect(device.logins).toBe(logins);
    expect(another().fault()).toBeUndefined();
  });

  it("waits for a store that is away: nothing is kept before, and all is there once", async () => {
    const { feed } = await prepare();
    device.groups.push(...groupsOf(0, 700));
    feed.away.isAway = true;
    feed.start();
    await failed(feed, "the store is away");
    expect(feed.kept()).toBeNull();
    feed.away.isAway = false;
    await feed.clock.advance(1000);
    await seen(feed, 700);
  });

  it("goes on where it came to, and looks three days further back at its start", async () => {
    const { feed, another } = await prepare({ settings: { lookBackHours: 1 } });
    device.groups.push(groupOf(0), groupOf(3599));
    feed.start();
    await seen(feed, 2);
    await vi.waitFor(() => expect(feed.kept()).toMatchObject({ hasFound: true }), WAIT);
    await feed.stop();
    // The longest call ended only now.
    device.groups.push({ ...groupOf(7), startMs: Date.UTC(2026, 1, 28, 12) });
    const next = another();
    next.start(feed.kept());
    await seen(next, 3);
    expect(device.asked.at(-1)?.["startTime"]).toBe("2026-02-27T10:59:59+00:00");
    await looked(next);
    await again(next);
    expect(device.asked.at(-1)?.["startTime"]).toBe("2026-03-02T09:59:59+00:00");
    expect(next.records.length).toBe(3);
  });

  it("may have calls ahead of this clock: they are taken, and pass nothing over", async () => {
    const { feed } = await prepare();
    const ahead = groupOf(1, { start: "2026-03-03 00:10:00", end: "2026-03-03 00:11:05" });
    device.groups.push(groupOf(0), { ...ahead, startMs: Date.UTC(2026, 2, 3, 0, 10) });
    feed.start();
    await seen(feed, 2);
    await looked(feed);
    expect(feed.kept()).toMatchObject({ latestStart: "2026-03-02T10:00:00.000Z" });
  });

  it("tells the hour that a clock change repeats: both of it, asked for by instants", async () => {
    const { feed } = await prepare({
      source: { timeZone: "Europe/Madrid" },
      settings: { firstHours: 87_600 },
    });
    const at = (call: number, local: string, startMs: number) => ({
      ...groupOf(call, { start: local, answer: local, end: local, billsec: "0", duration: "0" }),
      startMs,
    });
    device.groups.push(
      at(1, "2025-10-26 02:30:00", Date.UTC(2025, 9, 26, 0, 30)),
      at(2, "2025-10-26 02:30:00", Date.UTC(2025, 9, 26, 1, 30)),
    );
    feed.start();
    await seen(feed, 2);
    await looked(feed);
    device.groups.push(at(3, "2025-10-26 02:59:00", Date.UTC(2025, 9, 26, 1, 59)));
    await again(feed);
    await seen(feed, 3);
  });

  it("is left at once when the feed is stopped", async () => {
    const { feed } = await prepare();
    device.groups.push(groupOf(1));
    device.trick = ({ action }) => (action === "cdrapi" ? { hangs: true } : null);
    feed.start();
    await vi.waitFor(() => expect(device.asked.length).toBe(1), WAIT);
    await feed.stop();
    expect(feed.records).toEqual([]);
  });
});
