// The feed kind `amiws` against a proxy on the loopback that behaves, misbehaves and goes away.
import { afterEach, describe, expect, it, vi } from "vitest";
import { AMIWS } from "../../../src/feeds/amiws/amiws.ts";
import { CALLER, channelEvent, statusList } from "../ami/channel-events.ts";
import { amiEvent, eventText, numberedEvent } from "../ami/events.ts";
import { createFeedUnderTest, type FeedUnderTest, START_MS } from "../ami/feed-under-test.ts";
import { type AmiwsProxy, envelopeText, type ProxyOptions, startProxy } from "./proxy.ts";

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function proxyOf(options: ProxyOptions = {}): Promise<AmiwsProxy> {
  const proxy = await startProxy(options);
  open.push({ stop: () => proxy.close() });
  return proxy;
}

function feedOf({ url }: { url: string }, settings: Record<string, unknown> = {}): FeedUnderTest {
  const feed = createFeedUnderTest({ kind: "amiws", url, ...settings }, {}, AMIWS);
  open.push(feed);
  feed.start();
  return feed;
}

const connected = (feed: FeedUnderTest) => vi.waitFor(() => expect(feed.fault()).toBeNull());
const pings = ({ requests }: AmiwsProxy) =>
  requests.filter(({ Action }) => Action === "Ping").length;

describe("a feed by a proxy", () => {
  it("is connected when the Asterisk has answered, and hands on its records as the manager wrote them", async () => {
    const proxy = await proxyOf();
    const feed = feedOf(proxy);
    await connected(feed);
    proxy.tell(numberedEvent(1));
    proxy.tell(eventText({ Event: "QueueCallerJoin", Queue: "support", Uniqueid: "1.1" }));
    proxy.tell(numberedEvent(2));
    await vi.waitFor(() => expect(feed.texts()).toEqual([numberedEvent(1), numberedEvent(2)]));
    await vi.waitFor(() => expect(feed.events).toMatchObject([{ queue: "support" }]));
    await vi.waitFor(() => expect(feed.kept()).toEqual({ heardUntilMs: START_MS }));
  });

  it("hears of calls under way, and lists those that are there", async () => {
    const proxy = await proxyOf({
      answer({ Action, ActionID = "" }) {
        if (Action === "ListCommands")
          return { Response: "Success", Status: "List channel status." };
        if (Action !== "Status") return undefined;
        setImmediate(() => {
          for (const row of statusList(ActionID, [{ ...CALLER, state: 6, seconds: 9 }]).split(
            /(?<=\r\n\r\n)/,
          ))
            proxy.tell(row);
        });
        return { Response: "Success", EventList: "start" };
      },
    });
    const feed = feedOf(proxy);
    await vi.waitFor(async () =>
      expect(await feed.calls()).toMatchObject({ isComplete: true, calls: [{ state: "up" }] }),
    );
    proxy.tell(channelEvent("Hangup", CALLER, 6));
    await vi.waitFor(async () => expect((await feed.calls()).calls).toEqual([]));
  });

  it("takes the calls of the Asterisk that is named, and of no other", async () => {
    const proxy = await proxyOf({ servers: ["pbx-east", "pbx-west"] });
    const west = feedOf(proxy, { server: "pbx-west" });
    await connected(west);
    proxy.tell(numberedEvent(1), "pbx-east");
    proxy.tell(numberedEvent(2), "pbx-west");
    await vi.waitFor(() => expect(west.texts()).toEqual([numberedEvent(2)]));
    expect(west.warnings.size).toBe(0);
    expect(proxy.requests.at(-1)).toMatchObject({ AMIServerID: 2 });
    // Where none is named it is the first that answers, and that there are others is told.
    const any = feedOf(proxy);
    await connected(any);
    proxy.tell(numberedEvent(3), "pbx-west");
    await vi.waitFor(() => expect(any.warnings.get("servers")).toContain("pbx-west"));
    expect(any.texts()).toEqual([]);
  });

  it("logs in where something before the proxy asks for it; a refusal is told", async () => {
    const authorization = `Basic ${Buffer.from("cdrate:s3cret").toString("base64")}`;
    const proxy = await proxyOf({ authorization });
    await connected(feedOf(proxy, { user: "cdrate", secretEnv: "S" }));
    const stranger = feedOf(proxy);
    await vi.waitFor(() => expect(stranger.fault()).toContain("the login is refused"));
  });
});

describe("what is not as it should be", () => {
  it("a proxy that goes away is asked again, with a gap from what was heard last", async () => {
    const proxy = await proxyOf();
    const feed = feedOf(proxy);
    await connected(feed);
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(feed.kept()).toEqual({ heardUntilMs: START_MS + 15_000 }));
    proxy.cut();
    await vi.waitFor(() => expect(feed.fault()).toContain("closed the connection"));
    await feed.clock.advance(1_000);
    await connected(feed);
    expect(feed.gaps).toMatchObject([{ fromMs: START_MS + 15_000 }]);
  });

  it("a proxy that has lost its Asterisk meanwhile leaves a gap too", async () => {
    const proxy = await proxyOf();
    const feed = feedOf(proxy);
    await connected(feed);
    proxy.tell(eventText({ Response: "Success", Message: "Authentication accepted" }));
    await vi.waitFor(() => expect(feed.gaps).toMatchObject([{ fromMs: START_MS }]));
    expect(feed.gaps[0]?.reason).toContain("logged in anew");
    proxy.tell(eventText({ Response: "Error", Message: "Authentication failed" }));
    await vi.waitFor(() => expect(feed.warnings.get("refused")).toContain("refuses the login"));
  });

  it("a proxy without its Asterisk is not taken for a connection", async () => {
    const proxy = await proxyOf({ answer: () => null });
    const feed = feedOf(proxy);
    await vi.waitFor(() => expect(pings(proxy)).toBe(1));
    await vi.waitFor(async () => {
      await feed.clock.advance(10_000);
      expect(feed.fault()).toContain("No Asterisk has answered through the proxy");
    });
  });

  it("an Asterisk that answers no more ends it after two Pings", async () => {
    let isDead = false;
    const proxy = await proxyOf({ answer: () => (isDead ? null : undefined) });
    const feed = feedOf(proxy);
    await connected(feed);
    isDead = true;
    for (const count of [2, 3]) {
      await feed.clock.advance(15_000);
      await vi.waitFor(() => expect(pings(proxy)).toBe(count));
      expect(feed.fault()).toBeNull();
    }
    await feed.clock.advance(15_000);
    expect(feed.fault()).toContain("answered nothing through the proxy for 30 s");
  });

  it("half a record goes to suspense, garbage is passed over, both without an end of the connection", async () => {
    const proxy = await proxyOf();
    const feed = feedOf(proxy);
    await connected(feed);
    for (const garbage of ["", "null", "[]", "{", '{"data":1}', "\0\u0001", '{"data":{}}'])
      proxy.send(garbage);
    proxy.send(Buffer.from([0xff, 0xfe, 0x7b]));
    proxy.send(envelopeText(amiEvent(), 1, "pbx-east").slice(0, 400));
    proxy.tell(amiEvent({ tail: "BillableSeconds: 0\r\n" }));
    proxy.tell(numberedEvent(1));
    await vi.waitFor(() => expect(feed.records).toHaveLength(3));
    expect(feed.records[0]).toMatchObject({ fault: { reason: "broken-json" } });
    expect(feed.texts()[1]?.match(/BillableSeconds/g)).toHaveLength(2);
    expect(feed.texts()[2]).toBe(numberedEvent(1));
    expect(feed.fault()).toBeNull();
  });

  it("100 MB in one message: the limit ends it, memory stays", async () => {
    const proxy = await proxyOf();
    const feed = feedOf(proxy);
    await connected(feed);
    const huge = Buffer.alloc(100_000_000, "x");
    const before = process.memoryUsage().rss;
    proxy.send(huge);
    await vi.waitFor(() => expect(feed.fault()).toContain("more than 524288 bytes"), 10_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000);
    expect(feed.records).toEqual([]);
  });
});
