// The feed kind against a manager on the loopback that behaves, misbehaves and goes away.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { selfSigned } from "../../compose/self-signed.ts";
import { eventText, numberedEvent } from "./events.ts";
import { createFeedUnderTest, type FeedUnderTest, START_MS } from "./feed-under-test.ts";
import { type Manager, type ManagerOptions, startManager } from "./manager.ts";

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function manager(options: ManagerOptions = {}): Promise<Manager> {
  const started = await startManager(options);
  open.push({ stop: () => started.close() });
  return started;
}

function feedOf(port: number, settings: Record<string, unknown> = {}): FeedUnderTest {
  const feed = createFeedUnderTest({ port, ...settings });
  open.push(feed);
  return feed;
}

const loggedIn = (feed: FeedUnderTest) => vi.waitFor(() => expect(feed.fault()).toBeNull());
const actions = ({ requests }: Manager) => requests.map(({ Action }) => Action);

describe("the login", () => {
  it("is by MD5: the secret is never sent; the classes of the settings are asked for", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port, { events: ["cdr", "system"] });
    feed.start();
    await loggedIn(feed);
    expect(actions(peer).slice(0, 2)).toEqual(["Challenge", "Login"]);
    expect(peer.requests[1]).toMatchObject({ Username: "cdrate", Events: "cdr,system" });
    expect(JSON.stringify(peer.requests)).not.toContain("s3cret");
  });

  it("is in the clear where the settings say so, or where a manager of this machine has no MD5", async () => {
    const plain = await manager();
    const first = feedOf(plain.port, { login: "plain" });
    first.start();
    await loggedIn(first);
    expect(actions(plain)[0]).toBe("Login");
    const old = await manager({
      answer: ({ Action }) =>
        Action === "Challenge"
          ? { Response: "Error", Message: "Must specify AuthType" }
          : undefined,
    });
    const second = feedOf(old.port);
    second.start();
    await loggedIn(second);
    // With `md5` it stays secret: nothing more is sent.
    const strict = feedOf(old.port, { login: "md5" });
    strict.start();
    await vi.waitFor(() => expect(strict.fault()).toContain("not sent in the clear"));
  });

  it("goes over TLS, to a certificate that is believed and to no other", async () => {
    const { cert, key } = selfSigned("pbx");
    const folder = mkdtempSync(join(tmpdir(), "cdrate-ami-"));
    open.push({ stop: async () => rmSync(folder, { recursive: true }) });
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, cert);
    const peer = await manager({ tls: { cert, key } });
    const feed = feedOf(peer.port, { tls: { ca } });
    feed.start();
    await loggedIn(feed);
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(feed.records).toHaveLength(1));
    const doubting = feedOf(peer.port, { tls: true });
    doubting.start();
    await vi.waitFor(() => expect(doubting.fault()).toMatch(/self.signed|certificate/i));
  });

  it("with a wrong password is tried again after a minute, then after two", async () => {
    const peer = await manager({ secret: "another" });
    const feed = feedOf(peer.port);
    feed.start();
    await vi.waitFor(() => expect(feed.fault()).toContain("wrong user or secret"));
    const logins = () => actions(peer).filter((action) => action === "Login").length;
    expect(logins()).toBe(1);
    await feed.clock.advance(59_999);
    expect(peer.sessions.size).toBe(0);
    await feed.clock.advance(1);
    await vi.waitFor(() => expect(logins()).toBe(2));
    await vi.waitFor(() => expect(peer.sessions.size).toBe(0));
    await feed.clock.advance(119_000);
    expect(peer.sessions.size).toBe(0);
    await feed.clock.advance(1_000);
    await vi.waitFor(() => expect(logins()).toBe(3));
  });

  it("to what is no manager, or says nothing, ends with the reason", async () => {
    const web = await manager({ greeting: "HTTP/1.1 400 Bad Request\r\n" });
    const feed = feedOf(web.port);
    feed.start();
    await vi.waitFor(() => expect(feed.fault()).toContain("no Asterisk manager"));
    const mute = await manager({ greeting: "" });
    const waiting = feedOf(mute.port);
    waiting.start();
    await vi.waitFor(() => expect(mute.sessions.size).toBe(1));
    // The timer of the login begins with the connection.
    await vi.waitFor(async () => {
      await waiting.clock.advance(10_000);
      expect(waiting.fault()).toContain("no login within 10 s");
    });
    const nobody = feedOf(1);
    nobody.start();
    await vi.waitFor(() => expect(nobody.fault()).toContain("ECONNREFUSED"));
  });
});

describe("records", () => {
  it("come in their order with their bytes, from the answer of the login on", async () => {
    const peer = await manager({
      answer({ Action, ActionID }, session) {
        if (Action !== "Login") return undefined;
        session.isIn = true;
        // All in one packet.
        session.socket.write(
          `${eventText({ Response: "Success", ActionID: ActionID ?? "" })}${numberedEvent(1)}${numberedEvent(2)}`,
        );
        return null;
      },
    });
    const feed = feedOf(peer.port);
    feed.start();
    await vi.waitFor(() => expect(feed.texts()).toEqual([numberedEvent(1), numberedEvent(2)]));
    const bytes = Buffer.from(numberedEvent(3, { changes: { CallerID: '"Zoë" <1>' } }));
    peer.send(bytes.subarray(0, 99));
    peer.send(bytes.subarray(99));
    await vi.waitFor(() => expect(feed.texts()).toHaveLength(3));
    expect(feed.records[2]?.bytes).toEqual(bytes);
  });

  it("before the login are none: whoever is not known could send them", async () => {
    const peer = await manager({ greeting: `Asterisk Call Manager/11\r\n${numberedEvent(666)}` });
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(feed.texts()).toEqual([numberedEvent(1)]));
  });

  it("wait for a store that is away, and nothing is kept before they are durable", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    await vi.waitFor(() => expect(feed.kept()).toEqual({ heardUntilMs: START_MS }));
    feed.away.isAway = true;
    await feed.clock.advance(1_000);
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(peer.sessions.size).toBe(1));
    await feed.clock.advance(1_000);
    expect(feed.kept()).toEqual({ heardUntilMs: START_MS });
    feed.away.isAway = false;
    await vi.waitFor(async () => {
      await feed.clock.advance(1_000);
      expect(feed.texts()).toEqual([numberedEvent(1)]);
    });
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(feed.kept()?.["heardUntilMs"]).toBeGreaterThan(START_MS));
  });

  it("that pile up hold the reading, and come all when the store is back", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    feed.away.isAway = true;
    const [session] = peer.sessions;
    const count = 30_000;
    for (let call = 0; call < count; call += 1) session?.socket.write(numberedEvent(call));
    await vi.waitFor(() => expect(feed.warnings.has("backlog")).toBe(true), { timeout: 20_000 });
    // What the connection does not take stays with the sender, and its silence is our own.
    await feed.clock.advance(60_000);
    expect(feed.fault()).toBeNull();
    expect(session?.socket.writableLength).toBeGreaterThan(1_000_000);
    feed.away.isAway = false;
    await vi.waitFor(
      async () => {
        await feed.clock.advance(1_000);
        expect(feed.records).toHaveLength(count);
      },
      { timeout: 20_000 },
    );
    expect(new Set(feed.texts()).size).toBe(count);
    expect(feed.warnings.size).toBe(0);
  }, 60_000);

  it("that the end of the connection cut in the middle go to suspense", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    peer.send(`${numberedEvent(1)}${numberedEvent(2).slice(0, 200)}`);
    await vi.waitFor(() => expect(feed.records).toHaveLength(1));
    peer.cut();
    await vi.waitFor(() => expect(feed.records).toHaveLength(2));
    expect(feed.records[1]).toMatchObject({ fault: { reason: "broken-ami" } });
  });
});

describe("what happens in queues", () => {
  const joined = {
    Event: "QueueCallerJoin",
    Privilege: "agent,all",
    Channel: "PJSIP/201-0000000a",
    CallerIDNum: "201",
    AccountCode: "1001",
    Uniqueid: "1772445600.17",
    Linkedid: "1772445600.16",
    Queue: "support",
    Position: "1",
    Count: "3",
  };
  const connected = {
    ...joined,
    Event: "AgentConnect",
    Timestamp: "1772496000.250000",
    Interface: "Local/7001@agent/n",
    MemberName: "Agent Ann",
    HoldTime: "7",
    RingTime: "2",
  };

  it("is kept by itself: who came, who was connected, how long they waited; told again it is the same", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    const status = eventText({ Event: "QueueMemberStatus", Queue: "support" });
    peer.send(`${eventText(joined)}${status}${eventText(connected)}${eventText(connected)}`);
    await vi.waitFor(() => expect(feed.events).toHaveLength(3));
    expect(feed.events[0]).toMatchObject({
      source: "pbx",
      atMs: START_MS,
      event: "QueueCallerJoin",
      queue: "support",
      agent: null,
      uniqueId: "1772445600.17",
      linkedId: "1772445600.16",
      account: "1001",
      facts: { position: 1, count: 3, callerNumber: "201" },
    });
    expect(feed.events[1]).toMatchObject({
      atMs: 1_772_496_000_250,
      agent: "Agent Ann",
      facts: { holdTime: 7, ringTime: 2, interface: "Local/7001@agent/n" },
    });
    expect(feed.events[2]).toEqual(feed.events[1]);
    expect(feed.records).toEqual([]);
  });

  it("waits for a store that is away, as records do", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    await vi.waitFor(() => expect(feed.kept()).not.toBeNull());
    feed.away.isAway = true;
    peer.send(`${eventText(joined)}${numberedEvent(1)}`);
    feed.away.isAway = false;
    await vi.waitFor(async () => {
      await feed.clock.advance(1_000);
      expect([feed.events.length, feed.records.length]).toEqual([1, 1]);
    });
  });
});

describe("a connection that ends", () => {
  it("is made again after a second and a gap is recorded, from what was heard last", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    expect(feed.gaps).toEqual([]);
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(feed.kept()).toEqual({ heardUntilMs: START_MS + 15_000 }));
    await feed.clock.advance(2_000);
    // When this was sent nobody knows: it says nothing of what came before it.
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(feed.records).toHaveLength(1));
    peer.cut();
    await vi.waitFor(() => expect(feed.fault()).toContain("closed the connection"));
    await feed.clock.advance(499);
    expect(peer.sessions.size).toBe(0);
    await feed.clock.advance(501);
    await loggedIn(feed);
    expect(feed.gaps).toMatchObject([{ fromMs: START_MS + 15_000 }]);
    await vi.waitFor(() => expect(feed.kept()).toEqual({ heardUntilMs: START_MS + 18_000 }));
  });

  it("a restart records the gap from what was kept", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start({ heardUntilMs: START_MS - 60_000 });
    await loggedIn(feed);
    expect(feed.gaps).toMatchObject([{ fromMs: START_MS - 60_000 }]);
    expect(feed.gaps[0]?.reason).toContain("Not logged in");
  });

  it("half-open is found by Ping: two without an answer end it", async () => {
    let isDead = false;
    const peer = await manager({ answer: () => (isDead ? null : undefined) });
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    const pings = () => actions(peer).filter((action) => action === "Ping").length;
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(pings()).toBe(1));
    isDead = true;
    for (const count of [2, 3]) {
      await feed.clock.advance(15_000);
      await vi.waitFor(() => expect(pings()).toBe(count));
      expect(feed.fault()).toBeNull();
    }
    await feed.clock.advance(15_000);
    expect(feed.fault()).toContain("answered nothing for 30 s");
  });

  it("no Ping is sent before the login: a manager would refuse it", async () => {
    const peer = await manager({ answer: () => null });
    const feed = feedOf(peer.port, { pingSeconds: 1 });
    feed.start();
    await vi.waitFor(() => expect(actions(peer)).toEqual(["Challenge"]));
    await feed.clock.advance(5_000);
    expect(actions(peer)).toEqual(["Challenge"]);
  });

  it("a stopped feed logs off and has all that it heard delivered", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    for (let call = 0; call < 700; call += 1) peer.send(numberedEvent(call));
    await vi.waitFor(() => expect(feed.records.length).toBeGreaterThan(0));
    await vi.waitFor(() => expect(feed.records).toHaveLength(700));
    await feed.stop();
    await vi.waitFor(() => expect(actions(peer)).toContain("Logoff"));
  });
});

describe("a manager that sends what none does", () => {
  it("100 MB without a line end: the limit ends it, memory stays", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    const before = process.memoryUsage().rss;
    const [session] = peer.sessions;
    const chunk = Buffer.alloc(1_000_000, "x");
    for (let sent = 0; sent < 100 && session?.socket.writable === true; sent += 1) {
      if (!session.socket.write(chunk)) {
        await Promise.race([
          new Promise((drained) => session.socket.once("drain", drained)),
          new Promise((closed) => session.socket.once("close", closed)),
        ]);
      }
    }
    await vi.waitFor(() => expect(feed.fault()).toContain("no end in 262144 bytes"));
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    expect(feed.records).toEqual([]);
  });

  it("a byte now and then keeps no connection alive", async () => {
    const peer = await manager({
      answer: ({ Action }) => (Action === "Ping" ? null : undefined),
    });
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    for (let second = 0; second < 46; second += 1) {
      peer.send("E");
      await feed.clock.advance(1_000);
    }
    expect(feed.fault()).toContain("answered nothing");
  });

  it("garbage by the megabyte is passed over", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    const garbage = "\0\u0001x\r\n:::\r\nResponse:\r\n\r\nEvent\r\n\r\n: Cdr\r\n\r\n".repeat(
      50_000,
    );
    peer.send(`${garbage}\r\n\r\n${numberedEvent(1)}`);
    await vi.waitFor(() => expect(feed.texts()).toEqual([numberedEvent(1)]), { timeout: 10_000 });
  });
});

describe("a feed that is logged in and may hear nothing", () => {
  const answers: Record<string, Record<string, string>> = {
    ListCommands: {
      Response: "Success",
      CoreSettings: "Show PBX core settings (version etc).  (Priv: system,reporting,all)",
      Command: "Execute Asterisk CLI Command.  (Priv: command,all)",
    },
    CoreSettings: { Response: "Success", CoreCDRenabled: "No" },
    Command: { Response: "Success", Output: "       read perm: system,call" },
  };

  it("is told from what the manager says of the user and of its records", async () => {
    const peer = await manager({ answer: ({ Action = "" }) => answers[Action] });
    const feed = feedOf(peer.port);
    feed.start();
    await vi.waitFor(() => expect(feed.warnings.size).toBe(2));
    expect(feed.warnings.get("classes")).toContain("no read class cdr (it has system,call)");
    expect(feed.warnings.get("cdr")).toContain("makes no call records");
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(feed.warnings.size).toBe(0));
  });

  it("is told by its silence where the manager says nothing, until a record comes", async () => {
    const peer = await manager();
    const feed = feedOf(peer.port, { silentMinutes: 1 });
    feed.start();
    await loggedIn(feed);
    const pings = () => actions(peer).filter((action) => action === "Ping").length;
    for (const count of [1, 2, 3]) {
      await feed.clock.advance(15_000);
      await vi.waitFor(() => expect(pings()).toBe(count));
    }
    expect(feed.warnings.size).toBe(0);
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(feed.warnings.get("silence")).toContain("no read class cdr"));
    peer.send(numberedEvent(1));
    await vi.waitFor(() => expect(feed.warnings.size).toBe(0));
  });

  it("a clock that is off is told", async () => {
    const timestamp = String(START_MS / 1000 + 75);
    const peer = await manager({
      answer: ({ Action }) =>
        Action === "Ping" ? { Response: "Success", Timestamp: timestamp } : undefined,
    });
    const feed = feedOf(peer.port);
    feed.start();
    await loggedIn(feed);
    await feed.clock.advance(15_000);
    await vi.waitFor(() => expect(feed.warnings.get("clock")).toContain("60 s ahead of"));
  });
});
