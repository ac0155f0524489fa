// Goal: Asterisk's queue_log becomes the events that reports of queues are made of, each line once, whatever
// happens to the file and the process. Method: the feed by itself over files, and the reports over its events.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { JsonObject } from "../../../src/cdr/json.ts";
import { createReports } from "../../../src/engine/reports/reports.ts";
import { readQueueLogLine } from "../../../src/feeds/queue-log/line.ts";
import { QUEUE_LOG } from "../../../src/feeds/queue-log/queue-log.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { QueueEvent } from "../../../src/stores/ports/queue-events.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { createFeedUnderTest, type FeedUnderTest } from "../ami/feed-under-test.ts";

const root = mkdtempSync(join(tmpdir(), "cdrate-queue-log-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const AT = 1_772_442_000;
const line = (second: number, ...fields: string[]) => [AT + second, ...fields].join("|");

function eventsOf(text: string): QueueEvent[] {
  const read = readQueueLogLine(text, { source: "pbx" });
  if (!read.ok) throw new Error(read.detail);
  return read.events;
}

const ANN = ["support", "Ann"] as const;
const MEANT: [text: string, event: string, facts: JsonObject][] = [
  [
    line(0, "c-1", "support", "NONE", "ENTERQUEUE", "", "0777", "2"),
    "QueueCallerJoin",
    { callerNumber: "0777", position: 2 },
  ],
  [
    line(0, "c-1", "support", "NONE", "ABANDON", "1", "2", "30"),
    "QueueCallerAbandon",
    { position: 1, originalPosition: 2, holdTime: 30 },
  ],
  [
    line(0, "c-1", "support", "NONE", "EXITWITHTIMEOUT", "1", "2", "60"),
    "QueueCallerLeave",
    { reason: "timeout", position: 1, originalPosition: 2, holdTime: 60 },
  ],
  [
    line(0, "c-1", "support", "NONE", "EXITWITHKEY", "5", "1", "2", "9"),
    "QueueCallerLeave",
    { reason: "key", key: "5", position: 1, originalPosition: 2, holdTime: 9 },
  ],
  [
    line(0, "c-1", "support", "NONE", "EXITEMPTY", "1", "1", "4"),
    "QueueCallerLeave",
    { reason: "empty", position: 1, originalPosition: 1, holdTime: 4 },
  ],
  [
    line(0, "c-1", ...ANN, "COMPLETEAGENT", "4", "61", "1"),
    "AgentComplete",
    { reason: "agent", holdTime: 4, talkTime: 61, originalPosition: 1 },
  ],
  [
    line(0, "c-1", ...ANN, "COMPLETECALLER", "4", "61", "1"),
    "AgentComplete",
    { reason: "caller", holdTime: 4, talkTime: 61, originalPosition: 1 },
  ],
  [
    line(0, "c-1", ...ANN, "BLINDTRANSFER", "200", "internal", "4", "7", "1"),
    "AgentComplete",
    { reason: "transfer", holdTime: 4, talkTime: 7, originalPosition: 1 },
  ],
  [
    line(0, "c-1", ...ANN, "ATTENDEDTRANSFER", "BRIDGE", "b-1", "4", "7", "1"),
    "AgentComplete",
    { reason: "transfer", holdTime: 4, talkTime: 7, originalPosition: 1 },
  ],
  [line(0, "c-1", ...ANN, "TRANSFER", "200", "x"), "AgentComplete", { reason: "transfer" }],
  [line(0, "c-1", ...ANN, "AGENTDUMP"), "AgentDump", {}],
  [line(0, "NONE", ...ANN, "ADDMEMBER", ""), "QueueMemberAdded", { paused: 0 }],
  [line(0, "NONE", ...ANN, "ADDMEMBER", "PAUSED"), "QueueMemberAdded", { paused: 1 }],
  [line(0, "NONE", ...ANN, "REMOVEMEMBER", ""), "QueueMemberRemoved", {}],
  [line(0, "NONE", ...ANN, "PAUSE", "ACW"), "QueueMemberPause", { paused: 1, pausedReason: "ACW" }],
  [line(0, "NONE", ...ANN, "UNPAUSE", ""), "QueueMemberPause", { paused: 0 }],
  [line(0, "x", "NONE", "Agent/7", "AGENTLOGIN", "SIP/7"), "AgentLogin", { channel: "SIP/7" }],
  [
    line(0, "x", "NONE", "Agent/7", "AGENTLOGOFF", "SIP/7", "900"),
    "AgentLogoff",
    { channel: "SIP/7" },
  ],
  [line(0, "NONE", "NONE", "NONE", "QUEUESTART", ""), "QUEUESTART", { data1: "" }],
  [line(0, "c-1", "support", "NONE", "DID", "900100"), "DID", { data1: "900100" }],
];

describe("a line of queue_log", () => {
  it.each(MEANT)("%s", (text, event, facts) => {
    const [one, ...others] = eventsOf(text);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ event, facts, source: "pbx", atMs: AT * 1000 });
    expect(Object.keys(one?.facts ?? {}).sort()).toEqual(Object.keys(facts).sort());
    const [, call, queue, agent] = text.split("|");
    const own = (name = "") => (name === "NONE" ? "" : name);
    expect(one).toMatchObject({
      uniqueId: own(call),
      queue: own(queue),
      agent: own(agent) || null,
    });
  });

  it("of an agent who was rung tells the ringing too, when it began", () => {
    const [called, connected] = eventsOf(line(9, "c-1", ...ANN, "CONNECT", "12", "m-1", "3"));
    expect(called).toMatchObject({ event: "AgentCalled", atMs: (AT + 6) * 1000, agent: "Ann" });
    expect(connected).toMatchObject({
      event: "AgentConnect",
      facts: { holdTime: 12, ringTime: 3 },
    });
    const [rung, missed] = eventsOf(line(9, "c-1", ...ANN, "RINGNOANSWER", "15500"));
    expect(rung).toMatchObject({ event: "AgentCalled", atMs: AT * 1000 - 6500 });
    expect(missed).toMatchObject({ event: "AgentRingNoAnswer", facts: { ringTime: 15.5 } });
  });

  it.each([
    ["no line at all", "it has 1 fields"],
    ["2026-03-02|c|q|a|CONNECT|1|m|2", "its time is no number of seconds"],
    [line(0, "c", "q", "a", ""), "its event is no name"],
    [line(0, "c", "q", "a", "COMPLETEAGENT", "4", "sixty", "1"), "its talkTime is no whole number"],
    [line(0, "c", "q", "a", "PAUSE", "x".repeat(4096)), "it has more than 4096 characters"],
  ])("%s is refused", (text, detail) => {
    expect(readQueueLogLine(text, { source: "pbx" })).toMatchObject({
      ok: false,
      detail: expect.stringContaining(detail),
    });
  });
});

let running: FeedUnderTest[] = [];
afterEach(async () => {
  for (const feed of running) await feed.stop();
  running = [];
});

function feedOf(path: string, position: JsonObject | null = null): FeedUnderTest {
  const feed = createFeedUnderTest({ kind: "queue-log", path }, {}, QUEUE_LOG as never);
  running.push(feed);
  feed.start(position);
  return feed;
}

/** Looks at the file again and again until it holds. */
const soon = (feed: FeedUnderTest, holds: () => void) =>
  vi.waitFor(
    async () => {
      await feed.clock.advance(1000);
      holds();
    },
    { timeout: 10_000, interval: 5 },
  );

const joined = (second: number) =>
  `${line(second, `c-${second}`, "support", "NONE", "ENTERQUEUE", "", "0777", "1")}\n`;
const callsOf = ({ events }: FeedUnderTest) => events.map(({ uniqueId }) => uniqueId);

describe("the feed of a queue_log", () => {
  it("goes on where it was, through a rotation and a restart, each line once", async () => {
    const path = join(mkdtempSync(join(root, "rotated-")), "queue_log");
    writeFileSync(path, joined(1) + joined(2));
    const first = feedOf(path);
    await soon(first, () => expect(callsOf(first)).toEqual(["c-1", "c-2"]));
    await soon(first, () => expect(first.kept()).toMatchObject({ lines: 2 }));
    await first.stop();
    // Half a line waits for its end, in the file that is rotated by then.
    appendFileSync(path, joined(3) + joined(4).slice(0, 10));
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, joined(4).slice(10));
    writeFileSync(path, joined(5));
    const second = feedOf(path, first.kept());
    await soon(second, () => expect(callsOf(second)).toEqual(["c-3", "c-4", "c-5"]));
    await soon(second, () => expect(second.kept()).toMatchObject({ lines: 1 }));
    // Told once more from an older place, as after a crash: the same ids.
    const again = feedOf(`${path}.1`);
    await soon(again, () => expect(again.events).toHaveLength(4));
    const known = [...first.events, ...second.events].map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining(again.events.map(({ id }) => id)));
    expect(new Set(known).size).toBe(5);
  });

  it("puts aside what is no line of it, with its number, and waits for a store that is away", async () => {
    const path = join(mkdtempSync(join(root, "broken-")), "queue_log");
    writeFileSync(path, `${joined(1)}nonsense\n${joined(2)}`);
    const feed = feedOf(path);
    await soon(feed, () => expect(feed.kept()).toMatchObject({ lines: 3 }));
    expect(feed.texts()).toEqual(["nonsense\n"]);
    expect(feed.records[0]?.fault).toEqual({
      reason: "broken-csv",
      detail: "Line 2: it has 1 fields with | between them, and needs 5.",
    });
    feed.away.isAway = true;
    appendFileSync(path, `${joined(3)}1|2|3\n`);
    await feed.clock.advance(60_000);
    feed.away.isAway = false;
    await soon(feed, () => expect(feed.records).toHaveLength(2));
    expect(feed.records[1]?.fault?.detail).toContain("Line 5: it has 3 fields");
    expect(new Set(callsOf(feed))).toEqual(new Set(["c-1", "c-2", "c-3"]));
  });

  it("tells equal lines of one second apart", async () => {
    const path = join(mkdtempSync(join(root, "equal-")), "queue_log");
    const missed = `${line(1, "c-1", ...ANN, "RINGNOANSWER", "0")}\n`;
    writeFileSync(path, missed + missed);
    const feed = feedOf(path);
    await soon(feed, () => expect(feed.events).toHaveLength(4));
    expect(new Set(feed.events.map(({ id }) => id)).size).toBe(4);
  });
});

/** Two are answered, one after it rang Bob; one gives up, one is sent on by time. */
const DAY = [
  line(0, "NONE", "support", "Ann", "ADDMEMBER", ""),
  line(0, "c-1", "support", "NONE", "ENTERQUEUE", "", "1", "1"),
  line(10, "c-1", "support", "Bob", "RINGNOANSWER", "5000"),
  line(20, "c-1", "support", "Ann", "CONNECT", "20", "m-1", "4"),
  line(80, "c-1", "support", "Ann", "COMPLETECALLER", "20", "60", "1"),
  line(80, "NONE", "support", "Ann", "PAUSE", "ACW"),
  line(100, "NONE", "support", "Ann", "UNPAUSE", ""),
  line(100, "c-2", "support", "NONE", "ENTERQUEUE", "", "2", "1"),
  line(130, "c-2", "support", "NONE", "ABANDON", "1", "1", "30"),
  line(140, "c-3", "support", "NONE", "ENTERQUEUE", "", "3", "1"),
  line(200, "c-3", "support", "NONE", "EXITWITHTIMEOUT", "1", "1", "60"),
  line(210, "c-4", "support", "NONE", "ENTERQUEUE", "", "4", "1"),
  line(220, "c-4", "support", "Ann", "CONNECT", "10", "m-2", "2"),
  line(250, "c-4", "support", "Ann", "BLINDTRANSFER", "200", "internal", "10", "30", "1"),
  line(300, "NONE", "support", "Ann", "REMOVEMEMBER", ""),
];

const uri = await mongoTestUri();
const STORES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  ...(uri === null
    ? []
    : ([["MongoDB", () => openMongoStore({ url: mongoUrl(uri) })]] satisfies [
        string,
        () => Promise<Store>,
      ][])),
];

describe.each(STORES)("reports of a queue_log on %s", (_name, open) => {
  it("are those of its calls", async () => {
    const store = await open();
    try {
      // Twice: what a crash repeats is there once.
      for (const _time of [1, 2]) await store.queueEvents.put(DAY.flatMap(eventsOf));
      const reports = createReports({ store, clock: () => (AT + 3600) * 1000 });
      const span = {
        ...{ fromMs: AT * 1000, toMs: (AT + 3600) * 1000 },
        ...{ timeZone: "UTC", basis: "events" as const },
      };
      const level = { formula: "offered", thresholdMs: 15_000 } as const;
      const { totals } = await reports.queues({ ...span, level }, { scope: EVERYTHING });
      expect(totals).toMatchObject({
        ...{ offered: 4, answered: 2, completed: 2, abandoned: 1, left: 1, open: 0 },
        ...{ wait: 15, longestWait: 60, abandonWait: 30, talkSeconds: 90, talk: 45 },
        ...{ answeredWithin: 1, serviceLevel: 0.25, abandonmentRate: 0.25 },
      });
      const agents = await reports.agents({ ...span, wrapReasons: ["ACW"] }, { scope: EVERYTHING });
      expect(agents.rows).toMatchObject([
        {
          ...{ agent: "Ann", rung: 2, answered: 2, completed: 2, missed: 0, ring: 3 },
          ...{ talkSeconds: 90, wrapSeconds: 20, staffedSeconds: 300, pausedSeconds: 0 },
        },
        { agent: "Bob", rung: 1, answered: 0, missed: 1 },
      ]);
    } finally {
      await store.close();
    }
  });
});
