// Calls under way: from the events of channels and the manager's list of them.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Channel, createChannels } from "../../../src/feeds/ami/calls/channels.ts";
import { amiValue, readAmiMessage } from "../../../src/formats/asterisk/ami-message.ts";
import { CALLED, CALLER, channelEvent, dialEvent, type Leg, statusList } from "./channel-events.ts";
import { eventText, numberedEvent } from "./events.ts";
import { createFeedUnderTest, type FeedUnderTest, START_MS } from "./feed-under-test.ts";
import { type Manager, type ManagerOptions, startManager } from "./manager.ts";

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function loggedIn(
  options: ManagerOptions = {},
  source: Record<string, unknown> = {},
): Promise<{ peer: Manager; feed: FeedUnderTest }> {
  const peer = await startManager(options);
  open.push({ stop: () => peer.close() });
  const feed = createFeedUnderTest({ port: peer.port }, source);
  open.push(feed);
  feed.start();
  await vi.waitFor(() => expect(feed.fault()).toBeNull());
  return { peer, feed };
}

/** Everything that was sent before is heard when this record is. */
async function heardAll(peer: Manager, feed: FeedUnderTest): Promise<void> {
  const before = feed.records.length;
  peer.send(numberedEvent(before));
  await vi.waitFor(() => expect(feed.records.length).toBe(before + 1), 10_000);
}

/** A manager whose user may list these channels. */
function listing(legs: () => (Leg & { state: number; seconds: number })[]): ManagerOptions {
  return {
    answer({ Action, ActionID = "" }, { socket }) {
      if (Action === "ListCommands") {
        return { Response: "Success", Status: "List channel status.  (Priv: system,call,all)" };
      }
      if (Action !== "Status") return undefined;
      const answer = { Response: "Success", ActionID, EventList: "start" };
      socket.write(`${eventText(answer)}${statusList(ActionID, legs())}`);
      return null;
    },
  };
}

const statuses = ({ requests }: Manager) => requests.filter(({ Action }) => Action === "Status");

describe("a call under way", () => {
  it("rings, is answered and ends, with who pays for it read as its CDR will be", async () => {
    const { peer, feed } = await loggedIn({}, { trunks: ["^PJSIP/(trunk)-"] });
    expect(await feed.calls()).toMatchObject({ asOfMs: null, isCurrent: false, calls: [] });
    peer.send(channelEvent("Newchannel", CALLER, 4));
    peer.send(channelEvent("Newchannel", CALLED, 0));
    peer.send(dialEvent("DialBegin", [CALLER, CALLED], [4, 0]));
    peer.send(channelEvent("Newstate", CALLED, 5));
    await heardAll(peer, feed);
    expect(await feed.calls()).toEqual({
      asOfMs: START_MS,
      isCurrent: true,
      isComplete: false,
      dropped: 0,
      calls: [
        {
          callId: "1772496000.10",
          source: "pbx",
          state: "ringing",
          sinceMs: START_MS,
          answeredMs: null,
          tenant: "cgrates.org",
          account: "1001",
          callerNumber: "201",
          callerName: "Ann",
          destination: "34650123456",
          callDirection: "outbound",
          trunk: "trunk",
          channels: ["PJSIP/201-0000000a", "PJSIP/trunk-0000000b"],
        },
      ],
    });
    await feed.clock.advance(4_000);
    peer.send(channelEvent("Newstate", CALLED, 6));
    peer.send(channelEvent("Newstate", CALLER, 6));
    peer.send(channelEvent("BridgeEnter", CALLER, 6, { BridgeUniqueid: "b" }));
    await heardAll(peer, feed);
    expect((await feed.calls()).calls).toMatchObject([
      { state: "up", sinceMs: START_MS, answeredMs: START_MS + 4_000 },
    ]);
    peer.send(channelEvent("Hangup", CALLED, 6, { Cause: "16" }));
    peer.send(channelEvent("Hangup", CALLER, 6, { Cause: "16" }));
    // Told late, of channels that are gone.
    peer.send(dialEvent("DialBegin", [CALLER, CALLED], [6, 6]));
    peer.send(channelEvent("BridgeLeave", CALLER, 6));
    await heardAll(peer, feed);
    expect(await feed.calls()).toMatchObject({ isCurrent: true, calls: [] });
  });

  it("keeps its dialled number through the dialplan, its new name, and the call that it is joined to", async () => {
    const { peer, feed } = await loggedIn();
    peer.send(channelEvent("Newchannel", CALLER, 4));
    peer.send(channelEvent("Newstate", { ...CALLER, exten: "s" }, 6));
    peer.send(
      eventText({
        Event: "Rename",
        Channel: CALLER.channel,
        Newname: "PJSIP/x",
        Uniqueid: CALLER.uniqueId,
      }),
    );
    peer.send(channelEvent("BridgeEnter", { ...CALLER, channel: "PJSIP/x", linkedId: "1.1" }, 6));
    await heardAll(peer, feed);
    expect((await feed.calls()).calls).toMatchObject([
      { callId: "1.1", destination: "34650123456", channels: ["PJSIP/x"], state: "up" },
    ]);
  });

  it("is of the account that the source's own map names", async () => {
    const fieldMap = { account: ["src"], tenant: ["dcontext"] };
    const { peer, feed } = await loggedIn({}, { fieldMap, identity: "sequence" });
    peer.send(channelEvent("Newchannel", CALLER, 4));
    await heardAll(peer, feed);
    expect((await feed.calls()).calls).toMatchObject([{ tenant: "from-internal", account: "201" }]);
  });
});

describe("the list of channels", () => {
  it("at the login has the calls that began before, and tells how long they are there", async () => {
    const { peer, feed } = await loggedIn(
      // In no order, as Asterisk writes it; who is called has a number too.
      listing(() => [
        { ...CALLED, exten: "700", state: 6, seconds: 88 },
        { ...CALLER, state: 6, seconds: 90 },
      ]),
    );
    await vi.waitFor(async () => expect((await feed.calls()).isComplete).toBe(true));
    expect(await feed.calls()).toMatchObject({
      asOfMs: START_MS,
      isCurrent: true,
      calls: [
        {
          state: "up",
          sinceMs: START_MS - 90_000,
          answeredMs: null,
          callerNumber: "201",
          destination: "34650123456",
        },
      ],
    });
    expect(statuses(peer)).toHaveLength(1);
  });

  it("comes again, and whose end was not told goes", async () => {
    let legs = [{ ...CALLER, state: 6, seconds: 90 }];
    const { peer, feed } = await loggedIn(listing(() => legs));
    await vi.waitFor(async () => expect((await feed.calls()).calls).toHaveLength(1));
    legs = [];
    const options = { timeout: 5_000, interval: 5 };
    await vi.waitFor(async () => {
      await feed.clock.advance(15_000);
      expect(statuses(peer).length).toBeGreaterThan(1);
    }, options);
    await vi.waitFor(async () =>
      expect(await feed.calls()).toMatchObject({ isCurrent: true, calls: [] }),
    );
  });

  it("is not asked for by a user that may not, and not believed from anybody else", async () => {
    const { peer, feed } = await loggedIn();
    peer.send(statusList("forged", [{ ...CALLER, state: 6, seconds: 1 }]));
    await heardAll(peer, feed);
    expect(await feed.calls()).toMatchObject({ asOfMs: null, isComplete: false, calls: [] });
    expect(statuses(peer)).toEqual([]);
  });
});

describe("a connection that ends", () => {
  it("leaves calls of before, which a new login forgets", async () => {
    const { peer, feed } = await loggedIn();
    peer.send(channelEvent("Newchannel", CALLER, 4));
    await heardAll(peer, feed);
    peer.cut();
    await vi.waitFor(() => expect(feed.fault()).toContain("closed"));
    expect(await feed.calls()).toMatchObject({ isCurrent: false, asOfMs: START_MS });
    expect((await feed.calls()).calls).toHaveLength(1);
    await feed.clock.advance(1_000);
    await vi.waitFor(() => expect(feed.fault()).toBeNull());
    expect(await feed.calls()).toMatchObject({ asOfMs: null, calls: [] });
  });
});

describe("what a real Asterisk told", () => {
  it("makes of the events the channels that its own list has at that moment", () => {
    const path = new URL("recorded/channels.txt", import.meta.url);
    const messages = readFileSync(path, "utf8")
      .replace(/^#.*\n/gm, "")
      .split("\n\n");
    const channels = createChannels();
    const stateOf = ({ uniqueId, linkedId, name, isUp, account }: Channel) =>
      [uniqueId, linkedId, name, isUp, account].join(" ");
    const lists: string[][] = [];
    let rows = createChannels();
    for (const text of messages) {
      const message = readAmiMessage(text);
      const event = amiValue(message, "event");
      if (event === "Status") rows.hear(message, START_MS);
      else if (event === "StatusComplete") {
        // The list is in no order.
        expect([...channels.all()].map(stateOf).sort()).toEqual(
          [...rows.all()].map(stateOf).sort(),
        );
        lists.push([...rows.all()].map(({ name }) => name));
        rows = createChannels();
      } else channels.hear(message, START_MS);
    }
    expect(lists.map(({ length }) => length)).toEqual([5, 0]);
    expect(channels.count()).toBe(0);
  });
});

describe("channels", () => {
  const leg = (number: number): Leg => ({
    channel: `PJSIP/${number}`,
    uniqueId: `1.${number}`,
    linkedId: `1.${number}`,
  });

  it("over the limit are told", async () => {
    const { peer, feed } = await loggedIn();
    const numbers = Array.from({ length: 5002 }, (_, number) => number);
    peer.send(numbers.map((number) => channelEvent("Newchannel", leg(number), 4)).join(""));
    await heardAll(peer, feed);
    expect(feed.warnings.get("calls")).toContain("more than 5000 channels");
  });

  it("that are too many leave the oldest out", () => {
    const channels = createChannels(3);
    for (const number of [1, 2, 3, 4, 5]) {
      channels.hear(readAmiMessage(channelEvent("Newchannel", leg(number), 4)), START_MS);
    }
    expect([...channels.all()].map(({ uniqueId }) => uniqueId)).toEqual(["1.3", "1.4", "1.5"]);
    expect(channels.dropped()).toBe(2);
  });

  it("stay within their limit whatever is told, and end with their hang-ups", () => {
    const names = ["Newchannel", "Newstate", "Hangup", "Rename", "BridgeEnter", "HangupRequest"];
    const told = fc.record({
      event: fc.constantFrom(...names),
      number: fc.nat(30),
      state: fc.constantFrom(0, 4, 5, 6),
    });
    fc.assert(
      fc.property(fc.array(told, { maxLength: 200 }), (events) => {
        const channels = createChannels(10);
        const alive = new Set<number>();
        const dead = new Set<number>();
        for (const { event, number, state } of events) {
          channels.hear(readAmiMessage(channelEvent(event, leg(number), state)), 1);
          if (event === "Hangup" && alive.delete(number)) dead.add(number);
          else if (/^(?:New|BridgeE)/.test(event) && !dead.has(number)) alive.add(number);
          const known = [...channels.all()].map(({ uniqueId }) => Number(uniqueId.slice(2)));
          // One that was dropped for room may come again, and is none of the dead.
          for (const one of known) expect(dead.has(one)).toBe(false);
          for (const one of alive) if (!known.includes(one)) alive.delete(one);
          expect(new Set(known)).toEqual(alive);
          expect(channels.count()).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
