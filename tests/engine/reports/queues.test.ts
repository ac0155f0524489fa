// Goal: queues and agents are those of the calls that the events tell of, on both stores, in zones of
// whole, half and quarter hours. Method: calls are made up, told as events in any order, and counted plainly.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { AgentRequest } from "../../../src/engine/reports/queues/agents.ts";
import type { QueueRequest } from "../../../src/engine/reports/queues/queues.ts";
import { createReports, type Reports } from "../../../src/engine/reports/reports.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { QueueEvent } from "../../../src/stores/ports/queue-events.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { bucketBy } from "./report-oracle.ts";

const HOUR_MS = 3_600_000;
/** Around the hour that Madrid's clocks show twice, on 25 October 2026. */
const FROM_MS = Date.UTC(2026, 9, 24, 20);
const TO_MS = FROM_MS + 12 * HOUR_MS;

interface Call {
  id: string;
  queue: string;
  fromMs: number;
  end: "answered" | "abandoned" | "left" | "open";
  wait: number;
  agent: string;
  /** Null: the talk is not over. */
  talk: number | null;
}

const calls: Call[] = fc
  .sample(
    fc.record({
      queue: fc.constantFrom("support", "sales"),
      // Some before the range and some behind it, many in one instant.
      fromMs: fc.integer({ min: -40, max: 400 }).map((n) => FROM_MS + n * 120_000),
      end: fc.constantFrom("answered", "answered", "answered", "abandoned", "left", "open"),
      wait: fc.integer({ min: 0, max: 90 }),
      agent: fc.constantFrom("Ann", "Bob"),
      talk: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 1800 }) },
        { weight: 1, arbitrary: fc.constant(null) },
      ),
    }),
    { numRuns: 500, seed: 11 },
  )
  .map((call, index) => ({ ...call, id: `call-${index}` }) as Call);

type Told = Pick<QueueEvent, "event" | "atMs"> & Partial<QueueEvent>;

function eventsOf({ id, queue, fromMs, end, wait, agent, talk }: Call): QueueEvent[] {
  const endMs = fromMs + wait * 1000;
  const told: Told[] = [{ event: "QueueCallerJoin", atMs: fromMs }];
  if (end !== "open") told.push({ event: "QueueCallerLeave", atMs: endMs });
  if (end === "abandoned") {
    told.push({ event: "QueueCallerAbandon", atMs: endMs, facts: { holdTime: wait } });
  }
  if (end === "answered") {
    const facts = { holdTime: wait, ringTime: 3 };
    told.push({ event: "AgentCalled", atMs: endMs, agent });
    told.push({ event: "AgentConnect", atMs: endMs, agent, facts });
    if (talk !== null) {
      const atMs = endMs + talk * 1000;
      told.push({ event: "AgentComplete", atMs, agent, facts: { talkTime: talk } });
    }
  }
  return told.map((one) => event({ queue, uniqueId: id, ...one }));
}

function event(told: Told): QueueEvent {
  const id = createHash("sha1").update(JSON.stringify(told)).digest("hex");
  const none = { agent: null, linkedId: null, account: null, facts: {}, uniqueId: "" };
  return { id, source: "pbx", queue: "support", ...none, ...told };
}

const uri = await mongoTestUri();
const STORES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  [
    "MongoDB",
    () => {
      if (uri === null) throw new Error("There is no MongoDB.");
      return openMongoStore({ url: mongoUrl(uri) });
    },
  ],
];

const share = (part: number, whole: number) =>
  whole === 0 ? null : Math.round((part * 1e6) / whole) / 1e6;
const mean = (seconds: number[]) =>
  seconds.length === 0
    ? null
    : Math.round((seconds.reduce((sum, one) => sum + one, 0) * 1000) / seconds.length) / 1000;
const greatest = (seconds: number[]) => Math.max(0, ...seconds);

/** What a queue should say of these calls. */
function plainly(own: readonly Call[], threshold: number) {
  const ended = (end: Call["end"]) => own.filter((call) => call.end === end);
  const [answered, abandoned] = [ended("answered"), ended("abandoned")];
  const talks = answered.flatMap(({ talk }) => (talk === null ? [] : [talk]));
  const within = (some: Call[]) => some.filter(({ wait }) => wait <= threshold).length;
  return {
    offered: own.length,
    answered: answered.length,
    completed: talks.length,
    abandoned: abandoned.length,
    left: ended("left").length,
    open: ended("open").length,
    wait: mean(answered.map(({ wait }) => wait)),
    longestWait: greatest(own.filter(({ end }) => end !== "open").map(({ wait }) => wait)),
    abandonWait: mean(abandoned.map(({ wait }) => wait)),
    talkSeconds: talks.reduce((sum, talk) => sum + talk, 0),
    talk: mean(talks),
    longestTalk: greatest(talks),
    answeredWithin: within(answered),
    abandonedWithin: within(abandoned),
    serviceLevel: share(within(answered), own.length),
    abandonmentRate: share(abandoned.length, own.length),
  };
}

const inRange = ({ fromMs }: { fromMs: number }) => fromMs >= FROM_MS && fromMs < TO_MS;

function asked(changes: Partial<QueueRequest> = {}): QueueRequest {
  return {
    ...{ fromMs: FROM_MS, toMs: TO_MS, timeZone: "UTC", basis: "events" },
    level: { formula: "offered", thresholdMs: 30_000 },
    ...changes,
  };
}

function askedAgents(changes: Partial<AgentRequest> = {}): AgentRequest {
  const { level: _none, ...span } = asked();
  return { ...span, wrapReasons: ["ACW"], ...changes };
}

const everything = { scope: EVERYTHING };

describe.each(STORES.filter(([name]) => name === "SQLite" || uri !== null))("%s", (_name, open) => {
  let store: Store;
  let reports: Reports;
  beforeAll(async () => {
    store = await open();
    const events = calls.flatMap(eventsOf);
    for (let at = 0; at < events.length; at += 1000) {
      await store.queueEvents.put(events.slice(at, at + 1000));
    }
    reports = createReports({ store, clock: () => TO_MS + HOUR_MS });
  });
  afterAll(() => store.close());

  test.each([
    ["Europe/Madrid", "hour", 12],
    ["Europe/Madrid", "day", 2],
    ["Asia/Kolkata", "hour", 13],
    ["Asia/Kathmandu", "hour", 13],
    ["UTC", "quarterHour", 48],
  ] as const)(
    "in %s by %s each row is of its calls, empty buckets too",
    async (timeZone, step, buckets) => {
      const { rows, totals } = await reports.queues(asked({ timeZone, step }), everything);
      const own = calls.filter(inRange);
      const byBucket = new Map<string, Call[]>();
      for (const call of own) {
        const name = `${call.queue} ${bucketBy(step, timeZone, call.fromMs)}`;
        byBucket.set(name, [...(byBucket.get(name) ?? []), call]);
      }
      for (const { bucket, from, to, source, queue, ...figures } of rows) {
        const theirs = byBucket.get(`${queue} ${bucket}`) ?? [];
        expect({ bucket, queue, ...figures }).toEqual({ bucket, queue, ...plainly(theirs, 30) });
        expect([source, Date.parse(from) < Date.parse(to)]).toEqual(["pbx", true]);
      }
      expect(rows).toHaveLength(2 * buckets);
      expect(totals).toEqual(plainly(own, 30));
    },
  );

  test("ranges side by side hold each call once, whatever spans their edge", async () => {
    const middle = FROM_MS + 5 * HOUR_MS + 60_000;
    const totals = async (span: Partial<QueueRequest>) =>
      (await reports.queues(asked(span), everything)).totals;
    const first = await totals({ toMs: middle });
    const second = await totals({ fromMs: middle });
    const whole = await totals({});
    for (const name of ["offered", "answered", "completed", "abandoned", "open"] as const) {
      expect(first[name] + second[name]).toBe(whole[name]);
    }
    expect(first.talkSeconds + second.talkSeconds).toBe(whole.talkSeconds);
  });

  test("agents have the calls that they took within the range, apart by queue", async () => {
    const { rows } = await reports.agents(askedAgents({ byQueue: true }), everything);
    const taken = calls
      .filter(({ end }) => end === "answered")
      .filter(({ fromMs, wait }) => inRange({ fromMs: fromMs + wait * 1000 }));
    expect(rows.map(({ agent, queue }) => [agent, queue])).toEqual([
      ["Ann", "sales"],
      ["Ann", "support"],
      ["Bob", "sales"],
      ["Bob", "support"],
    ]);
    for (const row of rows) {
      const own = taken.filter(({ agent, queue }) => agent === row.agent && queue === row.queue);
      const talks = own.flatMap(({ talk }) => (talk === null ? [] : [talk]));
      expect(row).toMatchObject({
        ...{ rung: own.length, answered: own.length, completed: talks.length, missed: 0 },
        ...{ wait: mean(own.map(({ wait }) => wait)), ring: 3, talk: mean(talks) },
        ...{
          talkSeconds: talks.reduce((sum, talk) => sum + talk, 0),
          longestTalk: greatest(talks),
        },
        ...{ staffedSeconds: null, occupancy: null },
      });
    }
  });

  test("events are for those who see everything; CDRs are within the scope", async () => {
    const scope: Scope = { tenants: ["example.com"], seesBuy: true };
    const refused = { code: "forbidden", detail: { path: "basis" } };
    await expect(reports.queues(asked(), { scope })).rejects.toMatchObject(refused);
    await expect(reports.agents(askedAgents(), { scope })).rejects.toMatchObject(refused);
    await store.cdrs.insert(
      (["example.com", "other.com"] as const).flatMap((tenant) =>
        [
          { usage: 60_000, durationMs: 75_000, disconnectCause: "ANSWERED" },
          { usage: 90_000, durationMs: 130_000, disconnectCause: "ANSWERED" },
          { usage: 0, durationMs: 20_000, disconnectCause: "NO ANSWER" },
          { usage: 0, durationMs: 5_000, disconnectCause: "FAILED" },
          { usage: 30_000, durationMs: 33_000, disconnectCause: "ANSWERED", isOther: true },
        ].map(({ isOther = false, ...facts }, index) =>
          sampleCdr(`${tenant}-${index}`, {
            primary: {
              ...facts,
              ...{ tenant, answerTime: { atMs: FROM_MS + index, offsetMinutes: 0 } },
              ...(isOther ? {} : { queue: "support", agent: "201" }),
            },
            cdr: { tenant },
          }),
        ),
      ),
    );
    const { totals } = await reports.queues(asked({ basis: "cdrs" }), { scope });
    expect(totals).toMatchObject({
      ...{ offered: 4, answered: 2, abandoned: 1, left: 1, wait: 27.5, longestWait: 40 },
      ...{ talk: 75, serviceLevel: 0.25, abandonmentRate: 0.25, abandonWait: 20 },
    });
    const every = await reports.queues(asked({ basis: "cdrs", everyCall: true }), { scope });
    expect(every.rows.map(({ queue, offered }) => [queue, offered])).toEqual([
      ["support", 4],
      [null, 1],
    ]);
    const agents = await reports.agents(askedAgents({ basis: "cdrs" }), { scope });
    expect(agents.rows).toMatchObject([
      { agent: "201", rung: 4, answered: 2, missed: 2, talkSeconds: 150, handle: 75 },
    ]);
  });
});

describe("an agent's time", () => {
  let store: Store;
  let reports: Reports;
  const ann = (minutes: number, name: string, facts: QueueEvent["facts"] = {}, uniqueId = "") =>
    event({ event: name, atMs: FROM_MS + minutes * 60_000, agent: "Ann", facts, uniqueId });
  beforeAll(async () => {
    store = await openSqliteStore({ path: ":memory:" });
    reports = createReports({ store, clock: () => TO_MS });
    await store.queueEvents.put([
      ann(-30, "QueueMemberAdded"),
      ann(10, "AgentConnect", { holdTime: 4 }, "1"),
      ann(30, "AgentComplete", { talkTime: 1200 }, "1"),
      ann(30, "QueueMemberPause", { paused: 1, pausedReason: "acw" }),
      ann(35, "QueueMemberPause", { paused: 0 }),
      ann(40, "QueueMemberPause", { paused: 1, pausedReason: "lunch" }),
      ann(70, "QueueMemberPause", { paused: 0 }),
      ann(90, "AgentConnect", { holdTime: 8 }, "2"),
      ann(130, "AgentComplete", { talkTime: 2400 }, "2"),
      ann(150, "QueueMemberRemoved"),
      event({ event: "QueueMemberRemoved", atMs: FROM_MS + 30 * 60_000, agent: "Bob" }),
    ]);
  });
  afterAll(() => store.close());

  test("is cut by the hours, talks stay whole, a pause is no work and wrapping up is", async () => {
    const toMs = FROM_MS + 4 * HOUR_MS;
    const request = askedAgents({ step: "hour", toMs, agents: ["Ann"] });
    const { rows } = await reports.agents(request, everything);
    expect(
      rows.map((row) => [
        ...[row.answered, row.talkSeconds, row.wrapSeconds, row.handle],
        ...[row.staffedSeconds, row.pausedSeconds, row.occupancy],
      ]),
    ).toEqual([
      [1, 1200, 300, 1500, 3600, 1200, 0.625],
      [1, 2400, 0, 2400, 3600, 600, 0.6],
      [0, 0, 0, null, 1800, 0, share(600, 1800)],
      [0, 0, 0, null, null, 0, null],
    ]);
  });

  test("who leaves without having come was there since events are read", async () => {
    const request = askedAgents({ agents: ["Bob"], toMs: FROM_MS + HOUR_MS });
    const { rows } = await reports.agents(request, everything);
    expect(rows.map(({ staffedSeconds, occupancy }) => [staffedSeconds, occupancy])).toEqual([
      [1800, 0],
    ]);
  });

  test.each([
    ["offered", 0.5],
    ["answered", 0.666667],
    ["completed", 1],
    ["completed-and-abandoned", 1],
    ["without-short-abandons", 0.666667],
  ] as const)("the service level by %s", async (formula, level) => {
    const fresh = await openSqliteStore({ path: ":memory:" });
    const call = (id: string, end: Call["end"], wait: number, talk: number | null): Call => ({
      ...{ id, queue: "support", fromMs: FROM_MS, end, wait, agent: "Ann", talk },
    });
    const some = [
      call("a", "answered", 30, 60),
      call("b", "answered", 31, null),
      call("c", "answered", 5, 20),
      call("d", "abandoned", 10, null),
    ];
    await fresh.queueEvents.put(some.flatMap(eventsOf));
    const own = createReports({ store: fresh, clock: () => TO_MS });
    const request = asked({ level: { formula, thresholdMs: 30_000 } });
    expect((await own.queues(request, everything)).totals.serviceLevel).toBe(level);
    await fresh.close();
  });

  test("what cannot be answered is refused by the name of the param", async () => {
    const refused = (changes: Partial<QueueRequest>) =>
      expect(reports.queues(asked(changes), everything)).rejects;
    await refused({ toMs: FROM_MS }).toMatchObject({ detail: { path: "to" } });
    await refused({ toMs: FROM_MS + 401 * 24 * HOUR_MS }).toMatchObject({ code: "too-large" });
    await refused({ timeZone: "Nowhere/At_all", step: "day" }).toMatchObject({
      code: "invalid-params",
    });
  });
});
